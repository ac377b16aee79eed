"""Turning the pages of a list; another choice begins at the first page again."""

from __future__ import annotations

import streamlit as st


def turned(name: str, *choices: object) -> int:
    """Which page of the list `name` is open, from 0, for these choices."""
    kept, place = st.session_state.get(f"turned-{name}", (choices, 0))
    if kept != choices:
        del st.session_state[f"turned-{name}"]
        return 0
    return int(place)


def turn(name: str, to: int, *choices: object) -> None:
    """Opens a page of the list."""
    st.session_state[f"turned-{name}"] = (choices, to)


def buttons(name: str, place: int, more: bool, *choices: object) -> None:
    """Previous and next, where there is more than one page."""
    if not place and not more:
        return
    with st.container(horizontal=True):
        back, on = (name, place - 1, *choices), (name, place + 1, *choices)
        st.button("Previous", disabled=place == 0, on_click=turn, args=back)
        st.button("Next", disabled=not more, on_click=turn, args=on)
