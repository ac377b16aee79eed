"""Promises given to somebody, complaints, playlists and the company's figures; all append-only."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

Number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

OF_CALLS = ("promise_owners", "complaint_entries", "playlist_clips")
OF_LEADS = ("playlists", "company_figures")
CALL_GONE = "EXISTS (SELECT 1 FROM audit WHERE action = 'erased' AND audit.call_id = OLD.call_id)"


def upgrade() -> None:
    table("promise_owners", of("calls"), of("promises"), text("owner"), text("note"))
    entry = (text("cause"), text("lesson"), text("told"), text("owner"), string("came_back", 10))
    table("complaint_entries", of("calls"), string("about", 100), *entry)
    key = sa.Column("key", sa.String(length=32), nullable=False)
    table("playlists", key, text("title"), unique=("key",))
    clip = (whole("first_turn"), whole("last_turn"), real("start"), real("end"), text("words"))
    kept: sa.Column[Any] = sa.Column("kept", sa.Boolean(), nullable=False)
    table("playlist_clips", of("playlists"), of("calls"), *clip, kept)
    value = sa.Column("value", sa.Float(), nullable=False)
    answers = sa.Column("answers", sa.Integer(), nullable=True)
    said = (text("unit"), answers, text("source"))
    named = (string("month", 7), text("team"), string("figure", 30))
    table("company_figures", *named, value, *said)
    op.create_index("ix_company_figures_team", "company_figures", ["team", "month"])
    for name, columns in {
        "promise_owners": ("call_id", "promise_id"),
        "complaint_entries": ("call_id",),
        "playlist_clips": ("playlist_id", "call_id"),
    }.items():
        for column in columns:
            op.create_index(f"ix_{name}_{column}", name, [column])
    if op.get_bind().dialect.name == "postgresql":
        protect_on_postgresql()
    else:
        protect_on_sqlite()


def table(name: str, *columns: Any, unique: tuple[str, ...] = ()) -> None:
    keys = [
        sa.ForeignKeyConstraint(
            [column.name], [f"{column.name[:-3]}s.id"], name=f"fk_{name}_{column.name}"
        )
        for column in columns
        if column.name.endswith("_id")
    ]
    op.create_table(
        name,
        sa.Column("id", Number, nullable=False),
        *columns,
        text("author"),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        string("token", 32),
        *keys,
        sa.PrimaryKeyConstraint("id", name=f"pk_{name}"),
        *(sa.UniqueConstraint(column, name=f"uq_{name}_{column}") for column in (*unique, "token")),
        sqlite_autoincrement=True,
    )


def of(other: str) -> sa.Column[Any]:
    return sa.Column(f"{other[:-1]}_id", Number, nullable=False)


def text(name: str) -> sa.Column[Any]:
    return sa.Column(name, sa.Text(), nullable=False)


def string(name: str, length: int) -> sa.Column[Any]:
    return sa.Column(name, sa.String(length=length), nullable=False)


def whole(name: str) -> sa.Column[Any]:
    return sa.Column(name, sa.Integer(), nullable=False)


def real(name: str) -> sa.Column[Any]:
    return sa.Column(name, sa.Float(), nullable=True)


def protect_on_sqlite() -> None:
    for name in (*OF_CALLS, *OF_LEADS):
        refuse = f"SELECT RAISE(ABORT, '{name}: what was written stays; append instead')"
        unless = f"WHEN NOT {CALL_GONE}" if name in OF_CALLS else ""
        op.execute(f"CREATE TRIGGER {name}_no_update BEFORE UPDATE ON {name} BEGIN {refuse}; END")
        op.execute(
            f"CREATE TRIGGER {name}_no_delete BEFORE DELETE ON {name} {unless} BEGIN {refuse}; END"
        )
        op.execute(
            f"CREATE TRIGGER {name}_no_replace BEFORE INSERT ON {name} "
            f"WHEN EXISTS (SELECT 1 FROM {name} WHERE id = NEW.id) BEGIN {refuse}; END"
        )


def protect_on_postgresql() -> None:
    """The functions are those of step 0002."""
    for name in (*OF_CALLS, *OF_LEADS):
        guard = "refuse_unless_erased" if name in OF_CALLS else "refuse_change"
        for event, rows, function in (
            ("update", "ROW", "refuse_change"),
            ("delete", "ROW", guard),
            ("truncate", "STATEMENT", "refuse_change"),
        ):
            op.execute(
                f"CREATE TRIGGER {name}_no_{event} BEFORE {event.upper()} ON {name} "
                f"FOR EACH {rows} EXECUTE FUNCTION {function}()"
            )
