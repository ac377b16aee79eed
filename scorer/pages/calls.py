"""The list of calls, and how one gets there: upload, samples, and what is on its way."""

from __future__ import annotations

import streamlit as st

from scorer.pages import layout
from scorer.pages.intake import on_the_way, take_in
from scorer.pages.view import summary
from scorer.store.shelf import Entry, Shelf

#: How many calls a page shows before it asks.
PAGE_LENGTH = 50


def page() -> None:
    """Shows what can be uploaded, what is being scored, and what is scored."""
    layout.apply()
    st.title("Calls")
    entries = Shelf().calls()
    take_in(first=not entries)
    on_the_way()
    if entries:
        _list(entries)


def _list(entries: list[Entry]) -> None:
    st.header("Scored calls")
    st.markdown("The latest first. Open one to hear it and to see what each judgement rests on.")
    shown = st.session_state.setdefault("calls_shown", PAGE_LENGTH)
    with st.container(gap="xsmall"):
        for entry in entries[:shown]:
            _row(entry)
    if len(entries) > shown and st.button(f"Show more ({len(entries) - shown} left)"):
        st.session_state["calls_shown"] = shown + PAGE_LENGTH
        st.rerun()


def _row(entry: Entry) -> None:
    with st.container(border=True, key=f"row-{entry.key}"):
        name, outcome, when = st.columns([4, 5, 2], vertical_alignment="center")
        with name:
            layout.link("call", entry.id, icon=":material/graphic_eq:", key=entry.key)
        outcome.text(summary(entry.card))
        when.text(entry.when.astimezone().strftime("%-d %b %Y, %H:%M"))
