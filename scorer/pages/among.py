"""Which calls a lead's page is about: team, queue, topic and span; all of it in the address."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from types import MappingProxyType
from typing import Any
from urllib.parse import urlencode

import streamlit as st

from scorer.analytics.periods import Periods, until
from scorer.store.store import Store
from scorer.store.tallies import Among

#: Spans by their name in the address: how many periods of how many days.
SPANS = {"14 days": (14, 1), "8 weeks": (8, 7), "26 weeks": (26, 7)}
EVERY_TEAM = "All teams"


@dataclass(frozen=True, slots=True)
class Chosen:
    """What was chosen. `team` is how it is called on the page."""

    among: Among
    periods: Periods
    team: str

    def address(
        self,
        more: Mapping[str, str] = MappingProxyType({}),
        first: int | None = None,
        last: int | None = None,
    ) -> str:
        """The address of the list with the calls of these periods, and of `more` that it asks.

        A figure's link is made here, from the same choices that the figure was counted by.
        """
        places = range(self.periods.count)
        begin = self.periods.first(places[0 if first is None else first])
        end = self.periods.last(places[-1 if last is None else last])
        about = {"team": self.among.team, "queue": self.among.queue, "topic": self.among.topic}
        asked = {**about, "since": begin.isoformat(), "until": end.isoformat(), **more}
        return "/?" + urlencode({name: value for name, value in asked.items() if value})


def today() -> date:
    """Today, where this machine stands."""
    return datetime.now().astimezone().date()


def chosen(store: Store, spans: bool = True) -> Chosen:
    """The choices, as widgets whose values the address keeps.

    Who sees several teams sees one at a time, or all together; the choice goes along from page to
    page.
    """
    teams = store.tallies.named("team")
    with st.container(horizontal=True, vertical_alignment="bottom"):
        options = [*teams, EVERY_TEAM] if len(teams) != 1 else teams
        last = st.session_state.get("last-team")
        place = options.index(last) if last in options else 0
        team = st.selectbox("Team", options, index=place, **_kept("team"))
        st.session_state["last-team"] = team
        among = "" if team == EVERY_TEAM else team or ""
        queue = _one("Queue", store.tallies.named("queue", among), "queue")
        topic = _one("Topic", store.tallies.named("topic", among), "topic")
        span = "8 weeks"
        if spans:
            span = st.segmented_control(
                "Span", list(SPANS), default="8 weeks", required=True, **_kept("span")
            )
    count, days = SPANS[span or "8 weeks"]
    return Chosen(Among(among, queue, topic), until(today(), count, days), team or EVERY_TEAM)


def _one(label: str, options: list[str], name: str) -> str:
    if not options:
        return ""
    return st.selectbox(label, options, index=None, placeholder="any", **_kept(name)) or ""


def _kept(name: str) -> dict[str, Any]:
    return {"key": name, "bind": "query-params"}
