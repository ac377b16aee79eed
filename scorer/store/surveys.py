"""What customers answered when they were asked, on the scale on which they were asked (S20)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import Connection, func, select

from scorer.errors import ScorerError
from scorer.store import audit
from scorer.store.access import Person, require, within
from scorer.store.database import Database, insert_once
from scorer.store.index import plain
from scorer.store.schema import calls, surveys


@dataclass(frozen=True, slots=True)
class Survey:
    """One answer: satisfaction (csat), recommendation (nps) or effort (ces).

    `call` is a call's key or name; `value` lies between `low`, the worst answer on the scale as the
    centre asked it, and `high`, the best. On a scale where 1 is best, `low` is the larger number.
    """

    call: str
    kind: Literal["csat", "nps", "ces"]
    value: float
    low: float
    high: float
    answered: datetime
    comment: str = ""

    def __post_init__(self) -> None:
        ends = sorted((self.low, self.high))
        if not ends[0] <= self.value <= ends[1] or self.low == self.high:
            scale = f"{self.low} to {self.high}"
            raise ScorerError(f"{self.call}: {self.kind} {self.value} is not on its scale, {scale}")


def add(database: Database, person: Person, answered: Iterable[Survey]) -> list[Survey]:
    """Links answers to their calls, each once; returns those whose call is not here."""
    require(person, "keep")
    wanted = list(answered)

    def write(connection: Connection) -> list[Survey]:
        unknown = []
        for each in wanted:
            call_id = _call(connection, person, each.call)
            if call_id is None:
                unknown.append(each)
                continue
            insert_once(
                connection,
                surveys,
                {
                    "call_id": call_id,
                    "kind": each.kind,
                    "value": each.value,
                    "low": each.low,
                    "high": each.high,
                    "answered": each.answered,
                    "comment": plain(each.comment),
                },
            )
        audit.record(connection, person, "surveys added")
        return unknown

    return database.write(write)


def _call(connection: Connection, person: Person, named: str) -> int | None:
    """By key, else by name where only one call has it; its ending may be left out."""
    mine, name = within(person, "keep"), plain(named)
    # Not by LIKE, which takes "monday" for "Monday" on SQLite, and not on PostgreSQL.
    stem = func.substr(calls.c.name, 1, len(name) + 1) == f"{name}."
    for is_it in (calls.c.key == name, calls.c.name == name, stem):
        query = select(calls.c.id).where(is_it, mine).limit(2)
        found = connection.execute(query).scalars().all()
        if len(found) == 1:
            return int(found[0])
    return None
