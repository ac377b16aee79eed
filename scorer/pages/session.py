"""One calibration session: scoring its calls blind, then where people and the machine differ."""

from __future__ import annotations

from typing import Any

import polars as pl
import streamlit as st

from scorer.analytics import calibrating
from scorer.errors import ScorerError
from scorer.pages import choices, layout, navigation
from scorer.pages.amounts import alpha_told, figure, percent, verdict
from scorer.pages.blind import act, score_blind
from scorer.pages.choices import Choice
from scorer.pages.clips import clip, clips, quote
from scorer.pages.questions import questions
from scorer.pages.words import RESULTS, moment_of, plain, several, title
from scorer.store.access import may
from scorer.store.calibration import Session
from scorer.store.store import Store


def page() -> None:
    """Shows the session that the address names (`?session=`)."""
    store = layout.enter()
    navigation.link("calibration", "All sessions", icon=":material/arrow_back:")
    try:
        session = store.calibration.get(layout.number("session") or 0)
    except ScorerError as error:
        st.warning(plain(str(error)))
        return
    st.title(plain(session.title))
    st.caption(plain(_about(session)))
    me = store.person.name
    if may(store.person, "convene") and not session.closed:
        _closing(store, session)
    if session.shows(me):
        _results(store, session)
    elif me in session.aside:
        st.info(
            "You looked at its calls meanwhile, so you take no part. The answers open at its end."
        )
    else:
        score_blind(store, session)


def _about(session: Session) -> str:
    parts = [f"opened by {session.by}, {moment_of(session.at)}"]
    if session.team:
        parts.append(f"team {session.team}")
    if session.handed_in:
        parts.append(f"handed in: {', '.join(session.handed_in)}")
    if session.closed:
        parts.append(f"closed {moment_of(session.closed)}")
    return " · ".join(parts)


def _closing(store: Store, session: Session) -> None:
    with st.popover("Close the session"):
        st.markdown(
            "From then on everybody sees all answers, and nobody can add one. "
            f"{several(len(session.handed_in), 'person has', 'people have')} handed in."
        )
        st.button("Close it", type="primary", on_click=act, args=(store.calibration.close, session))


def _results(store: Store, session: Session) -> None:
    answers = store.calibration.answers(session.number)
    found = calibrating.by_criterion(answers)
    if not found:
        st.info("Nobody answered anything in this session.")
        return
    told = questions()
    st.header("How far we agree")
    st.markdown(
        "Krippendorff’s alpha: 1 is full agreement, 0 is what chance would give. In brackets, "
        "where it lies with 95 % certainty. *Cannot tell* counts as no answer."
    )
    st.table(
        [
            {
                "Question": told.get((each.rubric, each.criterion), (title(each.criterion), ""))[0],
                "People with each other": alpha_told(each.people),
                "Where near misses count less": "–" if each.close is None else figure(each.close),
                "Same answer": f"{percent(each.people.same)} of pairs, "
                f"{several(each.people.units, 'call')}",
                "Machine with most people": alpha_told(each.machine),
                "What to make of it": verdict(each.people),
            }
            for each in found
        ]
    )
    _differences(store, session, answers)


def _differences(store: Store, session: Session, answers: pl.DataFrame) -> None:
    apart = calibrating.disagreements(answers)
    st.header("Where we differ")
    if apart.is_empty():
        st.success("Nowhere: every question has one answer.")
        return
    questioned = list(dict.fromkeys(apart.select("rubric", "criterion").iter_rows()))
    names = {".".join(each): title(each[1]) for each in questioned}
    only = choices.chosen(
        [Choice("question", "Question", names, any=f"all {len(names)}")],
    )["question"]
    cards: dict[str, dict[str, Any]] = {}
    for rubric, criterion in questioned:
        if only not in ("", f"{rubric}.{criterion}"):
            continue
        heading, question = questions().get((rubric, criterion), (title(criterion), ""))
        st.subheader(heading)
        st.markdown(question)
        asked = {"rubric": rubric, "criterion": criterion}
        for unit in apart.filter(**asked).iter_rows(named=True):
            mine = answers.filter(key=unit["key"], **asked).sort("who")
            _difference(store, session, unit, mine, cards)


def _difference(
    store: Store,
    session: Session,
    unit: dict[str, Any],
    answers: pl.DataFrame,
    cards: dict[str, dict[str, Any]],
) -> None:
    """A call on which answers differ: each with its reason and the words that it rests on."""
    name = f"{session.number}-{unit['key']}-{unit['rubric']}-{unit['criterion']}"
    with st.container(border=True, key=f"card-differ-{name}"):
        call, *columns = st.columns(1 + len(answers))
        with call:
            navigation.link("call", unit["call"], key=unit["key"])
        for column, row in zip(columns, answers.iter_rows(named=True), strict=True):
            with column.container(gap="xsmall"):
                machine = row["who"] == calibrating.MACHINE
                who = "Machine" if machine else row["who"]
                st.markdown(f"{plain(who)}: **{RESULTS[row['outcome']]}**")
                if row["reason"]:
                    st.text(row["reason"])
                quotes = _machines(store, unit, cards) if machine else _persons(row)
                if quotes:
                    shown = [clip(store, unit["key"], "", quotes)]
                    clips(shown, f"differ-{name}-{row['who']}", bare=True)


def _persons(row: dict[str, Any]) -> list[dict[str, Any]]:
    return [quote(row["quote"], row["start"], row["end"])] if row["quote"] else []


def _machines(
    store: Store, unit: dict[str, Any], cards: dict[str, dict[str, Any]]
) -> list[dict[str, Any]]:
    """What the machine's answer rests on, from its newest scorecard; read once for each call."""
    if unit["key"] not in cards:
        try:
            cards[unit["key"]] = store.card(unit["key"])
        except ScorerError:  # one's own call: its answers can be seen, its scorecard elsewhere
            cards[unit["key"]] = {}
    for each in cards[unit["key"]].get("judgements") or []:
        if (each["rubric"], each["criterion"]) == (unit["rubric"], unit["criterion"]):
            return [quote(e["quote"], e["start"], e["end"]) for e in each["evidence"][:2]]
    return []
