"""Counts over many calls by period, as Polars frames of few rows, however many calls there are.

The database counts, and `scorer.analytics` works out shares, means and intervals from the counts.
A period is given by its edges: `edges[i] <= began < edges[i + 1]`.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any, Literal

import polars as pl
from sqlalchemy import ColumnElement, Integer, Select, case, cast, exists, func, select

from scorer.store import answered
from scorer.store.access import Person, require, within
from scorer.store.asked import is_bad, moment_is, newest, promise_ends, same_promise
from scorer.store.calibration import scored_blind
from scorer.store.database import Database
from scorer.store.schema import (
    answers,
    audit,
    call_began,
    calls,
    disputes,
    moments,
    promises,
    surveys,
)

Edges = Sequence[datetime]
#: What figures can be split by, beside the period.
Part = Literal["team", "queue", "topic"]


@dataclass(frozen=True, slots=True)
class Among:
    """Which calls are counted; an empty field asks for nothing."""

    team: str = ""
    queue: str = ""
    topic: str = ""

    def where(self) -> list[ColumnElement[bool]]:
        """The same as conditions on `calls`."""
        asked = {each.name: getattr(self, each.name) for each in fields(self)}
        return [calls.c[name] == value for name, value in asked.items() if value]


#: All calls.
ALL = Among()


@dataclass(frozen=True, slots=True)
class Waiting:
    """`proposed` calls, `disputes`, and when the first of these is to be answered."""

    proposed: int
    disputes: int
    due: datetime | None


_RULES: dict[str, Any] = {
    "key": pl.String,
    "call": pl.String,
    "started": pl.Datetime("us", "UTC"),
    "queue": pl.String,
    "start": pl.Float64,
    "end": pl.Float64,
    "quote": pl.String,
    "response": pl.String,
    "protested": pl.Boolean,
    "resolution": pl.String,
    "satisfaction": pl.Float64,
}


@dataclass(frozen=True, slots=True)
class Tallies:
    """What the person may compare, counted. Needs the right to `compare`."""

    database: Database
    person: Person

    def calls(self, edges: Edges, among: Among, by: Collection[Part] = ()) -> pl.DataFrame:
        """A row a period, and team, queue and topic where asked: calls, and what became of them."""
        value = calls.c.satisfaction
        return self._counted(
            select(
                _period(edges),
                *(calls.c[name] for name in by),
                func.count().label("calls"),
                func.count(value).label("predicted"),
                func.coalesce(func.sum(value), 0.0).label("predicted_total"),
                func.coalesce(func.sum(value * value), 0.0).label("predicted_squares"),
                _number(calls.c.resolution != "unclear", "answered"),
                _number(calls.c.resolution == "resolved", "resolved"),
                _number(calls.c.effort.is_not(None), "effort_known"),
                _number(calls.c.effort == "little", "little_effort"),
                _number(calls.c.complaint, "complaints"),
                _number(calls.c.made_good, "made_good"),
                _number(calls.c.left_open, "left_open"),
                _number(calls.c.rule, "rules"),
            ),
            edges,
            among,
            *by,
        )

    def judgements(self, edges: Edges, among: Among) -> pl.DataFrame:
        """A row a period, criterion and outcome that counts: on how many calls."""
        require(self.person, "compare")
        with self.database.read() as connection:
            return answered.counted(connection, _period(edges), self._where(edges, among))

    def promises(self, edges: Edges, among: Among) -> pl.DataFrame:
        """A row a period and what became of promises that the centre made (null: not said yet)."""
        ends = promise_ends()
        query = (
            select(_period(edges), ends.c.status.label("status"), func.count().label("promises"))
            .select_from(calls)
            .join(promises, newest(promises))
            .outerjoin(ends, same_promise(ends))
            .where(promises.c.speaker != "customer")
        )
        return self._counted(query, edges, among, "status")

    def surveys(self, edges: Edges, among: Among, by: Collection[Part] = ()) -> pl.DataFrame:
        """A row a period of the call, kind, and team, queue and topic where asked: answers as a
        share of their scale, and how many are bad."""
        share = (surveys.c.value - surveys.c.low) / (surveys.c.high - surveys.c.low)
        query = (
            select(
                _period(edges),
                *(calls.c[name] for name in by),
                surveys.c.kind,
                func.count().label("answers"),
                func.sum(share).label("total"),
                func.sum(share * share).label("squares"),
                _number(is_bad(), "bad"),
            )
            .select_from(calls)
            .join(surveys, surveys.c.call_id == calls.c.id)
        )
        return self._counted(query, edges, among, *by, "kind")

    def rules(self, edges: Edges, among: Among) -> pl.DataFrame:
        """A row each time a rule was given as the reason (S13), and what followed on that call; but
        for calls that the person still scores blind."""
        require(self.person, "compare")
        query = (
            select(
                calls.c.key,
                calls.c.name,
                calls.c.started,
                calls.c.queue,
                moments.c.start,
                moments.c.end,
                moments.c.quote,
                moments.c.response,
                (moments.c.criterion == "protested").label("protested"),
                calls.c.resolution,
                calls.c.satisfaction,
            )
            .select_from(calls)
            .join(moments, newest(moments))
            .where(calls.c.rule, moment_is("rule"), *self._where(edges, among))
            .where(~scored_blind(self.person))
            .order_by(call_began, moments.c.id)
        )
        with self.database.read() as connection:
            rows = [tuple(row) for row in connection.execute(query)]
        return pl.DataFrame(rows, schema=_RULES, orient="row")

    def ruled(self, edges: Edges, among: Among) -> tuple[int, int]:
        """How often a rule was given as the reason, and how often it made no sense."""
        require(self.person, "compare")
        query = (
            select(func.count(), func.count().filter(moment_is("rule_protested")))
            .select_from(calls)
            .join(moments, newest(moments))
            .where(calls.c.rule, moment_is("rule"), *self._where(edges, among))
            .where(~scored_blind(self.person))
        )
        with self.database.read() as connection:
            times, protested = connection.execute(query).one()
        return times, protested

    def waiting(self, among: Among) -> Waiting:
        """What wants a lead's ear: calls with critical points to confirm, and open disputes."""
        require(self.person, "compare")
        mine = [within(self.person, "compare"), *among.where()]
        asked = (
            select(func.count(), func.min(disputes.c.due))
            .join(calls, calls.c.id == disputes.c.call_id)
            .where(*mine, ~exists().where(answers.c.dispute_id == disputes.c.id))
        )
        with self.database.read() as connection:
            proposed = connection.execute(
                select(func.count()).select_from(calls).where(*mine, calls.c.proposed > 0)
            ).scalar_one()
            count, due = connection.execute(asked).one()
        return Waiting(proposed, count, due)

    def named(self, column: str, team: str = "") -> list[str]:
        """Every team, queue or topic within reach, by name."""
        require(self.person, "compare")
        which: ColumnElement[str] = calls.c[column]
        where = [within(self.person, "compare"), which != ""]
        if team:
            where.append(calls.c.team == team)
        with self.database.read() as connection:
            query = select(which).where(*where).distinct().order_by(which)
            return list(connection.execute(query).scalars())

    def state(self) -> int:
        """A number that grows with all that is written: what was counted at the same is the same.

        What is counted is written in one transaction with its row in the audit.
        """
        with self.database.read() as connection:
            return connection.execute(select(func.max(audit.c.id))).scalar() or 0

    def _counted(self, query: Select[Any], edges: Edges, among: Among, *by: str) -> pl.DataFrame:
        require(self.person, "compare")
        where = self._where(edges, among)
        columns = {column.name: column for column in query.selected_columns}
        query = query.where(*where).group_by(*(columns[name] for name in ("period", *by)))
        with self.database.read() as connection:
            rows = connection.execute(query).all()
        types = {name: _type(column.type) for name, column in columns.items()}
        return pl.DataFrame(list(map(tuple, rows)), schema=types, orient="row")

    def _where(self, edges: Edges, among: Among) -> list[ColumnElement[bool]]:
        inside = (call_began >= edges[0], call_began < edges[-1])
        return [within(self.person, "compare"), *inside, *among.where()]


def _period(edges: Edges) -> ColumnElement[int]:
    return case(*((call_began < edge, place) for place, edge in enumerate(edges[1:]))).label(
        "period"
    )


def _number(what: ColumnElement[bool], name: str) -> ColumnElement[int]:
    return func.sum(cast(case((what, 1), else_=0), Integer)).label(name)


def _type(kind: Any) -> Any:
    plain = kind.python_type
    return {int: pl.Int64, float: pl.Float64}.get(plain, pl.String)
