"""Calibration, coaching, recognition, creed, goals and published rubrics; all append-only."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

Number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

#: Go with the call that they quote.
OF_CALLS = ("session_calls", "session_answers", "clips", "recognitions", "recognition_ends")
#: Stay. A coaching plan is about an employee, who may ask that it goes.
OF_TEAMS = (
    "sessions",
    "session_marks",
    "plans",
    "plan_entries",
    "creeds",
    "goals",
    "goal_reviews",
    "rubric_versions",
    "rubric_decisions",
)


def upgrade() -> None:
    calibration()
    coaching()
    recognition()
    guidance()
    rubrics()
    if op.get_bind().dialect.name == "postgresql":
        protect_on_postgresql()
    else:
        protect_on_sqlite()


def calibration() -> None:
    table("sessions", text("title"), text("team"), json("rubrics"))
    table("session_calls", of("sessions"), of("calls"), number("scorecard_id"))
    answer = (*criterion(), string("outcome", 20), text("reason"))
    table("session_answers", of("sessions"), of("calls"), *answer, *quote())
    table("session_marks", of("sessions"), string("kind", 20))
    index("session_calls", "session_id", "call_id")
    index("session_answers", "session_id", "call_id")
    index("session_marks", "session_id")


def coaching() -> None:
    table("plans", text("agent"), text("team"), json("focus"), text("aim"), string("due", 10))
    table("plan_entries", of("plans"), string("kind", 20), text("text"))
    about = (string("kind", 10), *criterion(), *quote(), text("comment"))
    table("clips", of("plans"), of("calls"), *about)
    index("plans", "agent", "team")
    index("plan_entries", "plan_id")
    index("clips", "plan_id", "call_id")


def recognition() -> None:
    whose = (text("team"), text("agent"), string("attribute", 30))
    table("recognitions", of("calls"), *whose, *quote(), text("words"))
    once = sa.UniqueConstraint("recognition_id", name="uq_recognition_ends_recognition_id")
    table("recognition_ends", of("calls"), of("recognitions"), text("reason"), once)
    index("recognitions", "call_id", "team")
    index("recognition_ends", "call_id")


def guidance() -> None:
    table("creeds", text("team"), json("lines"))
    when = (string("since", 10), string("due", 10))
    table("goals", text("team"), string("metric", 220), real("target"), *when, text("why"))
    figure = (real("value", True), real("low", True), real("high", True))
    count = sa.Column("count", sa.Integer(), nullable=False)
    table("goal_reviews", of("goals"), string("state", 20), text("text"), *figure, count)
    index("creeds", "team")
    index("goals", "team")
    index("goal_reviews", "goal_id")


def rubrics() -> None:
    told = (string("origin", 20), text("note"), json("files"), json("report"))
    table("rubric_versions", string("sha256", 64), *told)
    version = of("rubric_versions", nullable=True)
    table("rubric_decisions", version, string("decision", 20), text("note"))
    index("rubric_versions", "sha256")
    index("rubric_decisions", "rubric_version_id")


def table(name: str, *parts: sa.Column[Any] | sa.UniqueConstraint) -> None:
    """A table of what people said: numbered, with author, time and token."""
    keys = [
        sa.ForeignKeyConstraint([part.name], [part.info["of"]], name=f"fk_{name}_{part.name}")
        for part in parts
        if isinstance(part, sa.Column) and "of" in part.info
    ]
    op.create_table(
        name,
        sa.Column("id", Number, nullable=False),
        *parts,
        text("author"),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        string("token", 32),
        *keys,
        sa.PrimaryKeyConstraint("id", name=f"pk_{name}"),
        sa.UniqueConstraint("token", name=f"uq_{name}_token"),
        sqlite_autoincrement=True,
    )


def of(name: str, nullable: bool = False) -> sa.Column[Any]:
    return sa.Column(f"{name[:-1]}_id", Number, nullable=nullable, info={"of": f"{name}.id"})


def index(name: str, *columns: str) -> None:
    for column in columns:
        op.create_index(f"ix_{name}_{column}", name, [column])


def text(name: str) -> sa.Column[Any]:
    return sa.Column(name, sa.Text(), nullable=False)


def string(name: str, length: int) -> sa.Column[Any]:
    return sa.Column(name, sa.String(length=length), nullable=False)


def json(name: str) -> sa.Column[Any]:
    return sa.Column(name, sa.JSON(), nullable=False)


def real(name: str, nullable: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.Float(), nullable=nullable)


def number(name: str) -> sa.Column[Any]:
    return sa.Column(name, Number, nullable=False)


def criterion() -> tuple[sa.Column[Any], ...]:
    return string("rubric", 100), string("criterion", 100)


def quote() -> tuple[sa.Column[Any], ...]:
    turn = sa.Column("turn", sa.Integer(), nullable=True)
    return turn, real("start", True), real("end", True), text("quote")


#: What the audit must say before a record can go.
CALL_GONE = "EXISTS (SELECT 1 FROM audit WHERE action = 'erased' AND audit.call_id = OLD.call_id)"
RECORD_GONE = (
    "EXISTS (SELECT 1 FROM audit WHERE action = 'erased' AND record = {name} || ':' || OLD.id)"
)


def protect_on_sqlite() -> None:
    for name in (*OF_CALLS, *OF_TEAMS):
        refuse = f"SELECT RAISE(ABORT, '{name}: what was written stays; append instead')"
        gone = RECORD_GONE.format(name=f"'{name}'")
        if name in OF_CALLS:
            gone = f"{gone} OR {CALL_GONE}"
        op.execute(f"CREATE TRIGGER {name}_no_update BEFORE UPDATE ON {name} BEGIN {refuse}; END")
        op.execute(
            f"CREATE TRIGGER {name}_no_delete BEFORE DELETE ON {name} WHEN NOT ({gone}) "
            f"BEGIN {refuse}; END"
        )
        op.execute(
            f"CREATE TRIGGER {name}_no_replace BEFORE INSERT ON {name} "
            f"WHEN EXISTS (SELECT 1 FROM {name} WHERE id = NEW.id) BEGIN {refuse}; END"
        )


def protect_on_postgresql() -> None:
    named = RECORD_GONE.format(name="TG_TABLE_NAME")
    for function, gone in (
        ("refuse_unless_record_erased", named),
        ("refuse_unless_either_erased", f"{named} OR {CALL_GONE}"),
    ):
        op.execute(
            f"CREATE FUNCTION {function}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
            f"IF {gone} THEN RETURN OLD; END IF; "
            "RAISE EXCEPTION '%: what was written stays; append instead', TG_TABLE_NAME; END $$"
        )
    for name in (*OF_CALLS, *OF_TEAMS):
        kind = "either" if name in OF_CALLS else "record"
        op.execute(
            f"CREATE TRIGGER {name}_no_update BEFORE UPDATE ON {name} "
            "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
        )
        op.execute(
            f"CREATE TRIGGER {name}_no_delete BEFORE DELETE ON {name} "
            f"FOR EACH ROW EXECUTE FUNCTION refuse_unless_{kind}_erased()"
        )
        op.execute(
            f"CREATE TRIGGER {name}_no_truncate BEFORE TRUNCATE ON {name} "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )
