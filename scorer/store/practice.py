"""What one agent's calls show, for those who coach them and for the agent: counts, and moments.

How long a call was, or how many there were in a day, is in none of it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import polars as pl
from sqlalchemy import ColumnElement, Connection, and_, case, func, or_, select

from scorer.call import AGENT
from scorer.store.access import Action, Person, may, require, within
from scorer.store.asked import ANSWERED, counted, decided, last_edit, stands
from scorer.store.calibration import scored_blind
from scorer.store.clips import Line, by
from scorer.store.database import Database
from scorer.store.schema import call_began, calls, judgements, moments, turns

_TIME = pl.Datetime("us", "UTC")
#: A row is on how many of the agent's calls of a period a criterion was answered so, or did not
#: come up (no_opportunity).
COUNTS: Mapping[str, Any] = {
    "period": pl.Int64,
    "rubric": pl.String,
    "criterion": pl.String,
    "outcome": pl.String,
    "weight": pl.Float64,
    "calls": pl.Int64,
}
#: A row is a moment of one of the agent's calls, the latest first.
MOMENTS: Mapping[str, Any] = {
    "key": pl.String,
    "call": pl.String,
    "began": _TIME,
    "rubric": pl.String,
    "criterion": pl.String,
    "outcome": pl.String,
    "kind": pl.String,
    "confidence": pl.Float64,
    "turn": pl.Int64,
    "quote": pl.String,
}
_TURN = list(MOMENTS).index("turn")
#: A row is an answered criterion of a call, the latest first.
ANSWERS: Mapping[str, Any] = {
    "key": pl.String,
    "call": pl.String,
    "began": _TIME,
    "rubric": pl.String,
    "criterion": pl.String,
    "outcome": pl.String,
}


@dataclass(frozen=True, slots=True)
class Practice:
    """One agent's calls as the person may see them: a lead of the team, or the agent."""

    database: Database
    person: Person

    def counts(self, agent: str, edges: Sequence[datetime]) -> pl.DataFrame:
        """How the agent's calls were answered, by period (`edges[i] <= began < edges[i + 1]`).

        What a person decided counts. Columns as in `COUNTS`.
        """
        places = (((call_began < edge), place) for place, edge in enumerate(edges[1:]))
        period, outcome = case(*places).label("period"), counted().label("answer")
        j = judgements.c
        query = (
            select(period, j.rubric, j.criterion, outcome, func.max(j.weight), func.count())
            .select_from(calls)
            .join(judgements, j.scorecard_id == calls.c.scorecard_id)
            .outerjoin(last_edit(), decided())
            .where(self._theirs(agent), call_began >= edges[0], call_began < edges[-1])
            .where(outcome.in_((*ANSWERED, "no_opportunity")))
            .group_by("period", j.rubric, j.criterion, "answer")
        )
        return self._frame(query, COUNTS)

    def moments(self, agent: str, since: datetime, limit: int = 1000) -> pl.DataFrame:
        """The latest moments of the agent's calls that stand (`asked.stands`), but of calls that
        the person may still score blind, and but for what a second agent did on them. Columns as
        in `MOMENTS`."""
        m = moments.c
        query = (
            select(
                calls.c.key, calls.c.name, call_began, m.rubric, m.criterion, m.outcome, m.kind,
                m.confidence, m.turn, m.quote, m.response, calls.c.id,
            )
            .join(moments, m.scorecard_id == calls.c.scorecard_id)
            .where(self._theirs(agent), call_began >= since, ~scored_blind(self.person), stands())
            .order_by(call_began.desc(), m.id)
            .limit(limit)
        )  # fmt: skip
        with self.database.read() as connection:
            rows = list(map(tuple, connection.execute(query)))
            talks = _passed_on(connection, {call for *_, call in rows})
        theirs = [
            row
            for *row, response, call in rows
            if by(row[_TURN], response or "", talks.get(call, ())) == AGENT
        ]
        return pl.DataFrame(theirs, schema=MOMENTS, orient="row")

    def answers(
        self, agent: str, focus: Sequence[str], since: datetime, limit: int = 100
    ) -> pl.DataFrame:
        """The latest calls on which one of `focus` ("rubric.criterion") was answered.

        Columns as in `ANSWERS`.
        """
        pairs = [tuple(each.split(".", 1)) for each in focus]
        j, outcome = judgements.c, counted().label("answer")
        query = (
            select(calls.c.key, calls.c.name, call_began, j.rubric, j.criterion, outcome)
            .select_from(calls)
            .join(judgements, j.scorecard_id == calls.c.scorecard_id)
            .outerjoin(last_edit(), decided())
            .where(self._theirs(agent), call_began >= since, outcome.in_(ANSWERED))
            .where(or_(*(and_(j.rubric == r, j.criterion == c) for r, c in pairs)))
            .order_by(call_began.desc(), j.id)
            .limit(limit)
        )
        return self._frame(query, ANSWERS)

    def _theirs(self, agent: str) -> ColumnElement[bool]:
        action: Action = "coach" if may(self.person, "coach") else "practise"
        require(self.person, action)
        return and_(within(self.person, action), calls.c.agent == agent)

    def _frame(self, query: Any, schema: Mapping[str, Any]) -> pl.DataFrame:
        with self.database.read() as connection:
            rows = list(map(tuple, connection.execute(query)))
        return pl.DataFrame(rows, schema=schema, orient="row")


def _passed_on(connection: Connection, numbers: set[int]) -> dict[int, list[Line]]:
    """What was said on those of the calls on which more than one agent spoke."""
    t = turns.c
    second = and_(t.speaker.startswith(AGENT, autoescape=True), t.speaker != AGENT)
    passed = select(t.call_id).where(t.call_id.in_(numbers), second)
    query = (
        select(t.call_id, t.place, t.speaker, t.start, t.end, t.text)
        .where(t.call_id.in_(passed))
        .order_by(t.call_id, t.place)
    )
    found: dict[int, list[Line]] = {}
    for number, *line in connection.execute(query):
        found.setdefault(number, []).append(Line(*line))
    return found
