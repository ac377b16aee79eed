"""The creed: what a team, or the whole centre, promises its customers, in its own lines (S17)."""

from __future__ import annotations

import streamlit as st

from scorer.errors import ScorerError
from scorer.pages import layout
from scorer.pages.folds import unfolded
from scorer.pages.words import moment_of, plain
from scorer.store.access import may
from scorer.store.guidance import Creed
from scorer.store.store import Store

#: To begin with, in our own words (S17); a team writes its own.
_FIRST = """We are interested in whoever calls.
We say back what we heard before we act on it.
We meet each person as if they were the first today.
We say "us", not "they" and "you people".
We take the time to get it right, since mending takes longer."""


def page() -> None:
    """Shows each creed that the person's teams live by; a lead writes it."""
    store = layout.enter()
    st.title("Creed")
    if not may(store.person, "belong"):
        st.info("The creed is for the teams.")
        return
    creeds = store.guidance.creeds()
    for creed in creeds:
        _shown(store, creed)
    if not creeds:
        st.info("Nobody has written a creed yet.")
    if may(store.person, "guide"):
        _write(store, {creed.team: creed for creed in creeds})


def _shown(store: Store, creed: Creed) -> None:
    with st.container(border=True, key=f"card-creed-{creed.team or 'all'}"):
        st.header(f"Team {plain(creed.team)}" if creed.team else "All of us")
        for line in creed.lines:
            st.text(line)
        st.caption(f"{plain(creed.by)}, {moment_of(creed.at)}")
        earlier = store.guidance.creed_history(creed.team)[1:]
        if earlier:
            with st.expander("Earlier"):
                for old in earlier:
                    st.caption(f"{plain(old.by)}, {moment_of(old.at)}")
                    st.text("\n".join(old.lines) or "taken back")


def _write(store: Store, creeds: dict[str, Creed]) -> None:
    fold = unfolded("Write it", "creed", not creeds)
    if fold is None:
        return
    with fold:
        team = st.selectbox(
            "Whose",
            store.guidance.teams(),
            format_func=lambda each: each or "All of us",
        )
        if team is None:
            st.info("You are in no team yet.")
            return
        there = creeds.get(team)
        with st.form(f"creed-{team}", border=False):
            text = st.text_area(
                "A line each; a few, in your own words",
                "\n".join(there.lines) if there else _FIRST,
                height=190,
                key=f"creed-text-{team}",
            )
            if st.form_submit_button("Keep it", type="primary"):
                try:
                    store.guidance.write_creed(team, text.splitlines())
                except ScorerError as error:
                    st.error(plain(str(error)))
                    return
                st.rerun()
