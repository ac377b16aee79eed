"""Where a person's ear matters most: the order of the queue, and why a call stands in it.

Never by how long a call was. A call that was signed leaves the queue, unless it is disputed.
"""

from __future__ import annotations

from types import MappingProxyType

from sqlalchemy import Connection, and_, case, exists, func, select, update

from scorer.store.schema import (
    answers,
    calls,
    disputes,
    edits,
    judgements,
    signatures,
)

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


def refresh(connection: Connection, call_id: int) -> None:
    """Brings what a list shows of people's work, and the call's place in the queue, up to date."""
    undecided = and_(
        judgements.c.scorecard_id == calls.c.scorecard_id,
        judgements.c.proposed,
        ~exists().where(
            edits.c.call_id == judgements.c.call_id,
            edits.c.rubric == judgements.c.rubric,
            edits.c.criterion == judgements.c.criterion,
        ),
    )
    unanswered = and_(
        disputes.c.call_id == calls.c.id, ~exists().where(answers.c.dispute_id == disputes.c.id)
    )
    last_edit = select(func.max(edits.c.id)).where(edits.c.call_id == calls.c.id).scalar_subquery()
    signed = exists().where(
        signatures.c.call_id == calls.c.id,
        signatures.c.scorecard_id == calls.c.scorecard_id,
        func.coalesce(signatures.c.last_edit, 0) == func.coalesce(last_edit, 0),
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
            disputed=select(func.count()).select_from(disputes).where(unanswered).scalar_subquery(),
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
