"""Which calls a list shows. Every choice stands in the address: a link shows the same list."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any

import streamlit as st

from scorer.pages import choices, layout, opened
from scorer.pages.choices import Choice, offered
from scorer.pages.words import RESOLUTIONS
from scorer.store.attention import SAMPLE_RATE
from scorer.store.listing import Filter, Order

ORDERS: dict[str, Order] = {"Latest": "latest", "Queue": "attention"}
ABOUT: dict[Order, str] = {
    "latest": "The latest first. Open one to hear it and to see what each judgement rests on.",
    "attention": "Where a person's ear matters most comes first: critical points to confirm, what "
    "the machine was unsure of, disputes, complaints, and a random "
    f"{100 * SAMPLE_RATE:.0f} % of all calls. A signed call leaves the queue.",
    "answers": "Each was disputed by its agent. The first to be answered stands at the top.",
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

#: The fields of the choices, by their names in the address.
_FIELDS: Mapping[str, Choice] = MappingProxyType(
    {
        each.name: each
        for each in (
            Choice("order", "Order", offered(list(ORDERS)), "segments"),
            Choice("only", "Only", offered(list(STATES)), any="all"),
            Choice("outcome", "Outcome", offered(list(RESOLUTIONS.values())), any="any"),
            Choice("team", "Team", kind="word"),
            Choice("agent", "Agent", kind="word"),
            Choice("name", "File name has", kind="word"),
        )
    }
)


def chosen() -> tuple[Filter, Order]:
    """What the address asks for, and the choices by which it is changed."""
    asked = choices.chosen(list(_FIELDS.values()))
    order, outcome = ORDERS[asked["order"]], asked["outcome"]
    found = Filter(
        team=asked["team"],
        agent=asked["agent"],
        text=asked["name"],
        resolution=next((key for key, word in RESOLUTIONS.items() if word == outcome), ""),
        **STATES.get(asked["only"], {}),
    )
    found = opened.narrowed(found)
    if order == "attention":
        found = replace(found, attention=True)
        order = "answers" if found.disputed else order
    return found, order


def put(name: str, value: str) -> None:
    """Makes a choice, as if by hand; the list then begins at its first page again."""
    _FIELDS[name].put(value)
    turn_to(0)


def turned_to() -> int:
    """Which page of the list the address asks for, from 0."""
    return (layout.number("page") or 1) - 1


def turn_to(page: int) -> None:
    """Puts a page of the list into the address; the first needs no word."""
    if page:
        st.query_params["page"] = str(page + 1)
    else:
        st.query_params.pop("page", None)
