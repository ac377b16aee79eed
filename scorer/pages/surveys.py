"""The monthly survey review (S20): what customers answered, beside what was predicted, and what
wants somebody to act at once."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import polars as pl
import streamlit as st

from scorer.analytics import measures
from scorer.analytics.periods import midnight
from scorer.pages import among, layout, told
from scorer.pages.choices import Choice, offered
from scorer.pages.complaints import complaint
from scorer.pages.table import Cell, table
from scorer.pages.words import several
from scorer.store.access import may
from scorer.store.store import Store
from scorer.store.tallies import Among

KINDS = {
    "csat": "How satisfied they were",
    "nps": "Whether they would recommend",
    "ces": "How easy it was",
}
_MONTHS = 12
#: Customers to call are shown so many at a time.
_SHOWN = 20


def page() -> None:
    """Shows a month's answers to those who may compare calls."""
    store = layout.enter()
    st.title("Surveys")
    if not may(store.person, "compare"):
        st.info("This page is for team leads.")
        return
    layout.generated(store)
    st.markdown("Ask, and act: a look at what customers answered, at least once a month.")
    months = _months(among.today(), _MONTHS)
    names = [f"{first:%B %Y}" for first in months[:-1]]
    month = Choice("month", "Month", offered(names[::-1]))
    asked = among.chosen(store, month, spans=False)
    chosen, place = asked.among, names.index(asked.asked["month"])
    edges = [midnight(first) for first in months]
    answered = store.tallies.surveys(edges, chosen)
    predicted = measures.from_calls(store.tallies.calls(edges, chosen))
    _month(answered.filter(pl.col("period") == place), predicted, place)
    _alerts(store, chosen, edges[place], edges[place + 1])
    _earlier(answered, predicted, months)


def _month(answered: pl.DataFrame, predicted: pl.DataFrame, place: int) -> None:
    if not answered.height:
        st.info("No answers to calls of this month yet. `scorer surveys import` brings them in.")
        return
    rows: list[list[Cell | str]] = []
    for kind, heading in KINDS.items():
        mine = answered.filter(pl.col("kind") == kind)
        if not mine.height:
            continue
        bad = int(mine["bad"].sum())
        row = _estimate(mine)
        rows.append([heading, told.interval(row), several(row["n"], "answer"), f"{bad:,}"])
    table("Answers", ["Asked", "On a scale from 0 to 1", "Of", "Bad answers"], rows)
    guess = measures.estimated(
        predicted.filter(pl.col("measure") == "predicted", pl.col("period") == place)
    ).to_dicts()
    if guess:
        st.caption(
            f"Predicted from the words of all calls of the month: {told.interval(guess[0])} of "
            f"{several(guess[0]['n'], 'call')}. The two are never mixed: who answers a survey is "
            "not everyone."
        )


def _estimate(mine: pl.DataFrame) -> dict[str, Any]:
    tally = mine.select(
        measure=pl.lit("surveyed"),
        kind=pl.lit("mean"),
        n=pl.col("answers"),
        total=pl.col("total"),
        squares=pl.col("squares"),
    )
    [row] = measures.estimated(measures.whole(tally)).to_dicts()
    return row


def _alerts(store: Store, chosen: Among, since: datetime, until: datetime) -> None:
    st.header("To act on")
    waiting = store.complaints.waiting(chosen, since, until)
    if not waiting:
        st.markdown("Every bad answer of this month has somebody who wrote what was done.")
    else:
        st.markdown(
            f"{several(waiting, 'customer')} with a bad answer about whom nobody wrote yet. "
            "Call them before you look for the cause."
            + (f" The latest {_SHOWN} stand here." if waiting > _SHOWN else "")
        )
    for each in store.complaints.surveyed(chosen, since, until, count=2 * _SHOWN)[:_SHOWN]:
        complaint(store, each)


def _earlier(answered: pl.DataFrame, predicted: pl.DataFrame, months: list[date]) -> None:
    """Month by month, surveyed and predicted side by side."""
    asked = measures.estimated(measures.from_surveys(answered))
    guessed = measures.estimated(predicted.filter(pl.col("measure") == "predicted"))
    by = {
        (row["period"], row["measure"]): row
        for frame in (asked, guessed)
        for row in frame.iter_rows(named=True)
    }
    places = sorted({place for place, _ in by}, reverse=True)
    if not places:
        return
    st.header("Month by month")
    table(
        "Satisfaction by month",
        ["Month", "Surveyed", "Answers", "Predicted", "Calls"],
        [
            [
                f"{months[place]:%B %Y}",
                *_pair(by.get((place, "surveyed"))),
                *_pair(by.get((place, "predicted"))),
            ]
            for place in places
        ],
    )


def _pair(row: dict[str, Any] | None) -> list[Cell | str]:
    if row is None:
        return ["–", "0"]
    return [Cell(told.interval(row), few=bool(row["few"])), f"{row['n']:,}"]


def _months(today: date, count: int) -> list[date]:
    """The first days of so many months, the last of which is the next one."""
    found = [(today.replace(day=1) + timedelta(days=32)).replace(day=1)]
    while len(found) <= count:
        found.append((found[-1] - timedelta(days=1)).replace(day=1))
    return found[::-1]
