"""The promise ledger (S6): what is due, overdue, kept; mark it, and give it to somebody."""

from __future__ import annotations

from collections.abc import Callable
from typing import get_args

import streamlit as st

from scorer.errors import ScorerError
from scorer.pages import among, choices, kept_blind, layout, turning
from scorer.pages.choices import Choice
from scorer.pages.navigation import link
from scorer.pages.words import clock, day, moment_of, plain, several
from scorer.store.access import may
from scorer.store.promised import Promised
from scorer.store.reviews import PromiseStatus
from scorer.store.store import Store
from scorer.store.tallies import Among

#: The choices, in the order in which they want somebody.
STATES = {
    "Due today": "due",
    "Overdue": "overdue",
    "Open": "open",
    "No day named": "undated",
    "Kept": "kept",
    "Late": "late",
    "Broken": "broken",
}
_WORDS: dict[PromiseStatus, str] = {"kept": "Kept", "late": "Kept late", "broken": "Broken"}
_SAID = {"kept": "kept", "late": "kept late", "broken": "broken"}
PAGE_LENGTH = 15


def page() -> None:
    """Shows the promises on the calls that the person may read."""
    store = layout.enter()
    st.title("Promises")
    if not may(store.person, "follow"):
        st.info("This page shows what was promised on calls, which is not for you to see.")
        return
    layout.generated(store)
    st.markdown(
        "What was promised to customers, and what became of it. Where one cannot be kept, tell the "
        "customer first."
    )
    seen_to = Choice("owner", "Seen to by", kind="word", hint="anybody")
    chosen = among.chosen(store, seen_to, spans=False)
    kept_blind.left_out(store)
    state = _state(store.ledger.counts(among.today(), chosen.among))
    _problem()
    _list(store, STATES[state], chosen.among, chosen.asked["owner"])


def _state(counts: dict[str, int]) -> str:
    """Which state is shown. The address keeps its name alone, since the counts beside it change."""
    told = {name: f"{name} ({counts[state]:,})" for name, state in STATES.items()}
    usual = "Due today" if counts["due"] or not counts["overdue"] else "Overdue"
    state = Choice("state", "State", told, "segments", usual=usual, always=True)
    return choices.chosen([state], "state")["state"]


def _list(store: Store, state: str, chosen: Among, owner: str) -> None:
    wanted = (state, chosen, owner)
    turned = turning.turned("promises", *wanted)
    found = store.ledger.entries(
        state,
        among.today(),
        chosen,
        owner or None,
        first=turned * PAGE_LENGTH,
        count=PAGE_LENGTH + 1,
    )
    if not found:
        st.info("None here.")
    for each in found[:PAGE_LENGTH]:
        with st.container(border=True, key=f"card-promise-{each.number}"):
            _entry(store, each)
    turning.buttons("promises", turned, len(found) > PAGE_LENGTH, *wanted)


def _entry(store: Store, each: Promised) -> None:
    what, who, acts = st.columns([5, 3, 4])
    with what.container(gap="xxsmall"):
        st.markdown(f"**{plain(each.what[:1].upper() + each.what[1:])}**")
        st.text(f"“{each.quote}”")
        st.caption(plain(_due(each)))
    with who.container(gap="xxsmall"):
        taken = f" by {each.agent}" if each.agent else ""
        st.text(f"Promised{taken}" + (f" to {each.customer}" if each.customer else ""))
        if each.owner:
            st.text(f"Seen to by {each.owner}")
        at = f" at {clock(each.start)}" if each.start is not None else ""
        link("call", f"{each.call}{at}", key=each.key)
    with acts.container(horizontal=True, horizontal_alignment="right", gap="small"):
        for status, word in _WORDS.items():
            st.button(
                word,
                key=f"{status}-{each.number}",
                disabled=each.status == status,
                on_click=_follow,
                args=(store, each.number, status),
            )
        if st.button("More", key=f"more-{each.number}"):
            _more(store, each)


def _due(each: Promised) -> str:
    named = f"due {day(each.due)}" if each.due else each.said_when or "no day named"
    told = named[:1].upper() + named[1:]
    if not each.status:
        return told
    reason = f": {each.reason}" if each.reason else ""
    return f"{told} · {_SAID[each.status]}, says {each.by}{reason}"


@st.dialog("A promise")
def _more(store: Store, each: Promised) -> None:
    """Gives it to somebody, says what became of it and why, and shows what was done so far."""
    st.text(f"“{each.quote}”")
    if may(store.person, "assign"):
        with st.form("give", border=False):
            owner = st.text_input("Who sees to it", each.owner or each.agent)
            note = st.text_input("A word with it")
            if st.form_submit_button("Give"):
                _guarded(store.ledger.assign, each.number, owner, note)
                st.rerun()
    with st.form("why", border=False):
        status = st.selectbox(
            "What became of it",
            get_args(PromiseStatus),
            format_func=lambda status: _WORDS[status],
        )
        reason = st.text_input("Why")
        if st.form_submit_button("Write it down"):
            _guarded(store.follow, each.number, status, reason)
            st.rerun()
    told = store.ledger.history(each.number)
    if told:
        st.caption(f"So far, {several(len(told), 'entry', 'entries')}")
    for said in told:
        did = _SAID.get(said.status) or (f"given to {said.owner}" if said.owner else "given back")
        text = f": {said.text}" if said.text else ""
        st.text(f"{moment_of(said.at)}, {said.author}: {did}{text}")


def _follow(store: Store, number: int, status: PromiseStatus) -> None:
    _guarded(store.follow, number, status)


def _guarded(door: Callable[..., object], *args: object) -> None:
    """Does it; what went wrong is said above the list."""
    try:
        door(*args)
    except ScorerError as error:
        st.session_state["problem"] = str(error)


def _problem() -> None:
    if problem := st.session_state.pop("problem", ""):
        st.warning(plain(problem))
