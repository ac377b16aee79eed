"""The page of one call: what became of the customer, the sound, what was said and what it shows."""

from __future__ import annotations

import time
from functools import partial
from typing import Any

import streamlit as st

from scorer.errors import ScorerError
from scorer.pages import layout, review, ticket
from scorer.pages.player import player
from scorer.pages.questions import questions
from scorer.pages.shows import by_people
from scorer.pages.view import view
from scorer.store.store import Store


def page() -> None:
    """Shows the call whose key stands in the address (`?key=`), so that the link can be shared."""
    store = layout.enter()
    listed = st.session_state.get("listed", {})  # back to the list as it was left
    layout.link("calls", "All calls", icon=":material/arrow_back:", **listed)
    key = st.query_params.get("key", "")
    if not key:
        st.info("Choose a call from the list of calls.")
        return
    try:
        shown = _view(store, key)
    except (ScorerError, OSError, ValueError) as error:
        st.warning(str(error) if isinstance(error, ScorerError) else f"{key}: no such call here")
        return
    player(key=_player(key), data=shown, on_said_change=partial(_hear, store, key))


def _hear(store: Store, key: str) -> None:
    """Does what the player was told to; the page then runs again and shows it."""
    state = st.session_state
    state["heard"] = state.get("heard", 0) + 1
    try:
        review.act(store, key, state[_player(key)]["said"])
    except ScorerError as error:
        state["problem"] = str(error)


def _player(key: str) -> str:
    return f"player-{key}"


def _view(store: Store, key: str) -> dict[str, Any]:
    card, events = store.card(key), store.history(key)
    people = by_people(store.judged(key), events, card, store.person.name)
    try:
        peaks = store.peaks(key)
    except (OSError, ValueError):  # the waveform is a help, not a need
        peaks = None
    state = st.session_state
    problem, heard = state.pop("problem", ""), state.get("heard", 0)
    return {
        **view(key, card, peaks, questions(), people),
        "audio": _audio(store, key),
        "review": review.panel(store, card, events, problem, heard),
    }


def _audio(store: Store, key: str) -> str:
    """Where the sound is; the same for the whole visit, so that the player goes on playing."""
    kept = st.session_state.setdefault("tickets", {})
    if key not in kept or kept[key][1] < time.time():
        kept[key] = (ticket.issue(store.person, key), time.time() + ticket.LIFE / 2)
    return f"/audio/{key}?ticket={kept[key][0]}"
