"""Who did what, when: a chain in which every row carries the hash of the one before it.

A row says no more than who, what and the number of the call; of a record it keeps a seal, a hash
over its content and its random token. So the audit can stay when a call has to be erased, while
`check` still finds a record that somebody changed behind the program's back.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Table, desc, insert, select, text

from scorer.store.access import Person, require
from scorer.store.database import Database
from scorer.store.schema import audit

#: What the first row has in place of the hash before it.
START = "0" * 64
#: PostgreSQL's lock for the end of the chain; on SQLite there is only one writer anyway.
_LOCK = 0x5C0FF


def record(
    connection: Connection,
    person: Person,
    action: str,
    call_id: int | None = None,
    written: tuple[Table, Mapping[str, Any]] | None = None,
    about: str = "",
) -> None:
    """Appends what the person does, in the transaction in which it is done; as late in it as may
    be, since nobody else appends from here to the commit.

    `written` is the record that was appended, with its `id` and `token`; `about` names one that
    goes, as table:number.
    """
    if connection.dialect.name == "postgresql":
        # Held until the commit: two rows cannot follow the same one.
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
    last = connection.execute(select(audit.c.hash).order_by(desc(audit.c.id)).limit(1)).scalar()
    row: dict[str, Any] = {
        "at": datetime.now(UTC),
        "actor": person.name,
        "role": person.role,
        "action": action,
        "call_id": call_id,
        "record": about,
        "seal": "",
        "previous": last or START,
    }
    if written is not None:
        table, values = written
        row |= {"record": f"{table.name}:{values['id']}", "seal": seal(table, values)}
    connection.execute(insert(audit).values(**row, hash=chained(row)))


def seal(table: Table, values: Mapping[str, Any]) -> str:
    """A hash over every column of a record; its token keeps the words from being guessed."""
    return _hash({column.name: values.get(column.name) for column in table.columns})


def chained(row: Mapping[str, Any]) -> str:
    """The hash that a row of the audit must carry."""
    return _hash({k: v for k, v in row.items() if k not in ("id", "hash")})


@dataclass(frozen=True, slots=True)
class Act:
    """A row of the audit as people read it. `record` names what was appended, as table:number."""

    at: datetime
    actor: str
    role: str
    action: str
    call_id: int | None
    record: str


def latest(database: Database, person: Person, limit: int = 200) -> list[Act]:
    """What was done, the latest first."""
    require(person, "inspect")
    columns = (audit.c[name] for name in Act.__slots__)
    with database.read() as connection:
        rows = connection.execute(select(*columns).order_by(desc(audit.c.id)).limit(limit))
        return [Act(*row) for row in rows]


def broken(connection: Connection) -> Iterator[int]:
    """The numbers of the rows at which the chain does not hold."""
    last = START
    for row in connection.execute(select(audit).order_by(audit.c.id)).mappings():
        if row["previous"] != last or row["hash"] != chained(dict(row)):
            yield int(row["id"])
        last = row["hash"]


def _hash(values: Mapping[str, Any]) -> str:
    plain = json.dumps(values, sort_keys=True, default=_text, separators=(",", ":"))
    return hashlib.sha256(plain.encode()).hexdigest()


def _text(value: Any) -> str:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    raise TypeError(f"{type(value).__name__} in the audit")
