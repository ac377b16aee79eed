"""One coaching plan: what to practise, how it goes, and what both say about it."""

from __future__ import annotations

from typing import get_args

import streamlit as st

from scorer.analytics import practising
from scorer.errors import ScorerError
from scorer.pages import layout, navigation, person
from scorer.pages.amounts import share_told
from scorer.pages.clips import clip, clips, quote
from scorer.pages.coached import Asked, asked
from scorer.pages.folds import unfolded
from scorer.pages.progress import progress
from scorer.pages.words import RESULTS, moment_of, plain, title
from scorer.store.access import may
from scorer.store.coaching import EntryKind, Plan
from scorer.store.store import Store

#: A practice that nobody scores shows no progress: better said than wondered about.
NOT_ALWAYS = (
    "Calls are scored on this rubric only where it is named. To follow it, a lead sets "
    "“default: true” in its file, under Rubrics."
)
#: What each entry is called, and what is asked for; agents write the first two.
_ENTRIES: dict[EntryKind, tuple[str, str]] = {
    "words": ("In my own words", "What do you want to do, in your own words?"),
    "answer": ("Answer", "What do you want to say?"),
    "note": ("Note", "What do you want to say?"),
    "progress": ("Progress", "What did you see together?"),
    "finished": ("Finish", "What was reached, and what stays?"),
}


def page() -> None:
    """Shows the plan that the address names (`?plan=`)."""
    store = layout.enter()
    navigation.link("coaching", "Coaching", icon=":material/arrow_back:")
    try:
        plan = store.coaching.get(layout.number("plan") or 0)
    except ScorerError as error:
        st.warning(plain(str(error)))
        return
    told = asked()
    st.title(f"Coaching plan for {plain(plan.agent)}")
    st.markdown(plain(plan.aim))
    st.caption(f"{plain(plan.by)}, {moment_of(plan.at)} · until {plan.due:%-d %b %Y}")
    if plan.words:
        st.info(f"{plain(plan.agent)} says: “{plain(plan.words)}”")
    _clips(store, plan, "praise", "What you do well")
    _focus(store, plan, told)
    _clips(store, plan, "practise", "Clips to practise with")
    _follow_up(store, plan)
    _said(store, plan)
    seal = person.pass_to(store.person, f"plan-{plan.number}")
    address = f"/sheet/{plan.number}?ticket={seal}"
    st.link_button("A page to print", address, icon=":material/print:")


def _clips(store: Store, plan: Plan, kind: str, heading: str) -> None:
    mine = [each for each in plan.clips if each.kind == kind]
    if not mine:
        return
    st.header(heading)
    clips(
        [
            clip(
                store,
                each.key,
                each.call,
                [quote(each.quote, each.start, each.end)],
                title(each.criterion),
                each.comment,
            )
            for each in mine
        ],
        key=f"plan-{kind}",
    )


def _focus(store: Store, plan: Plan, told: Asked) -> None:
    st.header("What to practise, and how it goes")
    for each in progress(store, plan, told):
        criterion = told.criteria.get(each.name)
        with st.container(border=True, key=f"card-focus-{each.name}", gap="xsmall"):
            st.subheader(told.name(each.name))
            if criterion:
                st.markdown(f"{criterion.coaching} *“{criterion.example}”*")
            st.text(f"Four weeks before: {share_told(each.before, 'call')}")
            st.text(f"Since the plan: {share_told(each.since, 'call')}")
            st.caption(practising.change(each.before, each.since))
            if not told.always(each.name):
                st.caption(NOT_ALWAYS)


def _follow_up(store: Store, plan: Plan) -> None:
    found = store.practice.answers(plan.agent, plan.focus, plan.at)
    st.header("Calls since then")
    if found.is_empty():
        st.markdown("None yet in which it came up. They gather here by themselves.")
        return
    calls = found.group_by("key", "call", maintain_order=True).agg("criterion", "outcome")
    for row in calls.head(10).iter_rows(named=True):
        pairs = zip(row["criterion"], row["outcome"], strict=True)
        told = " · ".join(f"{title(criterion)}: {RESULTS[outcome]}" for criterion, outcome in pairs)
        with st.container(border=True, key=f"card-follow-{row['key']}"):
            name, how = st.columns([4, 7], vertical_alignment="center")
            with name:
                navigation.link("call", row["call"], icon=":material/graphic_eq:", key=row["key"])
            how.text(told)


def _said(store: Store, plan: Plan) -> None:
    st.header("What we said")
    for entry in plan.entries:
        with st.container(gap=None):
            st.caption(f"{_ENTRIES[entry.kind][0]} · {plain(entry.author)}, {moment_of(entry.at)}")
            st.text(entry.text)
    if plan.finished:
        return
    for kind in get_args(EntryKind):
        mine = kind in ("words", "answer")
        if may(store.person, "practise" if mine else "coach"):
            _form(store, plan, kind)


def _form(store: Store, plan: Plan, kind: EntryKind) -> None:
    label, question = _ENTRIES[kind]
    first = kind == "words" and not plan.words
    slot = f"{kind}-{plan.number}-{len(plan.entries)}"  # what is kept leaves an empty form behind
    fold = unfolded(label, slot, first)
    if fold is None:
        return
    with fold, st.form(f"entry-{slot}", border=False):
        text = st.text_area(question, key=f"text-{slot}", height=90)
        if st.form_submit_button("Keep"):
            try:
                store.coaching.write(plan.number, kind, text)
            except ScorerError as error:
                st.error(plain(str(error)))
                return
            st.rerun()
