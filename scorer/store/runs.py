"""Nightly runs: what each did, and the recordings that failed too often to be tried once more."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import ColumnElement, Connection, delete, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from scorer.errors import ScorerError
from scorer.store import audit
from scorer.store.access import Person, require
from scorer.store.database import Database
from scorer.store.index import now, plain
from scorer.store.schema import failures, runs

#: How often a recording may fail before it is set aside.
MAX_TRIES = 3

RunState = Literal["running", "finished", "failed"]


@dataclass(frozen=True, slots=True)
class Run:
    """A run and its report: counts, slowest, quality by source, or whatever else it wrote."""

    id: int
    state: RunState
    started: datetime
    finished: datetime | None
    options: Mapping[str, Any]
    report: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Failure:
    """A recording that could not be scored with these rubrics and this model, and why."""

    source: str
    rubrics_sha256: str
    model: str
    tries: int
    reason: str
    last: datetime

    @property
    def set_aside(self) -> bool:
        """Whether it failed so often that it is not tried again until somebody says so."""
        return self.tries >= MAX_TRIES


def start(database: Database, person: Person, options: Mapping[str, Any]) -> int:
    """Writes down that a run began, and returns its number."""
    require(person, "keep")

    def write(connection: Connection) -> int:
        values = {"state": "running", "started": now(), "options": dict(options), "report": {}}
        number = connection.execute(insert(runs).values(**values).returning(runs.c.id)).scalar_one()
        audit.record(connection, person, "run started")
        return int(number)

    return database.write(write)


def report(
    database: Database,
    person: Person,
    run: int,
    report: Mapping[str, Any],
    state: RunState = "running",
) -> None:
    """Writes how far a run is; a state other than running ends it."""
    require(person, "keep")
    values: dict[str, Any] = {"report": dict(report), "state": state}
    if state != "running":
        values["finished"] = now()

    def write(connection: Connection) -> None:
        if not connection.execute(update(runs).where(runs.c.id == run).values(**values)).rowcount:
            raise _none(run)

    database.write(write)


def latest(database: Database, person: Person, limit: int = 50) -> list[Run]:
    """The runs, the latest first."""
    require(person, "maintain")
    query = select(*_columns()).order_by(runs.c.id.desc()).limit(limit)
    with database.read() as connection:
        return [Run(*row) for row in connection.execute(query)]


def one(database: Database, person: Person, number: int) -> Run:
    """The run of that number. Raises ScorerError where there is none."""
    require(person, "maintain")
    with database.read() as connection:
        row = connection.execute(select(*_columns()).where(runs.c.id == number)).one_or_none()
    if row is None:
        raise _none(number)
    return Run(*row)


def failed(
    database: Database, person: Person, source: str, rubrics_sha256: str, model: str, reason: str
) -> Failure:
    """Counts a failure of a recording (its content's hash, or its path where it cannot be read)."""
    require(person, "keep")
    named = {"source": plain(source), "rubrics_sha256": rubrics_sha256, "model": model}
    told = {"reason": plain(reason), "last": now()}
    # In one statement, so that two workers that fail at once are both counted.
    dialect = sqlite if database.is_sqlite else postgresql
    counted = (
        dialect.insert(failures)
        .values(**named, **told, tries=1)
        .on_conflict_do_update(
            index_elements=list(named), set_={**told, "tries": failures.c.tries + 1}
        )
        .returning(*(failures.c[name] for name in Failure.__slots__))
    )
    return database.write(lambda connection: Failure(*connection.execute(counted).one()))


def failing(database: Database, person: Person) -> list[Failure]:
    """Every recording that failed and was not scored since, the latest first."""
    require(person, "maintain")
    columns = (failures.c[name] for name in Failure.__slots__)
    with database.read() as connection:
        rows = connection.execute(select(*columns).order_by(failures.c.last.desc()))
        return [Failure(*row) for row in rows]


def forgive(database: Database, person: Person, source: str | None = None) -> int:
    """Forgets the failures of a recording, or of all, so that the next run tries again."""
    require(person, "keep")
    which = delete(failures)
    if source is not None:
        which = which.where(failures.c.source == plain(source))
    return database.write(lambda connection: connection.execute(which).rowcount)


def forget_failures(connection: Connection, source: str, made_by: Mapping[str, str]) -> None:
    """A recording that was scored after all has not failed."""
    connection.execute(
        delete(failures).where(
            failures.c.source == source,
            failures.c.rubrics_sha256 == made_by["rubrics_sha256"],
            failures.c.model == made_by["model"],
        )
    )


def _columns() -> list[ColumnElement[Any]]:
    return [runs.c[name] for name in Run.__slots__]


def _none(run: int) -> ScorerError:
    return ScorerError(f"{run}: no such run here; `scorer runs list` has the latest")
