"""Calibration: the sessions, how far people and the machine agree over time, and a new session."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import streamlit as st

from scorer.analytics import calibrating
from scorer.errors import ScorerError
from scorer.pages import layout, navigation
from scorer.pages.amounts import alpha_told
from scorer.pages.folds import unfolded
from scorer.pages.questions import questions
from scorer.pages.words import moment_of, plain, several, title
from scorer.scoring.rubric import available
from scorer.store.access import may
from scorer.store.calibration import Session
from scorer.store.store import Entry, Filter, Store

if TYPE_CHECKING:
    import polars as pl

#: What every call is scored on, where nothing else is chosen (S1-S4).
_USUAL = ("listening", "empathy", "ownership", "respectful_address")
#: How many of the latest calls can be chosen from, and how many are drawn by chance.
_LATEST, _DRAWN = 200, 6


def page() -> None:
    """Shows the sessions that the person can take part in or look at."""
    store = layout.enter()
    st.title("Calibration")
    st.markdown(
        "Several people score the same calls without seeing each other’s answers, nor the "
        "machine’s. Where they differ, the question is unclear, not the person."
    )
    if not may(store.person, "calibrate"):
        st.info("Calibrations are for those who review calls.")
        return
    sessions = store.calibration.all()
    answers = store.calibration.answers()
    _warnings(answers)
    for session in sessions:
        _row(session, store.person.name)
    if not sessions:
        st.info("No session yet.")
    if may(store.person, "convene"):
        _new(store, first=not sessions)
    _over_time(answers)


def _row(session: Session, me: str) -> None:
    with st.container(border=True, key=f"card-session-{session.number}"):
        name, state, when = st.columns([4, 5, 2], vertical_alignment="center")
        with name:
            navigation.link(
                "session", session.title, icon=":material/balance:", session=str(session.number)
            )
        state.text(f"{several(len(session.calls), 'call')} · {_state(session, me)}")
        when.text(moment_of(session.at))


def _state(session: Session, me: str) -> str:
    done = f"{several(len(session.handed_in), 'person', 'people')} handed in"
    if session.closed:
        return f"closed · {done}"
    if me in session.handed_in:
        return f"you handed in · {done}"
    return "you take no part" if me in session.aside else f"waits for your answers · {done}"


def _warnings(answers: pl.DataFrame) -> None:
    for found in calibrating.drifts(answers):
        whose = "People agree" if found.whose == "people" else "The machine agrees with people"
        st.warning(
            f"{whose} less in “{plain(found.title)}” than in the sessions before it: alpha fell by "
            f"{-found.high:.2f} to {-found.low:.2f}. Look at the disagreements together."
        )


def _new(store: Store, first: bool) -> None:
    fold = unfolded("A new session", "session", first)
    if fold is None:
        return
    with fold:
        teams = sorted({entry.team for entry in store.calls()[:_LATEST]})
        if not teams:
            st.info("There are no calls yet.")
            return
        team = st.selectbox("Team", teams, format_func=lambda each: each or "(no team)")
        latest = store.calls(Filter(team=team or ""))[:_LATEST]
        names = {entry.key: _named(entry) for entry in latest if entry.team == team}
        st.button(f"Draw {min(_DRAWN, len(names))} by chance", on_click=_draw, args=(list(names),))
        told = questions()
        with st.form("new-session", border=False):
            called = st.text_input("Name", placeholder="May, listening")
            chosen = st.multiselect(
                "Calls", list(names), format_func=lambda key: names[key], key="session-calls"
            )
            rubrics = st.pills(
                "Scored on",
                list(available()),
                selection_mode="multi",
                default=[name for name in _USUAL if name in available()],
                format_func=lambda name: told.get((name, ""), (title(name), ""))[0],
            )
            if st.form_submit_button("Open the session", type="primary"):
                _open(store, called, chosen, rubrics)


def _named(entry: Entry) -> str:
    """A call by its name, whose it is and its day: what became of it would tell who scores it."""
    day = f"{entry.started.astimezone():%-d %b}" if entry.started else ""
    return " · ".join(filter(None, [entry.id, entry.agent, day]))


def _draw(keys: list[str]) -> None:
    st.session_state["session-calls"] = random.sample(keys, min(_DRAWN, len(keys)))


def _open(store: Store, called: str, chosen: list[str], rubrics: list[str]) -> None:
    try:
        number = store.calibration.open(called, chosen, rubrics)
    except ScorerError as error:
        st.error(plain(str(error)))
        return
    st.session_state.pop("session-calls", None)
    st.switch_page(navigation.pages()["session"], query_params={"session": str(number)})


def _over_time(answers: pl.DataFrame) -> None:
    points = calibrating.over_time(answers)
    if not points:
        return
    st.header("Agreement over time")
    st.markdown(
        "Krippendorff’s alpha over all questions of a session: 1 is full agreement, 0 is what "
        "chance would give. In brackets, where it lies with 95 % certainty."
    )
    if len(points) > 1:
        from scorer.pages.charts_agreement import over_time

        st.altair_chart(over_time(points), width="stretch")
    st.table(
        [
            {
                "Session": plain(point.title),
                "Opened": moment_of(point.opened),
                "People with each other": alpha_told(point.people),
                "Machine with most people": alpha_told(point.machine),
            }
            for point in points
        ]
    )
