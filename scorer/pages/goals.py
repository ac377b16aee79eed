"""Goals of a team, and the looks at them (S19). None is on time, talk or numbers of calls."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import get_args

import streamlit as st

from scorer.analytics.measures import MEASURES
from scorer.analytics.periods import midnight
from scorer.analytics.reached import Figure, reached
from scorer.errors import ScorerError
from scorer.pages import among, layout
from scorer.pages.amounts import percent
from scorer.pages.coached import Asked, asked
from scorer.pages.folds import unfolded
from scorer.pages.words import moment_of, plain, several
from scorer.store.access import may
from scorer.store.guidance import Goal, GoalState
from scorer.store.store import Store
from scorer.store.tallies import Among

STATES: dict[GoalState, str] = {
    "going": "We go on",
    "reached": "Reached",
    "dropped": "We let it go",
}
_TERM = timedelta(days=84)


def page() -> None:
    """Shows the goals of the person's teams with their figures; a lead sets and reviews them."""
    store = layout.enter()
    st.title("Goals")
    if not may(store.person, "belong"):
        st.info("The goals are for the teams.")
        return
    st.markdown("What we want to be better at, and how it goes. Never how fast, or how many.")
    told, goals = asked(), store.guidance.goals()
    for goal in [each for each in goals if each.state == "going"]:
        _goal(store, goal, told)
    if not any(goal.state == "going" for goal in goals):
        st.info("No goal at the moment.")
    if may(store.person, "guide"):
        _new(store, told, len(goals))
    over = [goal for goal in goals if goal.state != "going"]
    if over:
        st.header("Before")
        for goal in over:
            _goal(store, goal, told)


def figure(store: Store, goal: Goal, told: Asked) -> Figure | None:
    """How the goal stands now; None for who may not compare."""
    if not may(store.person, "compare"):
        return None
    begin = midnight(goal.since)
    end = midnight(min(goal.due, among.today()) + timedelta(days=1))
    if end <= begin:
        return None
    who = store.person
    asks = (who.name, who.role, tuple(sorted(who.teams)), who.agent, store.address)
    state = store.tallies.state()
    return _reached(store, asks, goal.metric, (begin, end), goal.team, told.slips, state)


@st.cache_data(max_entries=256, show_spinner=False)
def _reached(
    _store: Store,
    asks: tuple[object, ...],  # noqa: ARG001  whose figure it is: part of what it is kept by
    metric: str,
    edges: tuple[datetime, datetime],
    team: str,
    slips: frozenset[str],
    state: int,  # noqa: ARG001  what was counted at the same state is the same
) -> Figure:
    return reached(_store.tallies, metric, edges, Among(team=team), slips)


def _goal(store: Store, goal: Goal, told: Asked) -> None:
    with st.container(border=True, key=f"card-goal-{goal.number}", gap="small"):
        st.subheader(f"{_named(goal.metric, told)}: {percent(goal.target)} by {goal.due:%-d %b %Y}")
        whose = f"Team {plain(goal.team)}" if goal.team else "All of us"
        st.caption(f"{whose} · counted from {goal.since:%-d %b %Y} · set by {plain(goal.by)}")
        st.text(goal.why)
        now = figure(store, goal, told)
        if goal.state == "going":
            st.markdown(_told(now, goal))
        for look in goal.reviews:
            value = f"{percent(look.value)} of {several(look.count, 'case')}, "
            known = value if look.value is not None else ""
            st.caption(
                f"{moment_of(look.at)} · {plain(look.by)} · {known}{STATES[look.state].lower()}"
            )
            st.text(look.text)
        if may(store.person, "guide") and goal.state == "going":
            _review(store, goal, now)


def _told(now: Figure | None, goal: Goal) -> str:
    if now is None:
        last = next((look for look in reversed(goal.reviews) if look.value is not None), None)
        return f"At the last look: {percent(last.value)}." if last else "Not looked at yet."
    if now.value is None:
        return "Nothing to count yet."
    between = (
        f" ({percent(now.low)} to {percent(now.high)})"
        if now.low is not None and now.high is not None
        else ""
    )
    few = " These are too few to say." if now.few else ""
    return f"**Now {percent(now.value)}**{between}, from {several(now.count, 'case')}.{few}"


def _review(store: Store, goal: Goal, now: Figure | None) -> None:
    slot = f"{goal.number}-{len(goal.reviews)}"  # what is kept leaves an empty form behind
    fold = unfolded("Review it", f"review-{slot}")
    if fold is None:
        return
    with fold, st.form(f"review-{slot}", border=False):
        state = st.pills(
            "So",
            get_args(GoalState),
            default="going",
            required=True,
            format_func=lambda each: STATES[each],
            key=f"state-{slot}",
        )
        text = st.text_area("What we saw, and what comes next", key=f"seen-{slot}", height=90)
        if st.form_submit_button("Keep"):
            found = (now.value, now.low, now.high, now.count) if now else (None, None, None, 0)
            try:
                store.guidance.review(goal.number, state, text, found)
            except ScorerError as error:
                st.error(plain(str(error)))
                return
            st.rerun()


def _new(store: Store, told: Asked, many: int) -> None:
    fold = unfolded("A new goal", f"goal-{many}")
    if fold is None:
        return
    with fold, st.form(f"goal-form-{many}", border=False):
        team = st.selectbox(
            "Whose", store.guidance.teams(), format_func=lambda each: each or "All of us"
        )
        metric = st.selectbox(
            "Better at",
            [*MEASURES, *told.choices()],
            format_func=lambda each: _named(each, told),
            help="How fast, how long and how many are not among them: they make service worse.",
        )
        target = st.slider("Target, %", 5, 100, 80, 5)
        since, due = st.columns(2)
        begin = since.date_input("Counted from", among.today())
        end = due.date_input("By", among.today() + _TERM)
        why = st.text_input("Why it matters")
        if st.form_submit_button("Set the goal", type="primary"):
            try:
                store.guidance.set_goal(team or "", metric, target / 100, begin, end, why)
            except ScorerError as error:
                st.error(plain(str(error)))
                return
            st.rerun()


def _named(metric: str, told: Asked) -> str:
    return MEASURES.get(metric) or told.name(metric)
