"""What people say became of the customer; append-only, gone only with the call."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

Number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
NAME = "resolutions"
CALL_GONE = "EXISTS (SELECT 1 FROM audit WHERE action = 'erased' AND audit.call_id = OLD.call_id)"


def upgrade() -> None:
    op.create_table(
        NAME,
        sa.Column("id", Number, nullable=False),
        sa.Column("call_id", Number, nullable=False),
        sa.Column("scorecard_id", Number, nullable=False),
        sa.Column("was", sa.String(20), nullable=False),
        sa.Column("outcome", sa.String(20), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("last_signature", Number),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("token", sa.String(32), nullable=False),
        sa.ForeignKeyConstraint(["call_id"], ["calls.id"], name=f"fk_{NAME}_call_id"),
        sa.ForeignKeyConstraint(
            ["scorecard_id"], ["scorecards.id"], name=f"fk_{NAME}_scorecard_id"
        ),
        sa.PrimaryKeyConstraint("id", name=f"pk_{NAME}"),
        sa.UniqueConstraint("token", name=f"uq_{NAME}_token"),
        sqlite_autoincrement=True,
    )
    op.create_index(f"ix_{NAME}_call_id", NAME, ["call_id"])
    op.create_index(f"ix_{NAME}_scorecard_id", NAME, ["scorecard_id"])
    if op.get_bind().dialect.name == "postgresql":
        protect_on_postgresql()
    else:
        protect_on_sqlite()


def protect_on_sqlite() -> None:
    refuse = f"SELECT RAISE(ABORT, '{NAME}: what was written stays; append instead')"
    for name, event, when in (
        ("update", "UPDATE", ""),
        ("delete", "DELETE", f"WHEN NOT {CALL_GONE}"),
        ("replace", "INSERT", f"WHEN EXISTS (SELECT 1 FROM {NAME} WHERE id = NEW.id)"),
    ):
        op.execute(
            f"CREATE TRIGGER {NAME}_no_{name} BEFORE {event} ON {NAME} {when} BEGIN {refuse}; END"
        )


def protect_on_postgresql() -> None:
    """The functions are those of step 0002."""
    for event, rows, function in (
        ("update", "ROW", "refuse_change"),
        ("delete", "ROW", "refuse_unless_erased"),
        ("truncate", "STATEMENT", "refuse_change"),
    ):
        op.execute(
            f"CREATE TRIGGER {NAME}_no_{event} BEFORE {event.upper()} ON {NAME} "
            f"FOR EACH {rows} EXECUTE FUNCTION {function}()"
        )
