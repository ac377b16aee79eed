"""Which calls a lead's page is about: team, queue, topic and span; all of it in the address."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from types import MappingProxyType
from urllib.parse import urlencode

import streamlit as st

from scorer.analytics.periods import Periods, until
from scorer.pages import choices
from scorer.pages.choices import Choice, offered
from scorer.store.access import may
from scorer.store.store import Store
from scorer.store.tallies import Among

#: Spans by their name in the address: how many periods of how many days.
SPANS = {"14 days": (14, 1), "8 weeks": (8, 7), "26 weeks": (26, 7)}
_USUAL = "8 weeks"
EVERY_TEAM = "All teams"


@dataclass(frozen=True, slots=True)
class Chosen:
    """What was chosen. `team` is how it is called on the page; `asked` what else the page asks."""

    among: Among
    periods: Periods
    team: str
    asked: Mapping[str, str]

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


def chosen(store: Store, *more: Choice, spans: bool = True) -> Chosen:
    """The choices, and `more` that the page has, as one bar of fields.

    Who sees several teams sees one at a time, or all together; the choice goes along from page to
    page. Who may not compare calls chooses no team: what they see is theirs.
    """
    fields = list(_fields(store)) if may(store.person, "compare") else []
    if spans:
        fields.append(Choice("span", "Span", offered(list(SPANS)), "segments", usual=_USUAL))
    asked = choices.chosen([*more, *fields])
    team = asked.get("team", EVERY_TEAM)
    st.session_state["last-team"] = team
    count, days = SPANS[asked.get("span", _USUAL)]
    about = Among(_one(team), asked.get("queue", ""), asked.get("topic", ""))
    return Chosen(about, until(today(), count, days), team, asked)


def _fields(store: Store) -> Iterator[Choice]:
    """Team, and the queues and topics that there are in it."""
    teams = store.tallies.named("team")
    options = [*teams, EVERY_TEAM] if len(teams) != 1 else teams
    last = st.session_state.get("last-team")
    usual = str(last) if last in options else options[0]
    team = Choice("team", "Team", offered(options), usual=usual, always=True)
    yield team
    for name, label in (("queue", "Queue"), ("topic", "Topic")):
        if found := store.tallies.named(name, _one(team.asked)):
            yield Choice(name, label, offered(found), any="any")


def _one(team: str) -> str:
    """The team to count for; "" is all of them."""
    return "" if team == EVERY_TEAM else team
