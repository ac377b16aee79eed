"""The tables."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

#: SQLite counts by itself only in a column whose type is INTEGER.
Number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "audit",
        sa.Column("id", Number, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.Column("action", sa.String(length=40), nullable=False),
        sa.Column("call_id", Number, nullable=True),
        sa.Column("record", sa.String(length=60), nullable=False),
        sa.Column("seal", sa.String(length=64), nullable=False),
        sa.Column("previous", sa.String(length=64), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_audit"),
        sa.UniqueConstraint("hash", name="uq_audit_hash"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_audit_call_id", "audit", ["call_id"])
    op.create_table(
        "calls",
        sa.Column("id", Number, nullable=False),
        sa.Column("key", sa.String(length=16), nullable=False),
        sa.Column("recording_sha256", sa.String(length=64), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("team", sa.Text(), nullable=False),
        sa.Column("agent", sa.Text(), nullable=False),
        sa.Column("customer", sa.Text(), nullable=False),
        sa.Column("started", sa.DateTime(timezone=True), nullable=True),
        sa.Column("metadata", sa.JSON(), nullable=False),
        sa.Column("added", sa.DateTime(timezone=True), nullable=False),
        sa.Column("scored", sa.DateTime(timezone=True), nullable=False),
        sa.Column("scorecard_id", Number, nullable=True),
        sa.Column("resolution", sa.String(length=20), nullable=False),
        sa.Column("satisfaction", sa.Float(), nullable=True),
        sa.Column("effort", sa.String(length=20), nullable=True),
        sa.Column("quality", sa.String(length=10), nullable=True),
        sa.Column("quality_reasons", sa.JSON(), nullable=False),
        sa.Column("speakers_known", sa.Boolean(), nullable=False),
        sa.Column("promises", sa.Integer(), nullable=False),
        sa.Column("proposed", sa.Integer(), nullable=False),
        sa.Column("least_confidence", sa.Float(), nullable=True),
        sa.Column("complaint", sa.Boolean(), nullable=False),
        sa.Column("disputed", sa.Integer(), nullable=False),
        sa.Column("signed", sa.Boolean(), nullable=False),
        sa.Column("sample", sa.Float(), nullable=False),
        sa.Column("attention", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_calls"),
        sa.UniqueConstraint("key", name="uq_calls_key"),
        sa.UniqueConstraint("recording_sha256", name="uq_calls_recording_sha256"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_calls_agent", "calls", ["agent"])
    op.create_index("ix_calls_customer", "calls", ["customer"])
    op.create_index("ix_calls_latest", "calls", ["scored", "id"])
    op.create_index("ix_calls_queue", "calls", ["attention", "scored", "id"])
    op.create_index("ix_calls_team", "calls", ["team"])
    op.create_table(
        "failures",
        sa.Column("id", Number, nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("rubrics_sha256", sa.String(length=64), nullable=False),
        sa.Column("model", sa.Text(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("last", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_failures"),
        sa.UniqueConstraint(
            "source", "rubrics_sha256", "model", name="uq_failures_source_rubrics_sha256_model"
        ),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "runs",
        sa.Column("id", Number, nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("started", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished", sa.DateTime(timezone=True), nullable=True),
        sa.Column("options", sa.JSON(), nullable=False),
        sa.Column("report", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_runs"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "notes",
        sa.Column("id", Number, nullable=False),
        sa.Column("call_id", Number, nullable=False),
        sa.Column("turn", sa.Integer(), nullable=True),
        sa.Column("reply_to", Number, nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("token", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(["call_id"], ["calls.id"], name="fk_notes_call_id"),
        sa.ForeignKeyConstraint(["reply_to"], ["notes.id"], name="fk_notes_reply_to"),
        sa.PrimaryKeyConstraint("id", name="pk_notes"),
        sa.UniqueConstraint("token", name="uq_notes_token"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_notes_call_id", "notes", ["call_id"])
    op.create_index("ix_notes_reply_to", "notes", ["reply_to"])
    op.create_table(
        "recordings",
        sa.Column("id", Number, nullable=False),
        sa.Column("call_id", Number, nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("suffix", sa.String(length=16), nullable=False),
        sa.Column("bytes", Number, nullable=False),
        sa.Column("gone", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["call_id"], ["calls.id"], name="fk_recordings_call_id"),
        sa.PrimaryKeyConstraint("id", name="pk_recordings"),
        sa.UniqueConstraint("call_id", name="uq_recordings_call_id"),
        sa.UniqueConstraint("sha256", name="uq_recordings_sha256"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "scorecards",
        sa.Column("id", Number, nullable=False),
        sa.Column("call_id", Number, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("rubrics_sha256", sa.String(length=64), nullable=False),
        sa.Column("model", sa.Text(), nullable=False),
        sa.Column("code_sha256", sa.String(length=64), nullable=False),
        sa.Column("scored", sa.DateTime(timezone=True), nullable=False),
        sa.Column("card_sha256", sa.String(length=64), nullable=False),
        sa.Column("card", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["call_id"], ["calls.id"], name="fk_scorecards_call_id"),
        sa.PrimaryKeyConstraint("id", name="pk_scorecards"),
        sa.UniqueConstraint(
            "call_id",
            "rubrics_sha256",
            "model",
            "code_sha256",
            name="uq_scorecards_call_id_rubrics_sha256_model_code_sha256",
        ),
        sa.UniqueConstraint("call_id", "version", name="uq_scorecards_call_id_version"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "surveys",
        sa.Column("id", Number, nullable=False),
        sa.Column("call_id", Number, nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("value", sa.Float(), nullable=False),
        sa.Column("low", sa.Float(), nullable=False),
        sa.Column("high", sa.Float(), nullable=False),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.Column("answered", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["call_id"], ["calls.id"], name="fk_surveys_call_id"),
        sa.PrimaryKeyConstraint("id", name="pk_surveys"),
        sa.UniqueConstraint("call_id", "kind", "answered", name="uq_surveys_call_id_kind_answered"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_surveys_call_id", "surveys", ["call_id"])
    op.create_table(
        "turns",
        sa.Column("id", Number, nullable=False),
        sa.Column("call_id", Number, nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("speaker", sa.String(length=40), nullable=False),
        sa.Column("start", sa.Float(), nullable=True),
        sa.Column("end", sa.Float(), nullable=True),
        sa.Column("confidence", sa.Float(), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["call_id"], ["calls.id"], name="fk_turns_call_id"),
        sa.PrimaryKeyConstraint("id", name="pk_turns"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_turns_call_id", "turns", ["call_id"])
    op.create_table(
        "judgements",
        sa.Column("id", Number, nullable=False),
        sa.Column("call_id", Number, nullable=False),
        sa.Column("scorecard_id", Number, nullable=False),
        sa.Column("rubric", sa.String(length=100), nullable=False),
        sa.Column("criterion", sa.String(length=100), nullable=False),
        sa.Column("outcome", sa.String(length=20), nullable=False),
        sa.Column("score", sa.Float(), nullable=True),
        sa.Column("confidence", sa.Float(), nullable=False),
        sa.Column("weight", sa.Float(), nullable=False),
        sa.Column("critical", sa.Boolean(), nullable=False),
        sa.Column("proposed", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["call_id"], ["calls.id"], name="fk_judgements_call_id"),
        sa.ForeignKeyConstraint(
            ["scorecard_id"], ["scorecards.id"], name="fk_judgements_scorecard_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_judgements"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_judgements_call_id", "judgements", ["call_id"])
    op.create_index("ix_judgements_criterion", "judgements", ["rubric", "criterion"])
    op.create_index("ix_judgements_scorecard_id", "judgements", ["scorecard_id"])
    op.create_table(
        "moments",
        sa.Column("id", Number, nullable=False),
        sa.Column("call_id", Number, nullable=False),
        sa.Column("scorecard_id", Number, nullable=False),
        sa.Column("rubric", sa.String(length=100), nullable=False),
        sa.Column("criterion", sa.String(length=100), nullable=False),
        sa.Column("outcome", sa.String(length=20), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("confidence", sa.Float(), nullable=False),
        sa.Column("turn", sa.Integer(), nullable=False),
        sa.Column("start", sa.Float(), nullable=True),
        sa.Column("end", sa.Float(), nullable=True),
        sa.Column("quote", sa.Text(), nullable=False),
        sa.Column("response", sa.Text(), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["call_id"], ["calls.id"], name="fk_moments_call_id"),
        sa.ForeignKeyConstraint(
            ["scorecard_id"], ["scorecards.id"], name="fk_moments_scorecard_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_moments"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_moments_call_id", "moments", ["call_id"])
    op.create_index("ix_moments_kind", "moments", ["kind", "outcome"])
    op.create_index("ix_moments_scorecard_id", "moments", ["scorecard_id"])
    op.create_table(
        "promises",
        sa.Column("id", Number, nullable=False),
        sa.Column("call_id", Number, nullable=False),
        sa.Column("scorecard_id", Number, nullable=False),
        sa.Column("speaker", sa.String(length=40), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("said_when", sa.Text(), nullable=True),
        sa.Column("due", sa.String(length=40), nullable=True),
        sa.Column("turn", sa.Integer(), nullable=False),
        sa.Column("start", sa.Float(), nullable=True),
        sa.Column("quote", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["call_id"], ["calls.id"], name="fk_promises_call_id"),
        sa.ForeignKeyConstraint(
            ["scorecard_id"], ["scorecards.id"], name="fk_promises_scorecard_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_promises"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_promises_call_id", "promises", ["call_id"])
    op.create_index("ix_promises_due", "promises", ["due"])
    op.create_index("ix_promises_scorecard_id", "promises", ["scorecard_id"])
    op.create_table(
        "signatures",
        sa.Column("id", Number, nullable=False),
        sa.Column("call_id", Number, nullable=False),
        sa.Column("scorecard_id", Number, nullable=False),
        sa.Column("last_edit", Number, nullable=True),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("token", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(["call_id"], ["calls.id"], name="fk_signatures_call_id"),
        sa.ForeignKeyConstraint(
            ["scorecard_id"], ["scorecards.id"], name="fk_signatures_scorecard_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_signatures"),
        sa.UniqueConstraint("token", name="uq_signatures_token"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_signatures_call_id", "signatures", ["call_id"])
    op.create_index("ix_signatures_scorecard_id", "signatures", ["scorecard_id"])
    op.create_table(
        "disputes",
        sa.Column("id", Number, nullable=False),
        sa.Column("call_id", Number, nullable=False),
        sa.Column("judgement_id", Number, nullable=False),
        sa.Column("rubric", sa.String(length=100), nullable=False),
        sa.Column("criterion", sa.String(length=100), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("due", sa.DateTime(timezone=True), nullable=False),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("token", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(["call_id"], ["calls.id"], name="fk_disputes_call_id"),
        sa.ForeignKeyConstraint(
            ["judgement_id"], ["judgements.id"], name="fk_disputes_judgement_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_disputes"),
        sa.UniqueConstraint("token", name="uq_disputes_token"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_disputes_call_id", "disputes", ["call_id"])
    op.create_index("ix_disputes_judgement_id", "disputes", ["judgement_id"])
    op.create_table(
        "edits",
        sa.Column("id", Number, nullable=False),
        sa.Column("call_id", Number, nullable=False),
        sa.Column("judgement_id", Number, nullable=False),
        sa.Column("rubric", sa.String(length=100), nullable=False),
        sa.Column("criterion", sa.String(length=100), nullable=False),
        sa.Column("was", sa.String(length=20), nullable=False),
        sa.Column("outcome", sa.String(length=20), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("token", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(["call_id"], ["calls.id"], name="fk_edits_call_id"),
        sa.ForeignKeyConstraint(["judgement_id"], ["judgements.id"], name="fk_edits_judgement_id"),
        sa.PrimaryKeyConstraint("id", name="pk_edits"),
        sa.UniqueConstraint("token", name="uq_edits_token"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_edits_call_id", "edits", ["call_id"])
    op.create_index("ix_edits_judgement_id", "edits", ["judgement_id"])
    op.create_table(
        "followups",
        sa.Column("id", Number, nullable=False),
        sa.Column("call_id", Number, nullable=False),
        sa.Column("promise_id", Number, nullable=False),
        sa.Column("status", sa.String(length=10), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("token", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(["call_id"], ["calls.id"], name="fk_followups_call_id"),
        sa.ForeignKeyConstraint(["promise_id"], ["promises.id"], name="fk_followups_promise_id"),
        sa.PrimaryKeyConstraint("id", name="pk_followups"),
        sa.UniqueConstraint("token", name="uq_followups_token"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_followups_call_id", "followups", ["call_id"])
    op.create_index("ix_followups_promise_id", "followups", ["promise_id"])
    op.create_table(
        "answers",
        sa.Column("id", Number, nullable=False),
        sa.Column("call_id", Number, nullable=False),
        sa.Column("dispute_id", Number, nullable=False),
        sa.Column("outcome", sa.String(length=20), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("token", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(["call_id"], ["calls.id"], name="fk_answers_call_id"),
        sa.ForeignKeyConstraint(["dispute_id"], ["disputes.id"], name="fk_answers_dispute_id"),
        sa.PrimaryKeyConstraint("id", name="pk_answers"),
        sa.UniqueConstraint("dispute_id", name="uq_answers_dispute_id"),
        sa.UniqueConstraint("token", name="uq_answers_token"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_answers_call_id", "answers", ["call_id"])
