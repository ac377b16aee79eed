"""The list of calls, and how one gets there: upload, samples, and what is on its way."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

import streamlit as st

from scorer.pages import filters, kept_blind, layout, neighbours
from scorer.pages.intake import take_in
from scorer.pages.rows import answer_by, rows
from scorer.pages.underway import on_the_way
from scorer.pages.words import plain, several
from scorer.store.access import may
from scorer.store.listing import Entries, Filter, Order
from scorer.store.store import Store

_NOTHING: dict[Order, str] = {
    "latest": "No call fits. Take a filter out to see more.",
    "attention": "Nothing waits for an ear here; all is heard.",
    "answers": "No dispute waits for an answer.",
}
#: How many calls a page of the list shows.
PAGE_LENGTH = 25


def page() -> None:
    """Shows what can be uploaded, what is being scored, and what is scored."""
    store = layout.enter()
    st.title("Calls")
    there = bool(store.calls())
    if may(store.person, "upload"):
        take_in(store.person, first=not there)
        on_the_way(store.person)
    elif not there:
        st.info("No call of yours is here yet. Calls appear as soon as they have been scored.")
    if there:
        _list(store)


def _list(store: Store) -> None:
    st.header("Scored calls")
    wanted, order = filters.chosen()
    neighbours.remember(wanted, order)
    st.markdown(filters.ABOUT[order])
    if order == "attention":
        _disputes(store.calls(replace(wanted, disputed=True), "answers"))
    calls = store.calls(wanted, order)
    if calls.telling:
        kept_blind.left_out(store)
    count, turned = len(calls), filters.turned_to()
    first = turned * PAGE_LENGTH
    entries = calls[first : first + PAGE_LENGTH]
    if not entries:
        st.info(_NOTHING[order])
        _meant(store, wanted)
    else:
        rows(entries, opens=may(store.person, "read"))
    if count > PAGE_LENGTH or turned:
        _pages(turned, first, len(entries), count)


def _disputes(waiting: Entries) -> None:
    """Disputes have a deadline: what is more pressing to hear must not hide them."""
    for first in waiting[:1]:
        st.button(
            f"{several(len(waiting), 'call')} disputed, the first {answer_by(first)}",
            on_click=filters.put,
            args=("only", "Disputed"),
        )


def _meant(store: Store, wanted: Filter) -> None:
    """Offers the names that may have been meant where no team or agent is called as asked."""
    asked: dict[Literal["team", "agent"], str] = {"team": wanted.team, "agent": wanted.agent}
    for field, part in asked.items():
        found = store.names_like(field, part) if part else []
        if part in found:
            continue
        with st.container(horizontal=True):
            for name in found:
                st.button(
                    f"{field.capitalize()} {plain(name)}",
                    key=f"meant-{field}-{name}",
                    on_click=filters.put,
                    args=(field, name),
                )


def _pages(turned: int, first: int, shown: int, count: int) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        back, on = turned - 1, turned + 1
        st.button("Previous", disabled=turned == 0, on_click=filters.turn_to, args=(back,))
        st.button("Next", disabled=first + shown >= count, on_click=filters.turn_to, args=(on,))
        if shown:
            st.text(f"{first + 1:,} to {first + shown:,} of {count:,}")
