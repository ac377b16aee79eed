"""What people say of a judgement: edits, disputes and their answers, notes, signatures.

The machine's judgement stays as it was. What counts is the last edit of a criterion that stands
(`scorer.store.standing`), also after the call was scored anew, since the machine does not overrule
a person. Every door here appends one record; nothing is changed, only followed by something else.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal, get_args

from sqlalchemy import Connection, RowMapping, Table, exists, func, or_, select

from scorer.errors import ScorerError
from scorer.scorecard import Result
from scorer.store import answered
from scorer.store.access import Action, Person, require, within
from scorer.store.attention import refresh
from scorer.store.calls import one
from scorer.store.database import Database
from scorer.store.index import now, plain
from scorer.store.records import append, needed, once, reasoned
from scorer.store.schema import (
    answers,
    calls,
    disputes,
    edits,
    followups,
    judgements,
    notes,
    promises,
    signatures,
)
from scorer.store.standing import by_criterion, counting, last_word, retractable, taken_back

#: How many days a dispute may wait for its answer.
ANSWER_WITHIN = 14

PromiseStatus = Literal["kept", "late", "broken"]


@dataclass(frozen=True, slots=True)
class Judged:
    """A judgement of the newest scorecard, and what people made of it.

    `machine` is the machine's outcome and `outcome` the one that counts: the last edit's, else the
    machine's. `by`, `at` and `reason` are of that edit. `earlier` marks an edit that was made on an
    earlier scorecard of the same call, `retractable` one that its author can take back. `undecided`
    is a critical point that no person confirmed yet and that therefore does not count. `dispute` is
    the number of an unanswered dispute.
    """

    id: int
    rubric: str
    criterion: str
    machine: Result
    outcome: Result
    score: float | None
    confidence: float
    critical: bool
    undecided: bool
    by: str | None = None
    at: datetime | None = None
    reason: str = ""
    earlier: bool = False
    retractable: bool = False
    dispute: int | None = None
    answer_due: datetime | None = None


def score_of(outcome: str, machine: str, score: float | None) -> float | None:
    """The score that goes with an outcome: the machine's own where a person agreed with it."""
    if outcome == machine:
        return score
    return {"met": 1.0, "partly": 0.5, "missed": 0.0}.get(outcome)


def judged(database: Database, person: Person, key: str) -> list[Judged]:
    """Every judgement of the newest scorecard, in the card's order."""
    with database.read() as connection:
        call = one(connection, person, "read", key)
        mine = select(edits).where(edits.c.call_id == call["id"]).order_by(edits.c.id)
        said = by_criterion(connection.execute(mine).mappings())
        unanswered = select(disputes).where(disputes.c.call_id == call["id"], _unanswered())
        open_ones = {
            (row["rubric"], row["criterion"]): row
            for row in connection.execute(unanswered).mappings()
        }
        rows = connection.execute(
            select(judgements)
            .where(judgements.c.scorecard_id == call["scorecard_id"])
            .order_by(judgements.c.id)
        ).mappings()
        return [_judged(row, said.get(_name(row), ()), open_ones.get(_name(row))) for row in rows]


def edit(database: Database, person: Person, judgement: int, to: Result, reason: str = "") -> int:
    """Says what a judgement should be; saying what it already is means to agree.

    A change needs a reason. Raises ScorerError when the call was scored anew meanwhile.
    """

    def write(connection: Connection, token: str) -> int:
        found = _newest(connection, person, judgement)
        return _edit(connection, person, found, to, reason, token)

    _known(to)
    return once(database, edits, write)


def take_back(database: Database, person: Person, judgement: int) -> int:
    """Takes back that the person agreed with a judgement. The record keeps both.

    Raises ScorerError where another's word counts, and where another outcome would count without
    theirs: such a change is changed back, with a reason.
    """

    def write(connection: Connection, token: str) -> int:
        found = _newest(connection, person, judgement)
        back = taken_back(person, _said(connection, found), found["outcome"])
        return _decided(connection, person, found, back, token)

    return once(database, edits, write)


