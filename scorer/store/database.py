"""The database behind the store: SQLite unless `SCORER_STORE` names a PostgreSQL server.

A nightly run and the pages write at the same time. On SQLite every writing transaction takes the
write lock at its start (BEGIN IMMEDIATE) and waits for it, since a lock asked for halfway through
cannot be waited for; readers see the last committed state and wait for no one (WAL). On both
engines a transaction that failed for a passing reason is run again as a whole.
"""

from __future__ import annotations

import os
import random
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, Table, create_engine, event
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError, OperationalError
from sqlalchemy.pool import ConnectionPoolEntry

from scorer import paths
from scorer.errors import ScorerError, UnavailableError
from scorer.store.migrate import migrate

T = TypeVar("T")

#: How long a writer waits for another one to finish, in seconds.
PATIENCE = 30.0
#: How often a transaction is run before its error is shown.
TRIES = 6
#: PostgreSQL's serialization failure, deadlock, and a server that stops or starts (SQLSTATE).
_PASSING = {"40001", "40P01", "57P01", "57P02", "57P03"}


@dataclass(frozen=True, slots=True)
class Database:
    """An opened database whose tables are up to date."""

    engine: Engine

    @property
    def is_sqlite(self) -> bool:
        return self.engine.dialect.name == "sqlite"

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """One consistent view of the database, on both engines.

        Raises UnavailableError where it cannot be reached, or goes away meanwhile.
        """
        try:
            if self.is_sqlite:
                with self.engine.begin() as connection:
                    yield connection
                return
            begun = self.engine.connect().execution_options(isolation_level="REPEATABLE READ")
            with begun as view:
                yield view
        except DBAPIError as error:
            raise _readable(error) from error

    def write(self, work: Callable[[Connection], T]) -> T:
        """Runs `work` in a transaction: all of it happens, once, or nothing does.

        `work` is run again after a lock, a deadlock or a lost connection, so it must change nothing
        but the database. A connection lost during the commit leaves open whether it happened:
        every record therefore carries a key (`token`, or the hashes of a scorecard) that makes
        writing it a second time the same as once.
        """
        for attempt in range(1, TRIES + 1):
            try:
                connection = self.engine.connect().execution_options(writes=True)
                with connection, connection.begin():
                    return work(connection)
            except DBAPIError as error:
                if attempt == TRIES or not _passes(error):
                    raise _readable(error) from error
                # Not all at once again: writers that met would meet a second time.
                time.sleep(random.uniform(0.02, 0.1) * 2**attempt)
        raise AssertionError("unreachable")


def opened(url: str | URL | None = None) -> Database:
    """The database that `url` or `SCORER_STORE` names, else `SCORER_HOME/scorer.db`.

    Makes or migrates its tables first. Raises ScorerError where it cannot be reached or was made
    by a newer version.
    """
    # By process too: a connection that a fork carried along would be used by two at once.
    return _opened(address(url), os.getpid())


def address(url: str | URL | None = None) -> URL:
    """The SQLAlchemy address of the store, `postgresql://` taken as psycopg 3."""
    named = url or os.environ.get("SCORER_STORE") or inside(paths.home())
    if isinstance(named, URL):
        return named
    named = named.replace("postgres://", "postgresql://", 1)
    try:
        return make_url(named.replace("postgresql://", "postgresql+psycopg://", 1))
    except ArgumentError as error:
        raise _no_address() from error


def inside(home: Path) -> URL:
    """The address of the SQLite file in an installation's folder, whatever signs its name has."""
    return URL.create("sqlite", database=str(home / "scorer.db"))


def insert_once(connection: Connection, table: Table, values: Mapping[str, Any]) -> int | None:
    """The new row's number, or None where a row with the same unique key is there already."""
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    statement = dialect.insert(table).values(**values).on_conflict_do_nothing()
    made: int | None = connection.execute(statement.returning(table.c.id)).scalar()
    return made


@cache
def _opened(url: URL, _process: int) -> Database:
    try:
        engine = _sqlite(url) if url.get_backend_name() == "sqlite" else _server(url)
    except (ArgumentError, NoSuchModuleError) as error:
        raise _no_address() from error
    except ModuleNotFoundError as error:
        raise ScorerError(
            f"{error.name} is not installed; run pip install 'call-quality-scorer[postgres]'"
        ) from error
    try:
        migrate(engine)
    except DBAPIError as error:
        raise _readable(error) from error
    return Database(engine)


def _sqlite(url: URL) -> Engine:
    if not url.database:
        raise ScorerError("SCORER_STORE: name a file, sqlite:////FOLDER/scorer.db")
    try:
        Path(url.database).parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ScorerError(
            f"{Path(url.database).parent}: cannot be made ({error.strerror}); set SCORER_HOME"
        ) from error
    engine = create_engine(url, connect_args={"timeout": PATIENCE})
    event.listen(engine, "connect", _set_up_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _set_up_sqlite(connection: Any, _: ConnectionPoolEntry) -> None:
    connection.isolation_level = None  # the driver begins nothing by itself; `_begin_sqlite` does
    for pragma in ("foreign_keys = ON", "synchronous = FULL", "secure_delete = ON"):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get("writes")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _server(url: URL) -> Engine:
    if url.get_backend_name() != "postgresql":
        raise ScorerError(
            f"SCORER_STORE: {url.get_backend_name()} is not supported; use postgresql:// or sqlite://"
        )
    return create_engine(url, pool_pre_ping=True, connect_args={"connect_timeout": 10})


def _no_address() -> ScorerError:
    return ScorerError(
        "SCORER_STORE: not an address of a database; give postgresql://USER@HOST/NAME"
    )


def _passes(error: DBAPIError) -> bool:
    """Whether the same transaction may well succeed when it is run again."""
    if error.connection_invalidated or getattr(error.orig, "sqlstate", None) in _PASSING:
        return True
    return isinstance(error, OperationalError) and "locked" in str(error.orig)


def _readable(error: DBAPIError) -> Exception:
    """An error of the database's surroundings in one line; a fault of ours stays as it is."""
    if not isinstance(error, OperationalError):
        return error
    reason = str(error.orig).strip().splitlines()[0]
    return UnavailableError(
        f"the store cannot be used ({reason}); check its server or disk, then try again"
    )
