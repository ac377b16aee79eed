"""Scoring a call blind: its sound and words, the questions, and nothing that anybody said of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, get_args

import streamlit as st

from scorer.errors import ScorerError
from scorer.pages.clips import sound
from scorer.pages.player import player
from scorer.pages.questions import questions
from scorer.pages.view import view
from scorer.pages.words import RESULTS, clock, party, plain, several, title
from scorer.scorecard import Result
from scorer.scoring.rubric import available, load
from scorer.store.calibration import Answer, Session
from scorer.store.store import Store


@dataclass(frozen=True, slots=True)
class Sheet:
    """What one person fills in for one call of a session."""

    store: Store
    session: Session
    key: str
    turns: list[dict[str, Any]]
    given: dict[tuple[str, str], Answer]


def score_blind(store: Store, session: Session) -> None:
    """Shows one call of the session after the other, and keeps each answer as it is given."""
    problem = st.session_state.pop("session-problem", "")
    if problem:
        st.error(plain(problem))
    if not session.calls:
        st.info("The calls of this session are gone.")
        return
    key = _chosen(store, session)
    try:
        card = store.card(key)
    except ScorerError as error:
        st.warning(plain(str(error)))
        return
    heard, asked = st.columns([3, 2], gap="medium")
    with heard:
        player(key=f"blind-{key}", data=_hidden(store, key, card))
    with asked, st.container(height=760, border=False):
        given = store.calibration.mine(session.number, key)
        _ask(Sheet(store, session, key, card.get("turns") or [], given))


def _chosen(store: Store, session: Session) -> str:
    """Which call the address asks for; the first where it asks for none of these."""
    keys = dict(session.calls)
    done = {key: len(store.calibration.mine(session.number, key)) for key in keys}
    st.markdown(
        "Hear each call and answer what you can. Nobody sees your answers, and you see nobody’s, "
        "until you hand in. Answers are kept as you give them."
    )
    at = st.query_params.get("call", "")
    with st.container(horizontal=True, vertical_alignment="bottom"):
        key = st.selectbox(
            "Call",
            list(keys),
            index=list(keys).index(at) if at in keys else 0,
            format_func=lambda each: f"{keys[each]} · {several(done[each], 'answer')}",
        )
        st.button(
            "Hand in",
            type="primary",
            disabled=not any(done.values()),
            on_click=act,
            args=(store.calibration.hand_in, session),
            help="Your answers stand from then on, and you see what the others said.",
        )
    st.query_params["call"] = key
    return key


def _hidden(store: Store, key: str, card: dict[str, Any]) -> dict[str, Any]:
    """The call without a word of what the machine or anybody makes of it."""
    try:
        peaks = store.peaks(key)
    except (OSError, ValueError):
        peaks = None
    silent = {"rubrics": [], "facts": [], "marks": [], "blind": True}
    return {**view(key, card, peaks, {}), **silent, "audio": sound(store, key), "review": {}}


def _ask(sheet: Sheet) -> None:
    told = questions()
    for name in sheet.session.rubrics:
        if name not in available():
            st.caption(f"{plain(title(name))}: these rubrics have no such part any more.")
            continue
        st.subheader(told.get((name, ""), (title(name), ""))[0])
        for criterion in load(names=[name]).rubrics[0].criteria:
            if criterion.observable:
                _question(sheet, (name, criterion.id), criterion.question)


def _question(sheet: Sheet, what: tuple[str, str], question: str) -> None:
    """A question with its answer; each change is kept at once."""
    slot = "-".join((str(sheet.session.number), sheet.key, *what))
    before = sheet.given.get(what)
    keep: dict[str, Any] = {"on_change": _keep, "args": (sheet, what, slot)}
    with st.container(gap="xsmall"):
        st.markdown(f"**{title(what[1])}**  \n{question}")
        st.pills(
            question,
            get_args(Result),
            default=before.outcome if before else None,
            format_func=lambda result: RESULTS[result],
            label_visibility="collapsed",
            key=f"{slot}-outcome",
            **keep,
        )
        with st.popover("Why", type="tertiary", disabled=before is None):
            reason = before.reason if before else ""
            st.text_input("In a sentence", reason, key=f"{slot}-reason", **keep)
            st.selectbox(
                "The words that it rests on",
                range(len(sheet.turns)),
                index=before.turn if before else None,
                format_func=lambda place: _line(sheet.turns[place]),
                key=f"{slot}-turn",
                **keep,
            )
        if before and (before.reason or before.quote):
            words = f"“{before.quote}”" if before.quote else ""
            st.caption(plain(f"{before.reason} {words}"))


def _line(turn: dict[str, Any]) -> str:
    return f"{clock(turn.get('start'))} {party(turn['speaker'])}: {turn['text']}"


def _keep(sheet: Sheet, what: tuple[str, str], slot: str) -> None:
    state = st.session_state
    outcome, place = state.get(f"{slot}-outcome"), state.get(f"{slot}-turn")
    if outcome is None:
        return
    where: dict[str, Any] = {}
    if place is not None:
        said = sheet.turns[place]
        where = {"turn": place, "start": said.get("start"), "end": said.get("end")}
        where["quote"] = said["text"]
    answer = Answer(*what, outcome, str(state.get(f"{slot}-reason") or ""), **where)
    try:
        sheet.store.calibration.answer(sheet.session.number, sheet.key, [answer])
    except ScorerError as error:
        state["session-problem"] = str(error)


def act(deed: Any, session: Session) -> None:
    """Does what a button of the session asks for; why it could not is said by the page."""
    try:
        deed(session.number)
    except ScorerError as error:
        st.session_state["session-problem"] = str(error)
