"""What a person says became of the customer: as an edit of a judgement, but of the call's outcome.

The scorecard stays as the machine made it. `calls.resolution` follows the last word, also after the
call was scored anew, so that lists, filters and figures go by it.
"""

from __future__ import annotations

from typing import get_args

from sqlalchemy import Connection, func, select

from scorer.errors import ScorerError
from scorer.scorecard import Became
from scorer.store.access import Person
from scorer.store.attention import refresh
from scorer.store.calls import one
from scorer.store.database import Database
from scorer.store.records import append, once, reasoned
from scorer.store.schema import resolutions, signatures


def resolve(database: Database, person: Person, key: str, to: Became, reason: str = "") -> int:
    """Says what became of the customer; saying what counts already means to agree.

    A change needs a reason. Who may judge a call may say it.
    """

    def write(connection: Connection, token: str) -> int:
        call = one(connection, person, "judge", key, lock=True)
        signed = select(func.max(signatures.c.id)).where(signatures.c.call_id == call["id"])
        values = {
            "scorecard_id": call["scorecard_id"],
            "was": call["resolution"],
            "outcome": to,
            "reason": reasoned(reason, to != call["resolution"]),
            "last_signature": connection.execute(signed).scalar(),
        }
        number = append(connection, person, resolutions, values, token, call["id"])
        refresh(connection, call["id"])
        return number

    known = get_args(Became)
    if to not in known:
        raise ScorerError(f"{to}: what became of a customer is one of {', '.join(known)}")
    return once(database, resolutions, write)