def dispute(
    database: Database, person: Person, judgement: int, reason: str, days: int = ANSWER_WITHIN
) -> int:
    """Says that a judgement of one's own call is wrong. Somebody else answers within `days`."""

    def write(connection: Connection, token: str) -> int:
        found, _ = _judgement(connection, person, "dispute", judgement)
        same = (
            disputes.c.call_id == found["call_id"],
            disputes.c.rubric == found["rubric"],
            disputes.c.criterion == found["criterion"],
        )
        if connection.execute(select(disputes.c.id).where(*same, _unanswered())).first():
            raise ScorerError("this is disputed already; the answer is on its way")
        values = {
            "judgement_id": judgement,
            "rubric": found["rubric"],
            "criterion": found["criterion"],
            "reason": needed(reason, "say in a sentence what is wrong"),
            "due": now() + timedelta(days=days),
        }
        return _append(connection, person, disputes, found["call_id"], values, token)

    return once(database, disputes, write)


def answer(database: Database, person: Person, dispute: int, to: Result, reason: str) -> int:
    """Settles a dispute: `to` is the outcome that counts from now on, with the reason why.

    Whoever disputed, decided or signed this before cannot answer it.
    """

    def write(connection: Connection, token: str) -> int:
        require(person, "answer")
        query = select(disputes).where(disputes.c.id == dispute)
        asked = connection.execute(query).mappings().one_or_none()
        if asked is None:
            raise ScorerError(f"{dispute}: no such dispute here")
        found, _ = _judgement(connection, person, "answer", asked["judgement_id"])
        if connection.execute(select(answers.c.id).where(answers.c.dispute_id == dispute)).first():
            raise ScorerError("somebody has answered this dispute already")
        if _took_part(connection, person, asked):
            raise ScorerError("you had a part in this judgement; ask a colleague to answer")
        values = {"dispute_id": dispute, "outcome": to, "reason": why}
        number = _append(connection, person, answers, asked["call_id"], values, token)
        if to != _counts(connection, found):
            _edit(connection, person, found, to, why, uuid.uuid4().hex)
        return number

    _known(to)
    why = needed(reason, "say in a sentence why")
    return once(database, answers, write)


def note(
    database: Database,
    person: Person,
    key: str,
    text: str,
    turn: int | None = None,
    reply_to: int | None = None,
) -> int:
    """Writes a note on a call, at a turn or as a reply to another note; agents may reply."""

    def write(connection: Connection, token: str) -> int:
        call = one(connection, person, "note" if reply_to is None else "reply", key, lock=True)
        if reply_to is not None:
            query = select(notes.c.call_id).where(notes.c.id == reply_to)
            if connection.execute(query).scalar() != call["id"]:
                raise ScorerError(f"{reply_to}: no such note on this call")
        values = {"turn": turn, "reply_to": reply_to, "text": needed(text, "write something")}
        return _append(connection, person, notes, call["id"], values, token)

    return once(database, notes, write)


def sign(database: Database, person: Person, key: str, disputed: bool = False) -> int:
    """Puts the person's name under the newest scorecard with the edits that it has now.

    Not before every critical point that the machine proposes was confirmed or refused; nor while a
    dispute waits for its answer, unless the person knows so (`disputed`).
    """

    def write(connection: Connection, token: str) -> int:
        call = one(connection, person, "sign", key, lock=True)
        if call["proposed"]:
            raise ScorerError("decide the critical points first: agree with each or change it")
        if call["disputed"] and not disputed:
            raise ScorerError("a dispute on this call is still open; look at it before you sign")
        last = connection.execute(
            select(func.max(edits.c.id)).where(edits.c.call_id == call["id"])
        ).scalar()
        values = {"scorecard_id": call["scorecard_id"], "last_edit": last}
        return _append(connection, person, signatures, call["id"], values, token)

    return once(database, signatures, write)


def follow(
    database: Database, person: Person, promise: int, status: PromiseStatus, reason: str = ""
) -> int:
    """Says whether a promise was kept, kept late or broken (S6). The last word counts."""

    def write(connection: Connection, token: str) -> int:
        call_id = connection.execute(
            select(promises.c.call_id)
            .join(calls, calls.c.id == promises.c.call_id)
            .where(promises.c.id == promise, within(person, "follow"))
        ).scalar()
        if call_id is None:
            raise ScorerError(f"{promise}: no such promise here")
        values = {"promise_id": promise, "status": status, "reason": plain(reason).strip()}
        return _append(connection, person, followups, call_id, values, token)

    require(person, "follow")
    if status not in get_args(PromiseStatus):
        raise ScorerError(f"{status}: a promise is kept, late or broken")
    return once(database, followups, write)


