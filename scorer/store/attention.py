"""Where a person's ear matters most: the order of the queue, and why a call stands in it.

Never by how long a call was. A call that was signed leaves the queue, unless it is disputed. Among
calls that are there for the same reason, those with a dispute come first, by its deadline.
"""

from __future__ import annotations

from datetime import UTC, datetime
from types import MappingProxyType

from sqlalchemy import Connection, and_, case, exists, func, select, update

from scorer.store.schema import (
    answers,
    calls,
    disputes,
    edits,
    judgements,
    resolutions,
    signatures,
)
from scorer.store.standing import stands

#: The least confident judgement below this puts a call into the queue.
UNSURE = 0.5
#: The share of all calls that a person should hear whatever the machine says.
SAMPLE_RATE = 0.02

#: What `calls.attention` means, the most pressing first; 0 is nothing.
REASONS = MappingProxyType(
    {
        5: "a critical point to confirm",
        4: "the machine was unsure",
        3: "disputed",
        2: "the customer complained",
        1: "in the random sample",
    }
)

#: `calls.urgency` counts back from here, so that the nearest deadline is the highest number.
_FAR = datetime(2200, 1, 1, tzinfo=UTC).timestamp()


def urgency(due: datetime | None) -> float:
    """How soon a dispute has to be answered, as a number to order by; 0 where none is open."""
    return _FAR - due.timestamp() if due else 0.0


def answer_due(urgency: float) -> datetime | None:
    """By when the dispute has to be answered that this urgency is of."""
    return datetime.fromtimestamp(_FAR - urgency, UTC) if urgency else None


def refresh(connection: Connection, call_id: int) -> None:
    """Brings what a list shows of people's work, and the call's place in the queue, up to date."""
    undecided = and_(
        judgements.c.scorecard_id == calls.c.scorecard_id,
        judgements.c.proposed,
        ~exists().where(
            edits.c.call_id == judgements.c.call_id,
            edits.c.rubric == judgements.c.rubric,
            edits.c.criterion == judgements.c.criterion,
            stands(edits),
        ),
    )
    unanswered = ~exists().where(answers.c.dispute_id == disputes.c.id)
    open_ones = select(func.count(), func.min(disputes.c.due)).where(
        disputes.c.call_id == call_id, unanswered
    )
    disputed, due = connection.execute(open_ones).one()
    last_edit = select(func.max(edits.c.id)).where(edits.c.call_id == calls.c.id).scalar_subquery()
    said = resolutions.c.call_id == call_id
    standing = select(resolutions.c.outcome).where(said, stands(resolutions, resolutions))
    last_word = standing.order_by(resolutions.c.id.desc()).limit(1)
    before_it = select(func.max(resolutions.c.last_signature)).where(said).scalar_subquery()
    signed = exists().where(
        signatures.c.call_id == calls.c.id,
        signatures.c.scorecard_id == calls.c.scorecard_id,
        func.coalesce(signatures.c.last_edit, 0) == func.coalesce(last_edit, 0),
        signatures.c.id > func.coalesce(before_it, 0),
    )
    mine = calls.c.id == call_id
    connection.execute(
        update(calls)
        .where(mine)
        .values(
            proposed=select(func.count())
            .select_from(judgements)
            .where(undecided)
            .scalar_subquery(),
            # What was taken back counts without it as well: then it stays as it is.
            resolution=func.coalesce(last_word.scalar_subquery(), calls.c.resolution),
            disputed=disputed,
            urgency=urgency(due),
            signed=case((signed, True), else_=False),
        )
    )
    connection.execute(
        update(calls)
        .where(mine)
        .values(
            attention=case(
                (and_(~calls.c.signed, calls.c.proposed > 0), 5),
                (and_(~calls.c.signed, calls.c.least_confidence < UNSURE), 4),
                (calls.c.disputed > 0, 3),
                (calls.c.signed, 0),
                (calls.c.complaint, 2),
                (calls.c.sample < SAMPLE_RATE, 1),
                else_=0,
            )
        )
    )
