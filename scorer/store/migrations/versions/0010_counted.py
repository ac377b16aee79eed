"""What figures over many calls count, beside each call, so that no figure reads every judgement."""

from __future__ import annotations

import hashlib
import json
from itertools import groupby
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

Number = sa.BigInteger().with_variant(sa.Integer, "sqlite")
LETTERS = {
    "met": "m",
    "partly": "p",
    "missed": "x",
    "no_opportunity": "n",
    "cannot_tell": "c",
    "proposed": "w",
}
FLAGS = {
    "made_good": "rubric = 'complaint_register' AND outcome = 'recovered'",
    "left_open": "rubric = 'complaint_register' AND outcome = 'missed'",
    "rule": "rubric = 'rule_register'",
}
BATCH = 5_000


def upgrade() -> None:
    for name in FLAGS:
        op.add_column(
            "calls", sa.Column(name, sa.Boolean(), nullable=False, server_default=sa.false())
        )
    op.add_column("calls", sa.Column("questionnaire_id", Number))
    op.add_column("calls", sa.Column("answered", sa.Text(), nullable=False, server_default=""))
    op.create_table(
        "questionnaires",
        sa.Column("id", Number, nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("asked", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_questionnaires"),
        sa.UniqueConstraint("sha256", name="uq_questionnaires_sha256"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_calls_about", "calls", ["team", "queue", "topic"])
    op.drop_index("ix_moments_call_id", "moments")
    op.create_index("ix_moments_of_call", "moments", ["call_id", "kind", "outcome"])
    connection = op.get_bind()
    for name, which in FLAGS.items():
        op.execute(
            f"UPDATE calls SET {name} = EXISTS (SELECT 1 FROM moments WHERE "
            f"call_id = calls.id AND scorecard_id = calls.scorecard_id AND {which})"
        )
    last, known = 0, dict[str, int]()
    query = sa.text("SELECT id FROM calls WHERE id > :last ORDER BY id LIMIT :batch")
    while numbers := list(connection.execute(query, {"last": last, "batch": BATCH}).scalars()):
        rows = _rows(connection, {"first": numbers[0], "last": numbers[-1]})
        answered = [
            _answered(connection, known, number, rows.get(number, [])) for number in numbers
        ]
        connection.execute(
            sa.text(
                "UPDATE calls SET questionnaire_id = :which, answered = :letters WHERE id = :id"
            ),
            answered,
        )
        last = numbers[-1]


def _rows(connection: sa.Connection, span: dict[str, int]) -> dict[int, list[Any]]:
    """By call: rubric, criterion and outcome as it counts, in the scorecard's order."""
    edits = "SELECT call_id, rubric, criterion, outcome FROM edits"
    where = "BETWEEN :first AND :last"
    said = connection.execute(sa.text(f"{edits} WHERE call_id {where} ORDER BY id"), span)
    decided = {(row[0], row[1], row[2]): row[3] for row in said}
    judged = connection.execute(
        sa.text(
            "SELECT c.id, j.rubric, j.criterion, j.outcome, j.proposed FROM calls c "
            "JOIN judgements j ON j.call_id = c.id AND j.scorecard_id = c.scorecard_id "
            f"WHERE c.id {where} ORDER BY c.id, j.id"
        ),
        span,
    )
    counts = (
        (number, r, c, decided.get((number, r, c)) or ("proposed" if proposed else outcome))
        for number, r, c, outcome, proposed in judged
    )
    return {number: list(rows) for number, rows in groupby(counts, key=lambda row: row[0])}


def _answered(
    connection: sa.Connection, known: dict[str, int], number: int, rows: list[Any]
) -> dict[str, Any]:
    asked = json.dumps([[rubric, criterion] for _, rubric, criterion, _ in rows])
    sha256 = hashlib.sha256(asked.encode()).hexdigest()
    if sha256 not in known:
        values = {"sha256": sha256, "asked": asked}
        new = "INSERT INTO questionnaires (sha256, asked) VALUES (:sha256, :asked) RETURNING id"
        known[sha256] = connection.execute(sa.text(new), values).scalar_one()
    letters = "".join(LETTERS[outcome] for *_, outcome in rows)
    return {"id": number, "which": known[sha256], "letters": letters}
