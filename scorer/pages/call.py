"""The page of one call: what became of the customer, the sound, what was said and what it shows."""

from __future__ import annotations

from typing import Any

import streamlit as st

from scorer.errors import ScorerError
from scorer.pages import layout
from scorer.pages.player import player
from scorer.pages.questions import questions
from scorer.pages.view import view
from scorer.store.shelf import Shelf


def page() -> None:
    """Shows the call whose key stands in the address (`?key=`), so that the link can be shared."""
    layout.apply()
    layout.link("calls", "All calls", icon=":material/arrow_back:")
    key = st.query_params.get("key", "")
    if not key:
        st.info("Choose a call from the list of calls.")
        return
    try:
        shown = _view(key)
    except (ScorerError, OSError, ValueError) as error:
        st.warning(str(error) if isinstance(error, ScorerError) else f"{key}: no such call here")
        return
    player(key=f"player-{key}", data=shown)


def _view(key: str) -> dict[str, Any]:
    shelf = Shelf()
    card = shelf.card(key)
    try:
        peaks = shelf.peaks(key)
    except OSError:  # the waveform is a help, not a need
        peaks = None
    return view(key, card, peaks, questions())
