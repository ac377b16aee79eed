"""Disputes by the day until which they are to be answered, in the queue and in a list of theirs."""

from __future__ import annotations

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

#: What `urgency` counts back from.
_FAR = datetime(2200, 1, 1, tzinfo=UTC)

calls = sa.table("calls", sa.column("id"), sa.column("urgency"))
disputes = sa.table(
    "disputes", sa.column("id"), sa.column("call_id"), sa.column("due", sa.DateTime(timezone=True))
)
answers = sa.table("answers", sa.column("dispute_id"))


def upgrade() -> None:
    op.add_column("calls", sa.Column("urgency", sa.Float(), nullable=False, server_default="0"))
    for index, first in (("ix_calls_queue", []), ("ix_calls_team_queue", ["team"])):
        op.drop_index(index, "calls")
        op.create_index(index, "calls", [*first, "attention", "urgency", "scored", "id"])
    op.create_index("ix_calls_disputed", "calls", ["urgency", "scored", "id"])
    connection = op.get_bind()
    unanswered = ~sa.exists().where(answers.c.dispute_id == disputes.c.id)
    found = sa.select(disputes.c.call_id, sa.func.min(disputes.c.due)).where(unanswered)
    for call_id, due in connection.execute(found.group_by(disputes.c.call_id)).all():
        until = due if due.tzinfo else due.replace(tzinfo=UTC)
        urgency = (_FAR - until).total_seconds()
        connection.execute(sa.update(calls).where(calls.c.id == call_id).values(urgency=urgency))
