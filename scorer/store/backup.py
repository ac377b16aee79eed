"""A backup that either engine can read: a folder with the tables as Parquet, and the recordings.

So it is also the way from SQLite to PostgreSQL. It is taken from one view of the database while
others go on writing, into `FOLDER.part`, which becomes `FOLDER` once it is whole.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import polars as pl
from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Connection,
    Float,
    Integer,
    LargeBinary,
    Table,
    func,
    insert,
    select,
    text,
)
from sqlalchemy.exc import DataError, IntegrityError

from scorer.disk import sha256, whole
from scorer.errors import ScorerError
from scorer.store import answered, migrate
from scorer.store.access import Person, require
from scorer.store.attention import refresh
from scorer.store.columns import UTCTime, metadata
from scorer.store.database import Database
from scorer.store.files import Files
from scorer.store.schema import audit, calls

#: Rows that are in memory at once; fewer of scorecards, which have some 26 KB each.
_ROWS, _CARDS = 20_000, 500
_PARQUET: tuple[tuple[type, Any], ...] = (
    (Boolean, pl.Boolean),
    (Float, pl.Float64),
    (Integer, pl.Int64),
    (BigInteger, pl.Int64),
    (LargeBinary, pl.Binary),
    (UTCTime, pl.Datetime("us", "UTC")),
)
#: What comes of a file that is no Parquet any more, or holds other columns. A panic of the reader
#: is no Exception.
_UNREADABLE = (pl.exceptions.PolarsError, pl.exceptions.PanicException, KeyError, ValueError)


def backup(
    database: Database, files: Files, person: Person, folder: Path, recordings: bool = True
) -> dict[str, Any]:
    """Writes the whole store into a new folder and returns its manifest.

    `recordings=False` leaves the files out, for a centre that copies their folder by other means.
    """
    require(person, "maintain")
    if folder.exists():
        raise ScorerError(f"{folder}: is there already; name a new folder")
    part = folder.with_name(f"{folder.name}.part")
    try:
        shutil.rmtree(part, ignore_errors=True)  # of a backup that was killed
        part.mkdir(parents=True)
        with database.read() as connection:
            rows = {table.name: _write(connection, table, part) for table in metadata.sorted_tables}
        copied = _copy(files.root, part / "recordings") if recordings else 0
        manifest = {
            "format": 1,
            "step": migrate.newest(),
            "made": datetime.now(UTC).isoformat(timespec="seconds"),
            "rows": rows,
            "recordings": copied,
            "sha256": {_name(path, part): sha256(path) for path in _tables(part)},
        }
        (part / "manifest.json").write_text(json.dumps(manifest, indent=1), encoding="utf-8")
        part.rename(folder)
    except OSError as error:
        raise ScorerError(f"{folder}: cannot be written ({error.strerror}); make room") from error
    finally:
        shutil.rmtree(part, ignore_errors=True)
    return manifest


def restore(database: Database, files: Files, person: Person, folder: Path) -> dict[str, Any]:
    """Puts a backup into an empty store, on either engine, and returns its manifest.

    Raises ScorerError when the store is not empty, the backup is incomplete, damaged or newer than
    we are, or there is no room for it.
    """
    require(person, "maintain")
    manifest = _manifest(folder)

    def write(connection: Connection) -> None:
        for table in (calls, audit):
            if connection.execute(select(table.c.id).limit(1)).first():
                raise ScorerError("the store is not empty; restore into a new one (SCORER_HOME)")
        for table in metadata.sorted_tables:
            found = sum(_read(connection, table, folder, manifest.get("sha256")))
            if found != manifest["rows"].get(table.name, 0):
                raise ScorerError(f"{folder}: {table.name} is incomplete; take another backup")
        # A backup that is older than the deadlines in the list has none of them.
        disputed = select(calls.c.id).where(calls.c.disputed > 0)
        for call_id in connection.execute(disputed).scalars().all():
            refresh(connection, call_id)
        for table in metadata.sorted_tables:
            _go_on_counting(connection, table)
        # A backup of before there was such a column.
        uncounted = select(calls.c.id).where(calls.c.questionnaire_id.is_(None))
        for number in connection.execute(uncounted).scalars().all():
            answered.refresh(connection, number)
        # Not before: a restore that is refused must not bring an erased call's recording back. Nor
        # after the commit: one that is cut short can be done again, and copies what is left.
        _copy(folder / "recordings", files.root)

    try:
        database.write(write)
    except OSError as error:
        raise ScorerError(
            f"{folder}: cannot be copied ({error.strerror}); make room, then restore it again"
        ) from error
    return manifest


def _write(connection: Connection, table: Table, folder: Path) -> int:
    place = folder / "tables" / table.name
    place.mkdir(parents=True)
    schema = {column.name: _type(column.type) for column in table.columns}
    cards = any(isinstance(column.type, LargeBinary) for column in table.columns)
    count = _CARDS if cards else _ROWS
    query = select(table).order_by(table.c.id).execution_options(yield_per=count)
    total = 0
    for number, rows in enumerate(connection.execute(query).partitions()):
        packed = [tuple(_packed(value) for value in row) for row in rows]
        frame = pl.DataFrame(packed, schema=schema, orient="row")
        frame.write_parquet(place / f"{number:06}.parquet")
        total += len(rows)
    return total


def _read(
    connection: Connection, table: Table, folder: Path, written: Mapping[str, str] | None
) -> Iterator[int]:
    """Puts a table's files into it, and yields how many rows each had.

    `written` is what the files' hashes were; None in a backup of before these were kept.
    """
    for path in _tables(folder, table.name):
        damaged = ScorerError(
            f"{path}: damaged, so nothing was restored; copy it anew from where the backup was "
            "made, or restore another backup"
        )
        if written is not None and written.get(_name(path, folder)) != sha256(path):
            raise damaged
        try:
            rows = _rows(path, table)
            connection.execute(insert(table), rows)
        except (*_UNREADABLE, IntegrityError, DataError) as error:
            raise damaged from error
        yield len(rows)


def _rows(path: Path, table: Table) -> list[dict[str, Any]]:
    json_columns = [column.name for column in table.columns if isinstance(column.type, JSON)]
    rows = pl.read_parquet(path).to_dicts()
    for row in rows:
        row.update({name: json.loads(row[name]) for name in json_columns})
    return rows


def _tables(folder: Path, table: str = "*") -> list[Path]:
    return sorted((folder / "tables").glob(f"{table}/*.parquet"))


def _name(path: Path, folder: Path) -> str:
    return path.relative_to(folder).as_posix()


def _go_on_counting(connection: Connection, table: Table) -> None:
    """New rows get numbers that no row had, nor any call that was erased and is still named."""
    last = connection.execute(select(func.max(table.c.id))).scalar() or 0
    if table is calls:
        last = max(last, connection.execute(select(func.max(audit.c.call_id))).scalar() or 0)
    erased = select(audit.c.record).where(
        audit.c.action == "erased", audit.c.record.like(f"{table.name}:%")
    )
    for record in connection.execute(erased).scalars():
        last = max(last, int(record.rpartition(":")[2]))
    _count_from(connection, table, last)


def _count_from(connection: Connection, table: Table, last: int) -> None:
    if not last:
        return
    if connection.dialect.name == "postgresql":
        name = f"pg_get_serial_sequence('{table.name}', 'id')"
        connection.execute(text(f"SELECT setval({name}, :last)"), {"last": last})
        return
    connection.execute(text("DELETE FROM sqlite_sequence WHERE name = :n"), {"n": table.name})
    connection.execute(
        text("INSERT INTO sqlite_sequence(name, seq) VALUES (:n, :last)"),
        {"n": table.name, "last": last},
    )


def _manifest(folder: Path) -> dict[str, Any]:
    try:
        manifest = json.loads((folder / "manifest.json").read_bytes())
    except (OSError, ValueError):
        manifest = None
    if not isinstance(manifest, dict) or not isinstance(manifest.get("rows"), dict):
        raise ScorerError(f"{folder}: not a complete backup; manifest.json is missing or damaged")
    if not migrate.knows(manifest.get("step")):
        raise ScorerError(f"{folder}: made by a newer version; upgrade call-quality-scorer")
    return manifest


def _copy(source: Path, target: Path) -> int:
    """Copies recordings, and what was made from them, where they are not there yet; returns how
    many recordings there are. Those of calls that are erased meanwhile are left out."""
    count = 0
    for folder in source.glob("??/*"):
        with suppress(FileNotFoundError, NotADirectoryError):
            for path in folder.iterdir():
                if not path.name.startswith("."):
                    _copy_file(path, target / path.relative_to(source))
                    count += path.name.startswith("recording")
    return count


def _copy_file(path: Path, place: Path) -> None:
    with path.open("rb") as stream:
        if place.is_file() and place.stat().st_size == path.stat().st_size:
            return
        place.parent.mkdir(parents=True, exist_ok=True)
        with whole(place) as out:
            shutil.copyfileobj(stream, out)


def _type(column: Any) -> Any:
    return next((to for kind, to in _PARQUET if isinstance(column, kind)), pl.String)


def _packed(value: Any) -> Any:
    return json.dumps(value) if isinstance(value, (dict, list)) else value
