"""Erasing: one call on request, or all that are older than a centre may keep them.

The audit's row comes first in the same transaction: the triggers let go of a call's records only
when it is there. It stays, names who did it and holds no word of the call.
"""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from datetime import datetime
from functools import partial
from pathlib import Path

from sqlalchemy import ColumnElement, Connection, delete, select, text, update

from scorer.errors import ScorerError, UnavailableError
from scorer.paths import OPINIONS
from scorer.store import audit, jobs
from scorer.store.access import Action, Person, require, within
from scorer.store.calls import one
from scorer.store.database import Database
from scorer.store.files import Files
from scorer.store.index import now, plain
from scorer.store.schema import OF_A_CALL, call_began, calls, failures, recordings, sources
from scorer.store.schema_lead import SAID_OF_CALLS as LED
from scorer.store.schema_team import SAID_OF_CALLS

#: Pages of the index of words that are written anew before others may write again.
_PAGES = 500


def erase(database: Database, files: Files, home: Path, person: Person, key: str) -> None:
    """Deletes a call with its recording, words, scorecards and all that people said of it.

    Its uploads in `home`, the installation's folder, go as well. Raises UnavailableError where the
    call is erased and a reader keeps its words in the database's file a while longer.
    """
    _forget(home, {key: _erase(database, files, person, "erase", key)})
    wipe(database)


def erase_customer(
    database: Database, files: Files, home: Path, person: Person, customer: str
) -> int:
    """Deletes every call of a customer, as the calls' metadata names them, and every upload;
    returns how many calls. Raises UnavailableError as `erase` does."""
    require(person, "erase")
    named = plain(customer)
    if not named.strip():
        # The calls of nobody known are not the calls of one person.
        raise ScorerError("name the customer whose calls are to be erased")
    # First, so that none of them becomes a call meanwhile.
    jobs.forget_of(home, {}, named)
    return _erase_all(database, files, home, person, "erase", calls.c.customer == named)


def erase_before(
    database: Database, files: Files, home: Path, person: Person, until: datetime
) -> int:
    """Deletes every call that began before `until`, or came in before it where that is unknown.

    For a limit on keeping; returns how many. Raises UnavailableError as `erase` does.
    """
    require(person, "retire")
    return _erase_all(database, files, home, person, "retire", call_began < until)


def let_go(database: Database, files: Files, person: Person, key: str) -> None:
    """Deletes the recording and keeps the scorecard: what was said can be read, but not heard."""

    def write(connection: Connection) -> str:
        call = one(connection, person, "retire", key)
        mine = recordings.c.call_id == call["id"]
        connection.execute(update(recordings).where(mine).values(gone=now()))
        audit.record(connection, person, "recording deleted", call["id"])
        return str(call["recording_sha256"])

    files.drop(database.write(write))


def _erase_all(
    database: Database,
    files: Files,
    home: Path,
    person: Person,
    action: Action,
    which: ColumnElement[bool],
) -> int:
    """Each call goes by itself, so that others can write in between."""
    with database.read() as connection:
        query = select(calls.c.key).where(which, within(person, action))
        keys = connection.execute(query).scalars().all()
    erased = {key: _erase(database, files, person, action, key) for key in keys}
    if erased:
        _forget(home, erased)
        wipe(database)
    return len(erased)


def _forget(home: Path, erased: Mapping[str, str]) -> None:
    """What the installation's folder has of erased calls (the keys, with their recordings'
    SHA-256): their uploads, and what a judge replied. That is kept by what was asked and not by
    call, so all of it goes, and is asked for again."""
    jobs.forget_of(home, erased)
    shutil.rmtree(home / OPINIONS, ignore_errors=True)


def _erase(database: Database, files: Files, person: Person, action: Action, key: str) -> str:
    """Deletes a call and returns the SHA-256 of its recording."""

    def write(connection: Connection) -> str:
        call = one(connection, person, action, key)
        audit.record(connection, person, "erased", call["id"])
        for table in (*LED, *SAID_OF_CALLS, *OF_A_CALL):
            connection.execute(delete(table).where(table.c.call_id == call["id"]))
        connection.execute(delete(calls).where(calls.c.id == call["id"]))
        sha256 = call["recording_sha256"]
        connection.execute(delete(failures).where(failures.c.source == sha256))
        connection.execute(delete(sources).where(sources.c.sha256 == sha256))
        return str(sha256)

    content = database.write(write)
    files.drop(content)
    return content


def wipe(database: Database) -> None:
    """Takes erased words out of the file as well. Deleted rows are overwritten (secure_delete), but
    the index of words and the write-ahead log would hold them for a while longer.

    Raises UnavailableError where somebody reads for longer than is waited for (`PATIENCE`): the log
    cannot be emptied under a reader.
    """
    if not database.is_sqlite:
        return

    # Negative first: everything is to be merged into one, which leaves out what was deleted.
    pages = -_PAGES
    while database.write(partial(_merge, pages=pages)):
        pages = _PAGES
    with database.engine.connect() as connection:
        raw = connection.connection.driver_connection
        assert raw is not None
        [busy, *_] = raw.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    if busy:
        raise UnavailableError(
            "erased, but the words stay in scorer.db-wal while somebody reads from the store; "
            "run `scorer store check --sweep` once they are done"
        )


def _merge(connection: Connection, pages: int) -> bool:
    """Writes a part of the index of words anew; False when nothing was left to do.

    In parts, because merging all of a large index at once would keep others from writing for
    longer than they wait. FTS5 says so itself when less than two rows changed
    (sqlite.org/fts5.html#the_merge_command).
    """
    changes = text("SELECT total_changes()")
    before = connection.execute(changes).scalar_one()
    merge = text("INSERT INTO turns_words(turns_words, rank) VALUES ('merge', :pages)")
    connection.execute(merge, {"pages": pages})
    return bool(connection.execute(changes).scalar_one() - before >= 2)
