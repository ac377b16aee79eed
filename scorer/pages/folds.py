"""Forms that are made only once somebody unfolds them: a page opens with what is read first."""

from __future__ import annotations

from typing import Any

import streamlit as st


def unfolded(label: str, key: str, opened: bool = False) -> Any:
    """The fold's container where it is open, else None: then nothing in it need be made."""
    fold = st.expander(label, expanded=opened, key=f"fold-{key}", on_change="rerun")
    return fold if fold.open else None
