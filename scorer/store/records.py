"""Appending what people say: once, whatever the connection does, and sealed in the audit."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

from sqlalchemy import Connection, Table, insert, select

from scorer.errors import ScorerError
from scorer.store import audit
from scorer.store.access import Person
from scorer.store.database import Database
from scorer.store.index import now, plain


def once(database: Database, table: Table, write: Callable[[Connection, str], int]) -> int:
    """Runs `write` once: its token is made before, so that a commit of which nobody knows whether
    it happened is recognised when the transaction is run again."""
    token = uuid.uuid4().hex

    def work(connection: Connection) -> int:
        there = connection.execute(select(table.c.id).where(table.c.token == token)).scalar()
        return write(connection, token) if there is None else int(there)

    return database.write(work)


def append(
    connection: Connection,
    person: Person,
    table: Table,
    values: dict[str, Any],
    token: str = "",
    call_id: int | None = None,
) -> int:
    """Appends a record with its author and time, and seals it in the audit; returns its number.

    `values` names every column of the table but those; a further record of the same transaction
    needs no `token` of its own. `call_id` is the call that the record goes with.
    """
    row = {**values, "author": person.name, "at": now(), "token": token or uuid.uuid4().hex}
    if call_id is not None:
        row["call_id"] = call_id
    number = connection.execute(insert(table).values(**row).returning(table.c.id)).scalar_one()
    audit.record(connection, person, table.name, call_id, (table, {**row, "id": number}))
    return int(number)


def reasoned(reason: str, changes: bool) -> str:
    """Why somebody decides so. Raises ScorerError where nothing is said and it `changes`."""
    why = "say in a sentence why it should change"
    return needed(reason, why) if changes else plain(reason).strip()


def needed(text: str, what: str) -> str:
    """What somebody wrote. Raises ScorerError, saying `what` to write, where it is empty."""
    found = plain(text).strip()
    if not found:
        raise ScorerError(f"nothing was written; {what}")
    return found
