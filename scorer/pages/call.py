"""The page of one call: what became of the customer, the sound, what was said and what it shows."""

from __future__ import annotations

import time
from typing import Any

import streamlit as st

from scorer.errors import ScorerError
from scorer.pages import layout, ticket
from scorer.pages.player import player
from scorer.pages.questions import questions
from scorer.pages.view import view
from scorer.store.store import Store


def page() -> None:
    """Shows the call whose key stands in the address (`?key=`), so that the link can be shared."""
    store = layout.enter()
    layout.link("calls", "All calls", icon=":material/arrow_back:")
    key = st.query_params.get("key", "")
    if not key:
        st.info("Choose a call from the list of calls.")
        return
    try:
        shown = _view(store, key)
    except (ScorerError, OSError, ValueError) as error:
        st.warning(str(error) if isinstance(error, ScorerError) else f"{key}: no such call here")
        return
    player(key=f"player-{key}", data=shown)


def _view(store: Store, key: str) -> dict[str, Any]:
    card = store.card(key)
    try:
        peaks = store.peaks(key)
    except OSError:  # the waveform is a help, not a need
        peaks = None
    return {**view(key, card, peaks, questions()), "audio": _audio(store, key)}


def _audio(store: Store, key: str) -> str:
    """Where the sound is; the same for the whole visit, so that the player goes on playing."""
    kept = st.session_state.setdefault("tickets", {})
    if key not in kept or kept[key][1] < time.time():
        kept[key] = (ticket.issue(store.person, key), time.time() + ticket.LIFE / 2)
    return f"/audio/{key}?ticket={kept[key][0]}"
