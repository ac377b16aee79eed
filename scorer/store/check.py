"""Is the store whole? Files against rows, records against seals, cards against their index."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, func, select, text

from scorer.disk import sha256
from scorer.store import audit, index, published, removal
from scorer.store.access import Person, require
from scorer.store.database import Database
from scorer.store.files import Files
from scorer.store.schema import SAID, calls, judgements, recordings, scorecards
from scorer.store.schema import audit as audit_table
from scorer.store.schema_lead import SAID_OF_CALLS as LED
from scorer.store.schema_lead import SAID_OF_LEADS
from scorer.store.schema_team import SAID_OF_CALLS, SAID_OF_TEAMS

#: A file may be there before its row is: only after this many seconds is it one too many.
_GRACE = 3600.0
_ASK = "compare with a backup, and ask who has access to the database itself"


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that is not as it should be, and what to do about it."""

    what: str
    do: str


def check(
    database: Database, files: Files, person: Person, home: Path, deep: bool = False
) -> list[Finding]:
    """Everything that is wrong; empty where all is well. `deep` reads every recording and card.

    `home` is the installation's folder, in which the published rubrics lie.
    """
    require(person, "maintain")
    with database.read() as connection:
        return [
            *_engine(connection),
            *_audit(connection),
            *_sealed(connection),
            *_scorecards(connection, deep),
            *_recordings(connection, files, deep),
            *_rubrics(connection, home),
        ]


def sweep(database: Database, files: Files, person: Person) -> int:
    """Deletes recordings that belong to no call, since a machine stopped, and words that are erased
    and still in the database's file, since somebody read; returns how many recordings."""
    require(person, "maintain")
    with database.read() as connection:
        strays = list(_strays(connection, files))
    for content in strays:
        files.drop(content)
    removal.wipe(database)
    return len(strays)


def _engine(connection: Connection) -> Iterator[Finding]:
    if connection.dialect.name != "sqlite":
        return
    restore = "restore the latest backup into an empty store"
    for line in connection.execute(text("PRAGMA integrity_check")).scalars():
        if line != "ok":
            yield Finding(f"the database file is harmed: {line}", restore)
    for row in connection.execute(text("PRAGMA foreign_key_check")):
        yield Finding(f"row {row[1]} of {row[0]} refers to nothing", restore)


def _audit(connection: Connection) -> Iterator[Finding]:
    for number in audit.broken(connection):
        yield Finding(
            f"the audit does not hold at row {number}: a row was changed, added or taken out", _ASK
        )


def _sealed(connection: Connection) -> Iterator[Finding]:
    """Every record that people wrote has its seal, and every seal its record or an erased call."""
    seals = {
        row.record: (row.seal, row.call_id)
        for row in connection.execute(
            select(audit_table.c.record, audit_table.c.seal, audit_table.c.call_id).where(
                audit_table.c.record != "", audit_table.c.action != "erased"
            )
        )
    }
    gone = connection.execute(
        select(audit_table.c.call_id, audit_table.c.record).where(audit_table.c.action == "erased")
    )
    erased = {row.record or row.call_id for row in gone}
    for table in (*SAID, *SAID_OF_CALLS, *SAID_OF_TEAMS, *LED, *SAID_OF_LEADS):
        for row in connection.execute(select(table)).mappings():
            name = f"{table.name}:{row['id']}"
            sealed, _ = seals.pop(name, ("", None))
            if sealed != audit.seal(table, dict(row)):
                yield Finding(f"record {name} is not as it was written", _ASK)
    for name, (_, call_id) in seals.items():
        if not {call_id, name} & erased:
            yield Finding(f"record {name} is gone, and its call was not erased", _ASK)


def _scorecards(connection: Connection, deep: bool) -> Iterator[Finding]:
    again = "score the recording again"
    lost = select(calls.c.key).where(
        ~select(scorecards.c.id).where(scorecards.c.id == calls.c.scorecard_id).exists()
    )
    for key in connection.execute(lost).scalars():
        yield Finding(f"call {key} has no scorecard", again)
    if not deep:
        return
    counted = (
        select(judgements.c.scorecard_id, func.count().label("count"))
        .group_by(judgements.c.scorecard_id)
        .subquery()
    )
    query = (
        select(calls.c.key, scorecards.c.card, scorecards.c.card_sha256, counted.c.count)
        .select_from(scorecards)
        .join(calls, calls.c.id == scorecards.c.call_id)
        .outerjoin(counted, counted.c.scorecard_id == scorecards.c.id)
        .execution_options(yield_per=100)
    )
    for key, stored, digest, count in connection.execute(query):
        if index.digest(stored) != digest:
            yield Finding(f"a scorecard of call {key} is not as it was written", again)
        elif len(index.unpacked(stored).get("judgements") or []) != (count or 0):
            yield Finding(f"judgements of call {key} are missing", again)


def _recordings(connection: Connection, files: Files, deep: bool) -> Iterator[Finding]:
    query = (
        select(calls.c.key, recordings.c.sha256, recordings.c.bytes)
        .join(calls, calls.c.id == recordings.c.call_id)
        .where(recordings.c.gone.is_(None))
    )
    for key, content, size in connection.execute(query):
        path = files.find(content)
        if path is None:
            yield Finding(f"the recording of call {key} is gone", "take it back from a backup")
        elif path.stat().st_size != size or (deep and sha256(path) != content):
            yield Finding(f"the recording of call {key} is harmed", "take it back from a backup")
    for content in _strays(connection, files):
        yield Finding(f"recording {content[:16]} belongs to no call", "scorer store check --sweep")


def _rubrics(connection: Connection, home: Path) -> Iterator[Finding]:
    """What calls are scored on is what was published."""
    wanted, found = published.wanted(connection), published.pointed(home)
    if wanted is None and found is None:
        return
    if wanted is None or found is None or published.content(published.read(found)) != wanted:
        yield Finding("the rubrics in use are not those that were published", "publish them again")


def _strays(connection: Connection, files: Files) -> Iterator[str]:
    known = set(
        connection.execute(select(recordings.c.sha256).where(recordings.c.gone.is_(None))).scalars()
    )
    yield from (name for name in files.all() if name not in known and files.age(name) > _GRACE)
