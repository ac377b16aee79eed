"""How the customer came and left, in the line of a list; lists of some teams by an index alone.

Calls that were scored before have no mood until they are scored anew: it stands in the scorecards
alone, and reading all of them would keep everybody waiting.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for name in ("mood_start", "mood_end"):
        op.add_column("calls", sa.Column(name, sa.Float()))
    op.drop_index("ix_calls_team", "calls")
    op.create_index("ix_calls_team_latest", "calls", ["team", "scored", "id"])
    op.create_index("ix_calls_team_queue", "calls", ["team", "attention", "scored", "id"])
