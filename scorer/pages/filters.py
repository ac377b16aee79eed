"""Which calls a list shows. Every choice stands in the address: a link shows the same list."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType
from typing import Any

import streamlit as st

from scorer.pages import opened
from scorer.pages.words import RESOLUTIONS
from scorer.store.attention import SAMPLE_RATE
from scorer.store.listing import Filter, Order

ORDERS: dict[str, Order] = {"Latest": "latest", "Queue": "attention"}
ABOUT: dict[Order, str] = {
    "latest": "The latest first. Open one to hear it and to see what each judgement rests on.",
    "attention": "Where a person's ear matters most comes first: critical points to confirm, what "
    "the machine was unsure of, disputes, complaints, and a random "
    f"{SAMPLE_RATE:.0%} of all calls. A signed call leaves the queue.",
}
#: What can be asked of a call's state, by the words of the choice.
STATES: MappingProxyType[str, dict[str, Any]] = MappingProxyType(
    {
        "To confirm": {"proposed": True},
        "Disputed": {"disputed": True},
        "Complaints": {"complaint": True},
        "Not signed": {"signed": False},
        "Signed": {"signed": True},
    }
)


def chosen() -> tuple[Filter, Order]:
    """The choices, as widgets whose values the address keeps."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        order = ORDERS[
            st.segmented_control(
                "Order", list(ORDERS), default="Latest", required=True, **_kept("order")
            )
        ]
        state = st.selectbox("Only", list(STATES), index=None, placeholder="all", **_kept("only"))
        outcome = st.selectbox(
            "Outcome", list(RESOLUTIONS.values()), index=None, placeholder="any", **_kept("outcome")
        )
        found = Filter(
            team=st.text_input("Team", **_kept("team")).strip(),
            agent=st.text_input("Agent", **_kept("agent")).strip(),
            text=st.text_input("File name has", **_kept("name")).strip(),
            resolution=next((key for key, word in RESOLUTIONS.items() if word == outcome), ""),
            **STATES.get(state or "", {}),
        )
    found = opened.narrowed(found)
    return (replace(found, attention=True) if order == "attention" else found), order


def turned_to() -> int:
    """Which page of the list the address asks for, from 0."""
    asked = st.query_params.get("page", "1")
    return max(int(asked), 1) - 1 if asked.isdecimal() and len(asked) < 9 else 0


def turn_to(page: int) -> None:
    """Puts a page of the list into the address; the first needs no word."""
    if page:
        st.query_params["page"] = str(page + 1)
    else:
        st.query_params.pop("page", None)


def _kept(name: str) -> dict[str, Any]:
    """What binds a widget to the address. Another choice begins at the first page again."""
    return {"key": name, "bind": "query-params", "on_change": turn_to, "args": (0,)}