def _append(
    connection: Connection,
    person: Person,
    table: Table,
    call_id: int,
    values: dict[str, Any],
    token: str,
) -> int:
    """Appends a record, sealed in the audit, and brings the call's line in the list up to date."""
    number = append(connection, person, table, values, token, call_id)
    refresh(connection, call_id)
    return number


def _edit(
    connection: Connection, person: Person, found: RowMapping, to: Result, reason: str, token: str
) -> int:
    counts = _counts(connection, found)
    what = {"was": counts, "outcome": to, "reason": reasoned(reason, to != counts)}
    return _decided(connection, person, found, what, token)


def _decided(
    connection: Connection, person: Person, found: RowMapping, what: dict[str, str], token: str
) -> int:
    """Appends an edit of the judgement: `what` counted, what does now, and why."""
    about = {name: found[name] for name in ("rubric", "criterion")}
    values = {"judgement_id": found["id"], **about, **what}
    number = _append(connection, person, edits, found["call_id"], values, token)
    answered.refresh(connection, found["call_id"])
    return number


def _newest(connection: Connection, person: Person, judgement: int) -> RowMapping:
    """The judgement, to be judged by the person, where it is of the call's newest scorecard."""
    found, call = _judgement(connection, person, "judge", judgement)
    if found["scorecard_id"] != call["scorecard_id"]:
        raise ScorerError("the call was scored anew meanwhile; open it again and look once more")
    return found


def _judgement(
    connection: Connection, person: Person, action: Action, judgement: int
) -> tuple[RowMapping, RowMapping]:
    """The judgement and its call, locked, where the person may take the action on it."""
    require(person, action)
    query = select(judgements).where(judgements.c.id == judgement)
    found = connection.execute(query).mappings().one_or_none()
    call = None
    if found is not None:
        mine = select(calls).where(calls.c.id == found["call_id"], within(person, action))
        call = connection.execute(mine.with_for_update()).mappings().one_or_none()
    if found is None or call is None:
        raise ScorerError(f"{judgement}: no such judgement here; open the call from the list")
    return found, call


def _judged(row: RowMapping, said: Sequence[RowMapping], asked: RowMapping | None) -> Judged:
    last = last_word(said)
    counts: Any = counting(said, row["outcome"])
    return Judged(
        id=row["id"],
        rubric=row["rubric"],
        criterion=row["criterion"],
        machine=row["outcome"],
        outcome=counts,
        score=score_of(counts, row["outcome"], row["score"]),
        confidence=row["confidence"],
        critical=row["critical"],
        undecided=row["proposed"] and last is None,
        by=last["author"] if last else None,
        at=last["at"] if last else None,
        reason=last["reason"] if last else "",
        earlier=last is not None and last["judgement_id"] != row["id"],
        retractable=retractable(said, row["outcome"]),
        dispute=asked["id"] if asked else None,
        answer_due=asked["due"] if asked else None,
    )


def _counts(connection: Connection, found: RowMapping) -> str:
    """The outcome that counts now: the last edit's, else the machine's."""
    return counting(_said(connection, found), found["outcome"])


def _said(connection: Connection, found: RowMapping) -> Sequence[RowMapping]:
    """The edits of a judgement's criterion, oldest first."""
    query = select(edits).where(
        edits.c.call_id == found["call_id"],
        edits.c.rubric == found["rubric"],
        edits.c.criterion == found["criterion"],
    )
    return connection.execute(query.order_by(edits.c.id)).mappings().all()


def _name(row: RowMapping) -> tuple[str, str]:
    return row["rubric"], row["criterion"]


def _took_part(connection: Connection, person: Person, asked: RowMapping) -> bool:
    decided = exists().where(
        edits.c.call_id == asked["call_id"],
        edits.c.rubric == asked["rubric"],
        edits.c.criterion == asked["criterion"],
        edits.c.author == person.name,
    )
    signed = exists().where(
        signatures.c.call_id == asked["call_id"], signatures.c.author == person.name
    )
    if asked["author"] == person.name:
        return True
    return bool(connection.execute(select(or_(decided, signed))).scalar())


def _unanswered() -> Any:
    return ~exists().where(answers.c.dispute_id == disputes.c.id)


def _known(outcome: str) -> None:
    if outcome not in get_args(Result):
        raise ScorerError(f"{outcome}: a judgement is one of {', '.join(get_args(Result))}")
