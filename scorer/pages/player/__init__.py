"""The call view: outcome, waveform, transcript and evidence around one sound, in one component.

One component, so that a click plays at once and never runs the page again. Its scripts are plain
modules served from this folder (`/player/*.js`); `data` is what `scorer.pages.view.view` makes.
Texts reach the page as text, never as HTML.
"""

from __future__ import annotations

from pathlib import Path

import streamlit as st

_FOLDER = Path(__file__).parent

# Streamlit runs this text as a module of its own, without an address; from there the player's
# modules can only be reached by a full one.
_LOADER = """
export default async (component) => {
    const { default: mount } = await import(new URL("/player/view.js", location.origin));
    return mount(component);
};
"""

player = st.components.v2.component(
    "scorer_player", css=(_FOLDER / "player.css").read_text(encoding="utf-8"), js=_LOADER
)
