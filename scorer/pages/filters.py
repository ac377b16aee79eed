"""Which calls a list shows. Every choice stands in the address: a link shows the same list."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType
from typing import Any

import streamlit as st

from scorer.pages import opened
from scorer.pages.scripts import component
from scorer.pages.words import RESOLUTIONS
from scorer.store.attention import SAMPLE_RATE
from scorer.store.listing import Filter, Order

ORDERS: dict[str, Order] = {"Latest": "latest", "Queue": "attention"}
ABOUT: dict[Order, str] = {
    "latest": "The latest first. Open one to hear it and to see what each judgement rests on.",
    "attention": "Where a person's ear matters most comes first: critical points to confirm, what "
    "the machine was unsure of, disputes, complaints, and a random "
    f"{SAMPLE_RATE:.0%} of all calls. A signed call leaves the queue.",
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
_FIELDS: MappingProxyType[str, dict[str, Any]] = MappingProxyType(
    {
        "order": {"label": "Order", "options": list(ORDERS), "segments": True},
        "only": {"label": "Only", "options": list(STATES), "any": "all"},
        "outcome": {"label": "Outcome", "options": list(RESOLUTIONS.values()), "any": "any"},
        "team": {"label": "Team"},
        "agent": {"label": "Agent"},
        "name": {"label": "File name has"},
    }
)

_choices = component("choices/view.js", "choices/choices.css")


def chosen() -> tuple[Filter, Order]:
    """What the address asks for, and the choices by which it is changed."""
    asked = {name: _asked(name) for name in _FIELDS}
    _choices(
        key="choices",
        data={"values": asked, "fields": [{"name": n, **field} for n, field in _FIELDS.items()]},
        on_chosen_change=_hear,
    )
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
    if value == _unsaid(name):
        st.query_params.pop(name, None)
    else:
        st.query_params[name] = value
    turn_to(0)


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


def _asked(name: str) -> str:
    """A field by the address; what it does not offer counts as not said."""
    said, offered = st.query_params.get(name, "").strip(), _FIELDS[name].get("options")
    return said if said and (offered is None or said in offered) else _unsaid(name)


def _unsaid(name: str) -> str:
    """What a field is while nothing was chosen in it."""
    return next(iter(ORDERS)) if name == "order" else ""


def _hear() -> None:
    """Puts what was chosen into the address, which the page is then made from."""
    for name, value in st.session_state["choices"]["chosen"].items():
        if name in _FIELDS:
            put(name, str(value))
