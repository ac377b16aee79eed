"""A playlist: clips to hear together in a meeting. Its address is the link to it; it prints."""

from __future__ import annotations

import streamlit as st

from scorer.errors import ScorerError
from scorer.pages import layout
from scorer.pages.clips import clip, clips, quote
from scorer.pages.navigation import link
from scorer.pages.words import moment_of, party, several
from scorer.store.access import may
from scorer.store.playlists import Gathered, Opened
from scorer.store.store import Store


def page() -> None:
    """Shows the playlist whose key stands in the address (`?key=`)."""
    store = layout.enter()
    key = st.query_params.get("key", "")
    with st.container(key="unprinted-back"):
        link("moments", "All moments", icon=":material/arrow_back:")
    try:
        if not key:
            st.info("Choose a playlist from the moments.")
            return
        opened = store.playlists.open(key)
    except ScorerError as error:
        st.warning(str(error))
        return
    st.title(opened.title)
    st.caption(f"{several(len(opened.clips), 'clip')}, gathered by {opened.author}")
    if opened.hidden:
        st.info(f"{several(opened.hidden, 'clip')} more from calls that are not yours to hear.")
    if not opened.clips:
        st.markdown("Nothing in it yet. Add clips from the moments.")
    for place, each in enumerate(opened.clips):
        _clip(store, key, each, place, opened)


def _clip(store: Store, key: str, each: Gathered, place: int, opened: Opened) -> None:
    when = f", {moment_of(each.started)}" if each.started else ""
    quotes = [
        quote(line.text, line.start if each.heard else None, line.end, party(line.speaker))
        for line in each.lines
    ]
    heading = f"{place + 1}. {each.words}" if each.words else f"{place + 1}."
    about = f"{each.agent or 'somebody'}{when}"
    clips([clip(store, each.key, each.call, quotes, heading, about)], f"playlist-{place}")
    if may(store.person, "gather") and opened.author == store.person.name:
        turns = (each.first_turn, each.last_turn)
        st.button(
            "Take out",
            type="tertiary",
            key=f"out-{each.key}-{turns[0]}-{turns[1]}",
            on_click=_take_out,
            args=(store, key, each.key, turns),
        )


def _take_out(store: Store, playlist: str, call: str, turns: tuple[int, int]) -> None:
    store.playlists.drop(playlist, call, turns)
