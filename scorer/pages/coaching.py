"""Coaching: what an agent does well, what is worth practising, and their plans."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import polars as pl
import streamlit as st

from scorer.analytics import practising
from scorer.errors import ScorerError
from scorer.pages import among, choices, layout, navigation
from scorer.pages.amounts import share_told
from scorer.pages.choices import Choice, offered
from scorer.pages.clips import clips
from scorer.pages.coached import Asked, Cards, asked, kept, rows, shown
from scorer.pages.folds import unfolded
from scorer.pages.words import plain, several, title
from scorer.store.access import may
from scorer.store.coaching import FEW, Clip, Plan
from scorer.store.store import Store

#: What is looked at, and how long a plan runs unless somebody says otherwise.
_SPAN, _TERM = timedelta(days=28), timedelta(days=28)


def page() -> None:
    """A lead chooses an agent; an agent sees their own."""
    store = layout.enter()
    if may(store.person, "coach"):
        _lead(store)
    elif may(store.person, "practise"):
        st.title("My coaching")
        _well(Cards(store), _moments(store, store.person.on_calls), "What you did well")
        _plans(store.coaching.all())
    else:
        st.title("Coaching")
        st.info("Coaching is between agents and their leads.")


def _lead(store: Store) -> None:
    st.title("Coaching")
    agents = dict(store.coaching.agents())
    if not agents:
        st.info("No call here says who took it yet. A call's metadata can name its agent.")
        return
    name = choices.chosen([Choice("agent", "Agent", offered(list(agents)), any="by name")])["agent"]
    if not name:
        st.markdown("Choose whom you want to sit down with.")
        _plans(store.coaching.all())
        return
    told, cards, moments = asked(), Cards(store), _moments(store, name)
    now = datetime.now(UTC)
    found = practising.patterns(store.practice.counts(name, [now - _SPAN, now]), told.slips)
    team = f"Team {plain(agents[name])}. " if agents[name] else ""
    st.caption(f"{team}The last four weeks. Nobody is compared with anybody.")
    good = _well(cards, moments, f"What {plain(name)} does well")
    missed = _patterns(cards, moments, found, told)
    _plans(store.coaching.all(name))
    _new(store, name, told, [each.name for each in found], [*good, *missed])


def _moments(store: Store, agent: str) -> pl.DataFrame:
    return store.practice.moments(agent, datetime.now(UTC) - _SPAN)


def _well(cards: Cards, moments: pl.DataFrame, heading: str) -> list[Clip]:
    st.header(heading)
    found = rows(practising.praised(moments))
    if not found:
        st.markdown("No moment stood out in these weeks; that says nothing against anyone.")
    clips([shown(cards, row) for row in found], key="praised")
    return [kept(cards, row, "praise") for row in found]


def _patterns(
    cards: Cards, moments: pl.DataFrame, found: list[practising.Pattern], told: Asked
) -> list[Clip]:
    st.header("What is worth practising")
    if not found:
        st.markdown("Nothing was missed often enough to be a pattern.")
    chosen = []
    for pattern in found:
        criterion = told.criteria.get(pattern.name)
        with st.container(border=True, key=f"card-pattern-{pattern.name}"):
            st.subheader(title(pattern.name.partition(".")[2]))
            st.markdown(f"Went well on {share_told(pattern.met, 'call')}.")
            if criterion:
                st.markdown(f"**Try this** {criterion.coaching} *“{criterion.example}”*")
            mine = rows(practising.missed(moments, pattern.name))
            shown_ones = [shown(cards, row, named=False) for row in mine]
            clips(shown_ones, key=f"missed-{pattern.name}", bare=True)
            chosen += [kept(cards, row, "practise") for row in mine]
    return chosen


def _plans(plans: list[Plan]) -> None:
    if not plans:
        return
    st.header("Plans")
    for plan in plans:
        with st.container(border=True, key=f"card-plan-{plan.number}"):
            name, state = st.columns([5, 4], vertical_alignment="center")
            with name:
                about = ", ".join(title(each.partition(".")[2]) for each in plan.focus)
                heading = f"{plan.agent}: {about}"
                icon = ":material/school:"
                navigation.link("plan", heading, icon=icon, plan=str(plan.number))
            state.text(_state(plan))


def _state(plan: Plan) -> str:
    if plan.finished:
        return "finished"
    days = (plan.due - among.today()).days
    due = f"due in {several(days, 'day')}" if days >= 0 else f"was due {plan.due:%-d %b}"
    return due if plan.words else f"{due} · waits for {plan.agent}’s own words"


def _new(store: Store, agent: str, told: Asked, suggested: list[str], found: list[Clip]) -> None:
    fold = unfolded("A new plan", f"plan-{agent}")
    if fold is None:
        return
    with fold, st.form(f"plan-{agent}", border=False):
        focus = st.multiselect(
            f"What to practise, up to {FEW}",
            told.choices(),
            default=[name for name in suggested if name in told.criteria],
            format_func=told.name,
            max_selections=FEW,
        )
        aim = st.text_input("What it is for", placeholder="So that callers feel heard at once")
        due = st.date_input("Until", among.today() + _TERM, min_value=among.today())
        picked = st.multiselect(
            "Clips to go with it",
            range(len(found)),
            default=range(len(found)),
            format_func=lambda place: _named(found[place]),
        )
        if st.form_submit_button("Make the plan", type="primary"):
            try:
                number = store.coaching.plan(
                    agent, focus, aim, due, [found[place] for place in picked]
                )
            except ScorerError as error:
                st.error(plain(str(error)))
                return
            st.switch_page(navigation.pages()["plan"], query_params={"plan": str(number)})


def _named(clip: Clip) -> str:
    kind = {"praise": "Praise", "practise": "Practise"}[clip.kind]
    # The choice tells its options apart by these words.
    return f"{kind}: “{clip.quote[:60]}” · {clip.call}"
