"""Calls by when they began, or came in where that is unknown: lists, moments and figures alike."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for name in ("latest", "team_latest", "started", "team_started"):
        op.drop_index(f"ix_calls_{name}", "calls")
    began = sa.text("coalesce(started, added)")
    op.create_index("ix_calls_began", "calls", [began, "id"])
    op.create_index("ix_calls_team_began", "calls", ["team", began, "id"])
