"""All that happened to a call, in the order in which it happened."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Table, select

from scorer.store.access import Person
from scorer.store.calls import one
from scorer.store.database import Database
from scorer.store.schema import (
    answers,
    disputes,
    edits,
    followups,
    notes,
    promises,
    resolutions,
    scorecards,
    signatures,
)


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened. `number` is its row's, to reply to a note or to answer a dispute.

    `kind` is scored, edit, dispute, answer, note, signature, resolution or promise. What does not
    belong to the kind is empty; `was` and `outcome` are a judgement's outcomes, or what became of
    the customer or of a promise.
    """

    at: datetime
    author: str
    kind: str
    number: int
    rubric: str = ""
    criterion: str = ""
    was: str = ""
    outcome: str = ""
    text: str = ""
    turn: int | None = None
    reply_to: int | None = None


def history(database: Database, person: Person, key: str) -> list[Event]:
    """Every scorecard, edit, dispute, answer, note and signature, and what became of the customer
    and of each promise, oldest first."""
    with database.read() as connection:
        call = one(connection, person, "read", key)
        events = [*_scored(connection, call["id"]), *_said(connection, call["id"])]
    return sorted(events, key=lambda event: event.at)


def _scored(connection: Connection, call_id: int) -> Iterator[Event]:
    for row in _rows(connection, scorecards, call_id):
        yield Event(row["scored"], "scorer", "scored", row["id"], text=f"version {row['version']}")


def _said(connection: Connection, call_id: int) -> Iterator[Event]:
    asked = {row["id"]: row for row in _rows(connection, disputes, call_id)}
    promised = {row["id"]: row for row in _rows(connection, promises, call_id)}

    def event(kind: str, row: Any, **more: Any) -> Event:
        return Event(row["at"], row["author"], kind, row["id"], **more)

    def about(row: Any) -> dict[str, Any]:
        return {"rubric": row["rubric"], "criterion": row["criterion"]}

    def changed(row: Any) -> dict[str, Any]:
        return {"was": row["was"], "outcome": row["outcome"], "text": row["reason"]}

    for row in _rows(connection, edits, call_id):
        yield event("edit", row, **about(row), **changed(row))
    for row in _rows(connection, resolutions, call_id):
        yield event("resolution", row, **changed(row))
    for row in asked.values():
        yield event("dispute", row, **about(row), text=row["reason"])
    for row in _rows(connection, answers, call_id):
        told = {"outcome": row["outcome"], "text": row["reason"]}
        yield event("answer", row, **about(asked[row["dispute_id"]]), **told)
    for row in _rows(connection, notes, call_id):
        where = {"turn": row["turn"], "reply_to": row["reply_to"]}
        yield event("note", row, text=row["text"], **where)
    for row in _rows(connection, signatures, call_id):
        yield event("signature", row)
    for row in _rows(connection, followups, call_id):
        what = promised[row["promise_id"]]["what"]
        text = f"{what}: {row['reason']}" if row["reason"] else what
        yield event("promise", row, outcome=row["status"], text=text)


def _rows(connection: Connection, table: Table, call_id: int) -> list[Any]:
    query = select(table).where(table.c.call_id == call_id).order_by(table.c.id)
    if table is scorecards:
        query = query.with_only_columns(table.c.id, table.c.version, table.c.scored)
    return list(connection.execute(query).mappings())
