"""Calls of a team, or of all, by when they began: for the pages that look back over weeks."""

from __future__ import annotations

from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_calls_started", "calls", ["started", "id"])
    op.create_index("ix_calls_team_started", "calls", ["team", "started", "id"])
    op.create_index("ix_calls_generated", "calls", ["generated"])
