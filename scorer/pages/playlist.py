"""A playlist: clips to hear together in a meeting. Its address is the link to it; it prints."""

from __future__ import annotations

from functools import partial
from typing import Any

import streamlit as st

from scorer.errors import ScorerError
from scorer.pages import layout
from scorer.pages.clips import clip, quote
from scorer.pages.navigation import link
from scorer.pages.scripts import component
from scorer.pages.words import moment_of, party, plain, several
from scorer.store.access import may
from scorer.store.playlists import Gathered
from scorer.store.store import Store

_component = component("player/playlist.js", "player/clips.css")


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
        st.warning(plain(str(error)))
        return
    st.title(plain(opened.title))
    st.caption(f"{several(len(opened.clips), 'clip')}, gathered by {plain(opened.author)}")
    if opened.hidden:
        st.info(f"{several(opened.hidden, 'clip')} more from calls that are not yours to hear.")
    if not opened.clips:
        st.markdown("Nothing in it yet. Add clips from the moments.")
        return
    mine = may(store.person, "gather") and opened.author == store.person.name
    name = f"playlist-{key}"
    _component(
        key=name,
        data={"clips": [_clip(store, *each, mine) for each in enumerate(opened.clips, 1)]},
        on_out_change=partial(_take_out, store, key, opened.clips, name),
    )


def _clip(store: Store, place: int, each: Gathered, mine: bool) -> dict[str, Any]:
    when = f", {moment_of(each.started)}" if each.started else ""
    quotes = [quote(line.text, line.start, line.end, party(line.speaker)) for line in each.lines]
    heading = f"{place}. {each.words}" if each.words else f"{place}."
    about = f"{each.agent or 'somebody'}{when}"
    shown = clip(store, each.key, each.call, quotes, heading, about, heard=each.heard)
    return {**shown, "out": _name(each) if mine else ""}


def _name(each: Gathered) -> str:
    return f"{each.key} {each.first_turn} {each.last_turn}"


def _take_out(store: Store, playlist: str, there: tuple[Gathered, ...], component: str) -> None:
    for each in there:
        if _name(each) == st.session_state[component]["out"]:
            store.playlists.drop(playlist, each.key, (each.first_turn, each.last_turn))
