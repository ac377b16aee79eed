"""Brings the tables up to date when the store is opened, however many processes open it at once."""

from __future__ import annotations

import time
from functools import cache
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import OperationalError

from scorer.errors import ScorerError

#: PostgreSQL's advisory locks are numbers of the program's own choosing.
LOCK = 0x5C0FE
_PATIENCE = 30.0  # seconds


def migrate(engine: Engine) -> None:
    """Runs the steps that are missing, in one transaction: all of them or none.

    Raises ScorerError when a newer version of the program has already been here.
    """
    with engine.connect() as connection:
        if _revision(connection) == newest():
            return
    if engine.dialect.name == "sqlite":
        _turn_on_wal(engine)
    with engine.connect().execution_options(writes=True) as connection, connection.begin():
        if engine.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
        found = _revision(connection)  # asked again: another process may have been faster
        if found is not None and found not in _known():
            raise ScorerError(
                f"the store was made by a newer version (step {found}); upgrade call-quality-scorer"
            )
        if found != newest():
            config = _config()
            config.attributes["connection"] = connection
            command.upgrade(config, "head")


def newest() -> str:
    """The last step that this version knows."""
    return _known()[0]


def knows(step: object) -> bool:
    """Whether a step is one of ours, and not of a newer version."""
    return step in _known()


def _revision(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


@cache
def _known() -> tuple[str, ...]:
    """Every step, the newest first."""
    return tuple(step.revision for step in ScriptDirectory.from_config(_config()).walk_revisions())


def _config() -> Config:
    config = Config()
    # A per cent sign in the path would be read as a reference to another option.
    folder = str(Path(__file__).parent / "migrations")
    config.set_main_option("script_location", folder.replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config


def _turn_on_wal(engine: Engine) -> None:
    """WAL is remembered in the file. Turning it on needs the file alone for a moment, and SQLite
    does not wait for that by itself."""
    until = time.monotonic() + _PATIENCE
    while True:
        raw = engine.raw_connection()
        try:
            raw.cursor().execute("PRAGMA journal_mode = WAL")
            return
        except Exception as error:  # each driver has errors of its own
            if "locked" not in str(error) or time.monotonic() > until:
                raise OperationalError("PRAGMA journal_mode = WAL", {}, error) from error
            time.sleep(0.05)
        finally:
            raw.close()
