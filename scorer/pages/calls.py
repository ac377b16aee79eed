"""The list of calls, and how one gets there: upload, samples, and what is on its way."""

from __future__ import annotations

import streamlit as st

from scorer.pages import filters, layout, neighbours
from scorer.pages.intake import take_in
from scorer.pages.rows import rows
from scorer.pages.underway import on_the_way
from scorer.store.access import may
from scorer.store.store import Store

#: How many calls a page of the list shows.
PAGE_LENGTH = 25


def page() -> None:
    """Shows what can be uploaded, what is being scored, and what is scored."""
    store = layout.enter()
    st.title("Calls")
    there = bool(store.calls())
    if may(store.person, "upload"):
        take_in(store.person, first=not there)
        on_the_way(store.person)
    elif not there:
        st.info("No call of yours is here yet. Calls appear as soon as they have been scored.")
    if there:
        _list(store)


def _list(store: Store) -> None:
    st.header("Scored calls")
    wanted, order = filters.chosen()
    neighbours.remember(wanted, order)
    st.markdown(filters.ABOUT[order])
    calls = store.calls(wanted, order)
    count, turned = len(calls), filters.turned_to()
    first = turned * PAGE_LENGTH
    entries = calls[first : first + PAGE_LENGTH]
    if not entries:
        st.info(
            "Nothing waits for an ear here; all is heard."
            if order == "attention"
            else "No call fits. Take a filter out to see more."
        )
    else:
        rows(entries, opens=may(store.person, "read"))
    if count > PAGE_LENGTH or turned:
        _pages(turned, first, len(entries), count)


def _pages(turned: int, first: int, shown: int, count: int) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        back, on = turned - 1, turned + 1
        st.button("Previous", disabled=turned == 0, on_click=filters.turn_to, args=(back,))
        st.button("Next", disabled=first + shown >= count, on_click=filters.turn_to, args=(on,))
        if shown:
            st.text(f"{first + 1:,} to {first + shown:,} of {count:,}")
