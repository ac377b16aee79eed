"""Which call comes next: the one after this, in the list from which somebody came, or the queue."""

from __future__ import annotations

from typing import Any

import streamlit as st

from scorer.store.listing import Filter, Order, Place
from scorer.store.store import Store

#: Who came by a link is led through the queue.
_QUEUE: tuple[Filter, Order] = (Filter(attention=True), "attention")


def remember(wanted: Filter, order: Order) -> None:
    """Keeps which list is looked at, and the address that shows it again."""
    st.session_state["listed"] = st.query_params.to_dict()
    st.session_state["list"] = (wanted, order)


def neighbours(store: Store, key: str) -> dict[str, Any]:
    """The keys of the calls before and after this one, None at either end, and where they stand."""
    wanted, order = st.session_state.get("list", _QUEUE)
    entries = store.calls(wanted, order)
    # Where it stood when it was opened: once it is signed, it has left the queue.
    places: dict[str, Place | None] = st.session_state.setdefault("places", {})
    if key not in places:
        places[key] = entries.place(key)
    place = places[key]
    before = entries.before(place) if place else None
    after = entries.after(place) if place else None
    # A call that was just signed is in the queue no more, and the way back still leads there.
    opened = list(places)
    seen = opened[opened.index(key) - 1] if opened.index(key) else None
    return {
        "where": "in the list" if order == "latest" else "in the queue",
        "before": before.key if before else seen,
        "after": after.key if after else None,
    }
