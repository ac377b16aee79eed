"""A figure opened to its calls: what its link asks of the list, beside what the list offers itself.

The link stands in the address, so it can be kept and sent. What it asks is said above the list, and
one click takes it away.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import streamlit as st

from scorer.analytics.periods import midnight
from scorer.errors import ScorerError
from scorer.pages.words import RESOLUTIONS, RESULTS, plain, title
from scorer.store.asked import STATES, moment_is
from scorer.store.listing import Filter

MOMENTS = {
    "magic": "with a moment of magic",
    "misery": "with a moment of misery",
    "recovered": "in which something was made good",
    "complaint": "with a complaint",
    "made_good": "with a complaint that was made good",
    "left_open": "with a complaint left open",
    "rule": "in which a rule was the reason",
    "rule_protested": "in which a rule made no sense to the customer",
}
PROMISES = {
    "open": "with a promise not yet answered for",
    "due": "with a promise due today",
    "overdue": "with a promise overdue",
    "undated": "with a promise without a day",
    "kept": "with a promise kept",
    "late": "with a promise kept late",
    "broken": "with a promise broken",
    "not_kept": "with a promise late or broken",
}
_EFFORTS = {
    "little": "little effort",
    "some": "some effort",
    "high": "high effort",
    "not_little": "some effort or more",
}
_SURVEYS = {"csat": "asked how satisfied they were", "nps": "asked whether they would recommend"}
#: What stands in the address of a figure's link.
NAMES = (
    *("queue", "topic", "since", "until", "became", "effort", "predicted"),
    *("criterion", "answer", "moment", "promise", "survey"),
)


def narrowed(wanted: Filter) -> Filter:
    """The filter with what the address asks, and above the list what that is.

    What an address asks wrongly is said, and left out.
    """
    asked = {name: st.query_params[name] for name in NAMES if st.query_params.get(name)}
    if not asked:
        return wanted
    try:
        found, told = replace(wanted, **_fields(asked)), list(_told(asked))
    except (ValueError, ScorerError):
        st.warning("The address asks for something that is not known here; it is left out.")
        found, told = wanted, []
    with st.container(horizontal=True, vertical_alignment="center"):
        if told:
            st.markdown(f"Only calls: {plain(' · '.join(told))}", width="content")
        st.button("Show all calls", type="tertiary", on_click=_clear)
    return found


def _clear() -> None:
    for name in NAMES:
        st.query_params.pop(name, None)


def _fields(asked: dict[str, str]) -> dict[str, Any]:
    """The address in the filter's own terms. ValueError where it cannot be read."""
    plain = ("queue", "topic", "effort", "criterion", "answer", "moment", "promise", "survey")
    found: dict[str, Any] = {name: asked[name] for name in plain if name in asked}
    if "moment" in asked:
        moment_is(asked["moment"])
    if asked.get("promise", STATES[0]) not in STATES:
        raise ValueError(asked["promise"])
    if "became" in asked:
        found["resolution"] = asked["became"]
    if "predicted" in asked:
        found["predicted"] = True
    if "since" in asked:
        found["since"] = midnight(date.fromisoformat(asked["since"]))
    if "until" in asked:
        found["until"] = midnight(date.fromisoformat(asked["until"]) + timedelta(days=1))
    return found


def _told(asked: dict[str, str]) -> Iterator[str]:
    yield from (asked[name] for name in ("queue", "topic") if name in asked)
    days = [_day(asked[name]) for name in ("since", "until") if name in asked]
    if days:
        yield " to ".join(dict.fromkeys(days))
    if became := asked.get("became"):
        other = became.removeprefix("not_")
        word = RESOLUTIONS.get(other, other).lower()
        yield f"not {word}" if other != became else word
    if effort := asked.get("effort"):
        yield _EFFORTS.get(effort, effort)
    if "predicted" in asked:
        yield "with predicted satisfaction"
    if criterion := asked.get("criterion"):
        answer = asked.get("answer", "")
        word = {"": "answered", "not_met": "not or partly met", "clear": "nothing missed"}.get(
            answer, RESULTS.get(answer, "")
        )
        yield f"{title(criterion.partition('.')[2])}: {word}"
    if moment := asked.get("moment"):
        yield MOMENTS[moment]
    if promise := asked.get("promise"):
        yield PROMISES[promise]
    if survey := asked.get("survey"):
        kind, _, bad = survey.partition(".")
        yield _SURVEYS.get(kind, kind) + (", with a bad answer" if bad else "")


def _day(iso: str) -> str:
    day = date.fromisoformat(iso)
    return f"{day.day} {day:%b %Y}"
