"""What a person says became of the customer: as an edit of a judgement, but of the call's outcome.

The scorecard stays as the machine made it. `calls.resolution` follows the last word that stands
(`scorer.store.standing`), also after the call was scored anew, so that lists, filters and figures
go by it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, get_args

from sqlalchemy import Connection, RowMapping, func, select

from scorer.errors import ScorerError
from scorer.scorecard import Became
from scorer.store.access import Person
from scorer.store.attention import refresh
from scorer.store.calls import one
from scorer.store.database import Database
from scorer.store.index import summary, unpacked
from scorer.store.records import append, once, reasoned
from scorer.store.schema import resolutions, scorecards, signatures
from scorer.store.standing import last_word, retractable, taken_back


@dataclass(frozen=True, slots=True)
class Resolution:
    """What became of the customer as a person said last: what, why, who and when.

    `earlier` marks a word on an earlier scorecard, `retractable` one that its author can take back.
    """

    outcome: Became
    reason: str
    by: str
    at: datetime
    earlier: bool
    retractable: bool


def resolution(database: Database, person: Person, key: str) -> Resolution | None:
    """A person's last word that stands; None where the machine's counts."""
    with database.read() as connection:
        call = one(connection, person, "read", key)
        said = _said(connection, call)
        last = last_word(said)
        if last is None:
            return None
        return Resolution(
            outcome=last["outcome"],
            reason=last["reason"],
            by=last["author"],
            at=last["at"],
            earlier=last["scorecard_id"] != call["scorecard_id"],
            retractable=retractable(said, _machine(connection, call)),
        )


def resolve(database: Database, person: Person, key: str, to: Became, reason: str = "") -> int:
    """Says what became of the customer; saying what counts already means to agree.

    A change needs a reason. Who may judge a call may say it.
    """

    def write(connection: Connection, token: str) -> int:
        call = one(connection, person, "judge", key, lock=True)
        counts = call["resolution"]
        what = {"was": counts, "outcome": to, "reason": reasoned(reason, to != counts)}
        return _append(connection, person, call, what, token)

    known = get_args(Became)
    if to not in known:
        raise ScorerError(f"{to}: what became of a customer is one of {', '.join(known)}")
    return once(database, resolutions, write)


def take_back(database: Database, person: Person, key: str) -> int:
    """Takes back that the person agreed with what became of the customer. The record keeps both.

    Raises ScorerError where `standing.taken_back` does.
    """

    def write(connection: Connection, token: str) -> int:
        call = one(connection, person, "judge", key, lock=True)
        back = taken_back(person, _said(connection, call), _machine(connection, call))
        return _append(connection, person, call, back, token)

    return once(database, resolutions, write)


def _said(connection: Connection, call: RowMapping) -> Sequence[RowMapping]:
    """All that people said of it, oldest first."""
    query = select(resolutions).where(resolutions.c.call_id == call["id"])
    return connection.execute(query.order_by(resolutions.c.id)).mappings().all()


def _machine(connection: Connection, call: RowMapping) -> str:
    """The machine's word in the newest scorecard."""
    query = select(scorecards.c.card).where(scorecards.c.id == call["scorecard_id"])
    return str(summary(unpacked(connection.execute(query).scalar_one()))["resolution"])


def _append(
    connection: Connection, person: Person, call: RowMapping, what: dict[str, Any], token: str
) -> int:
    """Appends a word on the call: `what` counted, what does now, and why."""
    signed = select(func.max(signatures.c.id)).where(signatures.c.call_id == call["id"])
    values = {
        "scorecard_id": call["scorecard_id"],
        "last_signature": connection.execute(signed).scalar(),
        **what,
    }
    number = append(connection, person, resolutions, values, token, call["id"])
    refresh(connection, call["id"])
    return number
