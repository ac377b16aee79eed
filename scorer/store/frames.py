"""The store as Polars frames, for figures over many calls: a row a call, a judgement, a moment.

What a person decided counts in place of the machine's word, whose own stays beside it. A critical
point that nobody confirmed yet has no score. No frame knows how long a call was.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any, Literal, get_args

import polars as pl
from sqlalchemy import ColumnElement, Float, Select, and_, case, cast, func, null, or_, select

from scorer.errors import ScorerError
from scorer.store.access import Person, require, within
from scorer.store.asked import decided, last_edit, promise_ends, same_promise
from scorer.store.database import Database
from scorer.store.schema import call_began, calls, judgements, moments, promises, surveys

Name = Literal["calls", "judgements", "moments", "promises", "surveys"]

#: Rows fetched at once, so that a frame of millions never stands in memory twice.
_BATCH = 50_000
_TIME = pl.Datetime("us", "UTC")
_CALL: Mapping[str, Any] = MappingProxyType(
    {
        "key": pl.String,
        "call": pl.String,
        "team": pl.String,
        "agent": pl.String,
        "customer": pl.String,
        "queue": pl.String,
        "topic": pl.String,
        "started": _TIME,
    }
)
#: The further columns of each frame and their types; docs/store.md says what they mean.
COLUMNS: Mapping[str, Mapping[str, Any]] = MappingProxyType(
    {
        "calls": {
            "scored": _TIME,
            "resolution": pl.String,
            "satisfaction": pl.Float64,
            "effort": pl.String,
            "quality": pl.String,
            "promises": pl.Int64,
            "complaint": pl.Boolean,
            "proposed": pl.Int64,
            "disputed": pl.Int64,
            "signed": pl.Boolean,
        },
        "judgements": {
            "rubric": pl.String,
            "criterion": pl.String,
            "outcome": pl.String,
            "score": pl.Float64,
            "machine": pl.String,
            "confidence": pl.Float64,
            "weight": pl.Float64,
            "critical": pl.Boolean,
            "decided_by": pl.String,
        },
        "moments": {
            "rubric": pl.String,
            "criterion": pl.String,
            "outcome": pl.String,
            "kind": pl.String,
            "confidence": pl.Float64,
            "turn": pl.Int64,
            "start": pl.Float64,
            "end": pl.Float64,
            "quote": pl.String,
            "response": pl.String,
            "note": pl.String,
        },
        "promises": {
            "promise": pl.Int64,
            "speaker": pl.String,
            "what": pl.String,
            "said_when": pl.String,
            "due": pl.String,
            "turn": pl.Int64,
            "start": pl.Float64,
            "quote": pl.String,
            "status": pl.String,
            "followed_by": pl.String,
        },
        "surveys": {
            "kind": pl.String,
            "value": pl.Float64,
            "low": pl.Float64,
            "high": pl.Float64,
            "answered": _TIME,
            "comment": pl.String,
        },
    }
)


def frame(
    database: Database,
    person: Person,
    name: Name,
    since: datetime | None = None,
    until: datetime | None = None,
    team: str = "",
) -> pl.DataFrame:
    """One table of the calls that the person may compare, from their newest scorecards.

    `since` and `until` are about when a call began, or came in where that is unknown.
    """
    require(person, "compare")
    if name not in get_args(Name):
        raise ScorerError(f"{name}: no such table; there are {', '.join(get_args(Name))}")
    where = [within(person, "compare")]
    if since is not None:
        where.append(call_began >= since)
    if until is not None:
        where.append(call_began < until)
    if team:
        where.append(calls.c.team == team)
    types = {**_CALL, **COLUMNS[name]}
    query = _query(name).where(*where).execution_options(yield_per=_BATCH)
    with database.read() as connection:
        batches = [
            pl.DataFrame(list(map(tuple, rows)), schema=types, orient="row")
            for rows in connection.execute(query).partitions()
        ]
    return pl.concat(batches) if batches else pl.DataFrame(schema=types)


def began(database: Database, person: Person, scored_since: datetime) -> pl.Series:
    """When each of the calls began that were scored since then, or came in where it is unknown."""
    require(person, "compare")
    query = select(call_began).where(within(person, "compare"), calls.c.scored >= scored_since)
    with database.read() as connection:
        found = connection.execute(query.execution_options(yield_per=_BATCH)).scalars()
        return pl.Series("began", list(found), dtype=_TIME)


def _query(name: Name) -> Select[Any]:
    if name == "calls":
        return select(*_of_the_call(), *_columns(calls, name))
    if name == "surveys":
        return select(*_of_the_call(), *_columns(surveys, name)).join(
            surveys, surveys.c.call_id == calls.c.id
        )
    if name == "moments":
        newest = moments.c.scorecard_id == calls.c.scorecard_id
        return select(*_of_the_call(), *_columns(moments, name)).join(moments, newest)
    return _judgements() if name == "judgements" else _promises()


def _of_the_call() -> list[ColumnElement[Any]]:
    return [calls.c.name.label("call") if name == "call" else calls.c[name] for name in _CALL]


def _columns(table: Any, name: Name) -> list[ColumnElement[Any]]:
    return [table.c[column] for column in COLUMNS[name]]


def _judgements() -> Select[Any]:
    edit = last_edit()
    j = judgements.c
    score = case(
        (and_(j.proposed, edit.c.outcome.is_(None)), cast(null(), Float)),
        (or_(edit.c.outcome.is_(None), edit.c.outcome == j.outcome), j.score),
        (edit.c.outcome == "met", 1.0),
        (edit.c.outcome == "partly", 0.5),
        (edit.c.outcome == "missed", 0.0),
    )
    return (
        select(
            *_of_the_call(),
            j.rubric,
            j.criterion,
            func.coalesce(edit.c.outcome, j.outcome),
            score,
            j.outcome,
            j.confidence,
            j.weight,
            j.critical,
            edit.c.author,
        )
        .select_from(calls)
        .join(judgements, j.scorecard_id == calls.c.scorecard_id)
        .outerjoin(edit, decided())
    )


def _promises() -> Select[Any]:
    end = promise_ends()
    p = promises.c
    said = (p.id, p.speaker, p.what, p.said_when, p.due, p.turn, p.start, p.quote)
    return (
        select(*_of_the_call(), *said, end.c.status, end.c.author)
        .select_from(calls)
        .join(promises, p.scorecard_id == calls.c.scorecard_id)
        .outerjoin(end, same_promise(end))
    )
