"""Queue and topic of a call, and whether it was generated, from what its metadata says."""

from __future__ import annotations

import json

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for name in ("queue", "topic"):
        op.add_column("calls", sa.Column(name, sa.Text(), nullable=False, server_default=""))
    op.add_column(
        "calls", sa.Column("generated", sa.Boolean(), nullable=False, server_default=sa.false())
    )
    connection = op.get_bind()
    known = connection.execute(sa.text("SELECT id, metadata FROM calls")).all()
    for number, metadata in known:
        about = json.loads(metadata) if isinstance(metadata, str) else metadata or {}
        if about.get("queue") or about.get("topic"):
            connection.execute(
                sa.text("UPDATE calls SET queue = :queue, topic = :topic WHERE id = :id"),
                {
                    "queue": str(about.get("queue") or ""),
                    "topic": str(about.get("topic") or ""),
                    "id": number,
                },
            )
