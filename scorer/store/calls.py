"""Calls and their scorecards: putting them in exactly once, and finding them again.

What decides whether work is done is the content of the recording, the rubrics and the speech
model. A scorecard is never changed: other rubrics, another model or another version of the program
make a further version beside it, and the newest is the one that is shown.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    RowMapping,
    Table,
    and_,
    bindparam,
    delete,
    func,
    insert,
    select,
    true,
    update,
)

from scorer.errors import ScorerError
from scorer.store import answered, audit, index
from scorer.store.access import Action, Person, may, require, uploads_to, within
from scorer.store.attention import refresh
from scorer.store.database import Database, insert_once
from scorer.store.files import Files
from scorer.store.index import Card
from scorer.store.runs import forget_failures
from scorer.store.schema import calls, judgements, moments, promises, recordings, scorecards, turns

#: Hex digits of the content's SHA-256 that name a call in an address.
KEY = 16
#: How many hashes go into one query.
_BATCH = 500


@dataclass(frozen=True, slots=True)
class Version:
    """One scorecard of a call. `version` counts from 1; the highest is the one shown."""

    version: int
    scored: datetime
    rubrics_sha256: str
    model: str
    code_sha256: str


def keep(
    database: Database,
    files: Files,
    person: Person,
    recording: Path | None,
    card: Card,
    peaks: Sequence[Any] = (),
) -> str:
    """Puts a scored call into the store and returns its key; None for a written transcript.

    The same content under another name is the same call. A card by the same rubrics, model and
    program is there already: nothing is written. Metadata that was missing is added in any case.

    Whoever may upload puts in calls of their teams. Raises ScorerError for another team, and for a
    call that is there already and out of their reach: to have its recording is no right to it.
    """
    sha256, reach = index.content(card), within(person, _puts_in(person, card))

    def write(connection: Connection) -> None:
        call_id, described = _call(connection, sha256, card, reach)
        if recording is not None:
            _recording(connection, call_id, sha256, size, index.suffix(card))
        if _scorecard(connection, call_id, card):
            forget_failures(connection, sha256, index.made_by(card))
            refresh(connection, call_id)
            answered.refresh(connection, call_id)
            audit.record(connection, person, "scored", call_id)
        elif described:
            audit.record(connection, person, "described", call_id)

    with database.read() as connection:  # before its file is copied
        _number(connection, sha256, card, reach)
    size = _place(files, recording, card, sha256, peaks)
    database.write(write)
    # Somebody may have erased the same call between the two.
    _place(files, recording, card, sha256, peaks)
    return sha256[:KEY]


def done(
    database: Database,
    person: Person,
    recording_sha256s: Iterable[str],
    rubrics_sha256: str | None,
    model: str | None,
) -> set[str]:
    """Those of the recordings that these rubrics and this model have scored already; None: any.

    `model` is the SHA-256 of the speech model, as in a card's provenance; "" for transcripts.
    """
    require(person, "keep")
    wanted, found = list(recording_sha256s), set[str]()
    by = {scorecards.c.rubrics_sha256: rubrics_sha256, scorecards.c.model: model}
    same = and_(true(), *(column == value for column, value in by.items() if value is not None))
    query = (
        select(calls.c.recording_sha256)
        .join(scorecards, scorecards.c.call_id == calls.c.id)
        .where(calls.c.recording_sha256.in_(bindparam("wanted", expanding=True)), same)
    )
    with database.read() as connection:
        for first in range(0, len(wanted), _BATCH):
            some = {"wanted": wanted[first : first + _BATCH]}
            found |= set(connection.execute(query, some).scalars())
    return found


def one(
    connection: Connection, person: Person, action: Action, key: str, lock: bool = False
) -> RowMapping:
    """The call of that key, where the person may take that action on it; locked for a change.

    Raises ScorerError, the same for a call out of reach and for one that is not there.
    """
    require(person, action)
    query = select(calls).where(calls.c.key == index.plain(key), within(person, action))
    found = connection.execute(query.with_for_update() if lock else query)
    row = found.mappings().one_or_none()
    if row is None:
        raise ScorerError(f"{key}: no such call here; open it from the list of calls")
    return row


def card(
    database: Database, person: Person, key: str, version: int | None = None
) -> dict[str, Any]:
    """The scorecard in the file contract as it was kept, the newest unless `version` is named."""
    with database.read() as connection:
        call = one(connection, person, "read", key)
        which = (
            scorecards.c.id == call["scorecard_id"]
            if version is None
            else scorecards.c.version == version
        )
        stored = connection.execute(
            select(scorecards.c.card).where(scorecards.c.call_id == call["id"], which)
        ).scalar_one_or_none()
    if stored is None:
        raise ScorerError(f"{key}: there is no version {version}; the list of versions says which")
    return index.unpacked(stored)


def versions(database: Database, person: Person, key: str) -> list[Version]:
    """Every scorecard of the call, the newest first."""
    columns = (getattr(scorecards.c, name) for name in Version.__slots__)
    with database.read() as connection:
        call = one(connection, person, "read", key)
        rows = connection.execute(
            select(*columns)
            .where(scorecards.c.call_id == call["id"])
            .order_by(scorecards.c.version.desc())
        )
        return [Version(*row) for row in rows]


def _puts_in(person: Person, card: Card) -> Action:
    """By what right the person puts in the card. Raises ScorerError where by none."""
    if may(person, "keep") or not may(person, "upload"):
        require(person, "keep")
        return "keep"
    team = index.about(card).get("team", "")
    if uploads_to(person, team) != team:
        raise ScorerError(f"{card['id']}: no team is said; say whose call it is")
    return "upload"


def _place(
    files: Files, recording: Path | None, card: Card, sha256: str, peaks: Sequence[Any]
) -> int:
    if recording is None:
        return 0
    size = files.put(recording, sha256, index.suffix(card))
    if not (files.folder(sha256) / "peaks.json").is_file():
        files.put_json(sha256, "peaks.json", {"channels": peaks})
    return size


def _call(
    connection: Connection, sha256: str, card: Card, reach: ColumnElement[bool]
) -> tuple[int, bool]:
    """The call's number; makes the call, or adds what its metadata says now.

    Beside it, whether a call that was there is described otherwise now.
    """
    found = _number(connection, sha256, card, reach)
    about = index.about(card)
    if found is None:
        time = index.now()
        values = {
            "key": sha256[:KEY],
            "recording_sha256": sha256,
            "name": index.plain(card["id"]),
            "added": time,
            "scored": time,
            # A fixed share of calls goes to the queue; the content decides which, and nobody can.
            "sample": int(sha256[-8:], 16) / 0xFFFFFFFF,
            **about,
        }
        made = insert_once(connection, calls, values)
        if made is not None:
            return made, False
        found = _number(connection, sha256, card, reach)  # another process was faster by a moment
        assert found is not None
    return found, _described(connection, found, about)


def _described(connection: Connection, call_id: int, about: index.Row) -> bool:
    """Writes down what the metadata says of the call now; False where that was known."""
    columns = [calls.c[name] for name in about]
    known = connection.execute(select(calls.c.id, *columns).where(calls.c.id == call_id))
    if dict(known.mappings().one()) == {"id": call_id, **about}:
        return False
    connection.execute(update(calls).where(calls.c.id == call_id).values(**about))
    return True


def _number(
    connection: Connection, sha256: str, card: Card, reach: ColumnElement[bool]
) -> int | None:
    """The call's number, None where there is no such call; ScorerError where it is out of reach.

    Within a transaction that writes, its row stays ours to the end: two versions must not be made
    at once.
    """
    query = select(calls.c.id, reach).where(calls.c.recording_sha256 == sha256)
    if connection.get_execution_options().get("writes"):
        query = query.with_for_update()
    found = connection.execute(query).one_or_none()
    if found is None:
        return None
    if not found[1]:
        raise ScorerError(
            f"{card['id']}: this call is here already, with another team; ask an admin"
        )
    return int(found[0])


def _recording(connection: Connection, call_id: int, sha256: str, size: int, suffix: str) -> None:
    values = {"call_id": call_id, "sha256": sha256, "suffix": suffix, "bytes": size}
    if insert_once(connection, recordings, values) is None:
        connection.execute(
            update(recordings).where(recordings.c.call_id == call_id).values(gone=None, bytes=size)
        )


def _scorecard(connection: Connection, call_id: int, card: Card) -> bool:
    """Writes the card and its index as the newest version; False where it is there already."""
    by = index.made_by(card)
    same = and_(*(scorecards.c[name] == value for name, value in by.items()))
    mine = scorecards.c.call_id == call_id
    if connection.execute(select(scorecards.c.id).where(mine, same)).scalar() is not None:
        return False
    last = connection.execute(select(func.max(scorecards.c.version)).where(mine)).scalar() or 0
    stored, time = index.packed(card), index.now()
    scorecard_id = connection.execute(
        insert(scorecards)
        .values(
            call_id=call_id,
            version=last + 1,
            scored=time,
            card=stored,
            card_sha256=index.digest(stored),
            **by,
        )
        .returning(scorecards.c.id)
    ).scalar_one()
    connection.execute(delete(turns).where(turns.c.call_id == call_id))
    ours = {"call_id": call_id}
    _fill(connection, turns, index.turns(card), ours)
    for table, rows in (
        (judgements, index.judgements(card)),
        (moments, index.moments(card)),
        (promises, index.promises(card)),
    ):
        _fill(connection, table, rows, {**ours, "scorecard_id": scorecard_id})
    connection.execute(
        update(calls)
        .where(calls.c.id == call_id)
        .values(scorecard_id=scorecard_id, scored=time, **index.summary(card))
    )
    return True


def _fill(
    connection: Connection, table: Table, rows: Iterable[index.Row], common: index.Row
) -> None:
    filled = [{**row, **common} for row in rows]
    if filled:
        connection.execute(insert(table), filled)


def any_generated(database: Database, person: Person) -> bool:
    """Whether a generated call is within the person's reach."""
    query = select(calls.c.id).where(calls.c.generated.is_(True), within(person, "list")).limit(1)
    with database.read() as connection:
        return connection.execute(query).first() is not None
