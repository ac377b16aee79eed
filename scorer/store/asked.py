"""What a list can ask of a call beyond its own line: its judgements, moments, promises, surveys.

The same words stand in an address, and count in the figures that open to the list: so a figure of
nine opens to nine calls.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType

from sqlalchemy import (
    ColumnElement,
    FromClause,
    Subquery,
    Table,
    and_,
    case,
    exists,
    func,
    or_,
    select,
)

from scorer.errors import ScorerError
from scorer.scorecard import SURE_ENOUGH
from scorer.store import standing
from scorer.store.index import plain
from scorer.store.schema import calls, edits, followups, judgements, moments, promises, surveys

#: Answers that count: there was an opportunity, and the machine or a person could tell.
ANSWERED = ("met", "partly", "missed")
#: What an address may ask for together: `clear` is where nothing was missed.
_SEVERAL = {"not_met": ("partly", "missed"), "clear": ("met", "no_opportunity")}


def _overruled() -> ColumnElement[bool]:
    """Whether the last edit of its criterion says otherwise than a moment."""
    said, later = edits.alias("said"), edits.alias("later")

    def same(edit: FromClause) -> ColumnElement[bool]:
        m = moments.c
        pairs = (edit.c[name] == m[name] for name in ("call_id", "rubric", "criterion"))
        return and_(*pairs)

    otherwise = or_(
        said.c.outcome.in_(("no_opportunity", "cannot_tell")),
        and_(said.c.outcome == "met", moments.c.outcome == "missed"),
        and_(said.c.outcome == "missed", moments.c.outcome != "missed"),
    )
    after = exists().where(same(later), later.c.id > said.c.id, standing.stands(later))
    last = and_(standing.stands(said), ~after.correlate(moments, said))
    return exists().where(same(said), otherwise, last).correlate(moments)


def stands() -> ColumnElement[bool]:
    """Moments that are sure enough to praise and to practise, and that no person overruled."""
    return and_(moments.c.confidence >= SURE_ENOUGH, ~_overruled())


_COMPLAINT = moments.c.rubric == "complaint_register"
_RULE = moments.c.rubric == "rule_register"
_MOMENTS: Mapping[str, ColumnElement[bool]] = MappingProxyType(
    {
        "magic": and_(
            moments.c.kind == "magic", moments.c.outcome.in_(("met", "recovered")), stands()
        ),
        "misery": and_(moments.c.kind == "misery", moments.c.outcome == "missed", stands()),
        "recovered": and_(moments.c.outcome == "recovered", stands()),
        "complaint": _COMPLAINT,
        "made_good": and_(_COMPLAINT, moments.c.outcome == "recovered"),
        "left_open": and_(_COMPLAINT, moments.c.outcome == "missed"),
        "rule": _RULE,
        "rule_protested": and_(_RULE, moments.c.criterion == "protested"),
    }
)
#: What `promise` may ask; `state_of` says what they mean.
STATES = ("open", "due", "overdue", "undated", "kept", "late", "broken", "not_kept")


def newest(table: Table) -> ColumnElement[bool]:
    """The rows of the calls' newest scorecards. The call's number stands in it too, so that the
    database may begin with either side."""
    return and_(table.c.call_id == calls.c.id, table.c.scorecard_id == calls.c.scorecard_id)


def moment_is(name: str) -> ColumnElement[bool]:
    """Which moments an address means. ScorerError where there is no such name."""
    if name not in _MOMENTS:
        raise ScorerError(f"{name}: no such moments; there are {', '.join(_MOMENTS)}")
    return _MOMENTS[name]


def has_moment(name: str) -> ColumnElement[bool]:
    """Calls whose newest scorecard has such a moment."""
    return exists().where(newest(moments), moment_is(name))


_LAST = (
    select(func.max(edits.c.id).label("id"))
    .where(standing.stands(edits))
    .group_by(edits.c.call_id, edits.c.rubric, edits.c.criterion)
    .subquery("last_edit_ids")
)
_EDIT = select(edits).join(_LAST, _LAST.c.id == edits.c.id).subquery("last_edits")


def last_edit() -> Subquery:
    """The last edit that stands of each criterion of each call."""
    return _EDIT


def counted() -> ColumnElement[str]:
    """A judgement's outcome as it counts, with `last_edit` joined by `decided`.

    "proposed" is a critical point that no person decided yet: it counts as nothing.
    """
    return case(
        (and_(judgements.c.proposed, _EDIT.c.outcome.is_(None)), "proposed"),
        else_=func.coalesce(_EDIT.c.outcome, judgements.c.outcome),
    )


def decided() -> ColumnElement[bool]:
    """How a judgement and the last edit of its criterion belong together."""
    return and_(
        _EDIT.c.call_id == judgements.c.call_id,
        _EDIT.c.rubric == judgements.c.rubric,
        _EDIT.c.criterion == judgements.c.criterion,
    )


def has_judgement(criterion: str, answer: str = "") -> ColumnElement[bool]:
    """Calls on which `rubric.criterion` was answered so; "" is any answer that counts,
    "not_met" any of these but met, and "clear" none in which something was missed."""
    rubric, _, name = plain(criterion).partition(".")
    outcome = counted()
    query = (
        select(judgements.c.id)
        .outerjoin(_EDIT, decided())
        .where(
            newest(judgements),
            judgements.c.rubric == rubric,
            judgements.c.criterion == name,
            _answers(outcome, plain(answer)),
        )
    )
    return query.correlate(calls).exists()


def _answers(outcome: ColumnElement[str], answer: str) -> ColumnElement[bool]:
    if answer in _SEVERAL:
        return outcome.in_(_SEVERAL[answer])
    return outcome == answer if answer else outcome.in_(ANSWERED)


def promise_ends() -> Subquery:
    """The last word on each promise, by the place where it was made: so it holds also after the
    call was scored anew."""
    first = promises.alias("followed")
    last = (
        select(func.max(followups.c.id).label("id"))
        .join(first, first.c.id == followups.c.promise_id)
        .group_by(first.c.call_id, first.c.turn, first.c.quote)
        .subquery()
    )
    return (
        select(
            first.c.call_id,
            first.c.turn,
            first.c.quote,
            followups.c.status,
            followups.c.reason,
            followups.c.author,
            followups.c.at,
        )
        .join(last, last.c.id == followups.c.id)
        .join(first, first.c.id == followups.c.promise_id)
        .subquery("promise_ends")
    )


def same_promise(ends: FromClause) -> ColumnElement[bool]:
    """How a promise and the last word on it belong together."""
    return and_(
        ends.c.call_id == promises.c.call_id,
        ends.c.turn == promises.c.turn,
        ends.c.quote == promises.c.quote,
    )


def state_is(state: str, status: ColumnElement[str | None], today: date) -> ColumnElement[bool]:
    """The promises in a state. `due` is today's, `overdue` those of earlier days, both still open.

    ScorerError where there is no such state.
    """
    if state not in STATES:
        raise ScorerError(f"{state}: a promise is one of {', '.join(STATES)}")
    day, now = func.substr(promises.c.due, 1, 10), today.isoformat()
    waits = status.is_(None)
    return {
        "open": waits,
        "due": and_(waits, day == now),
        "overdue": and_(waits, day < now),
        "undated": and_(waits, promises.c.due.is_(None)),
        "kept": status == "kept",
        "late": status == "late",
        "broken": status == "broken",
        "not_kept": status.in_(("late", "broken")),
    }[state]


def has_promise(state: str, today: date) -> ColumnElement[bool]:
    """Calls on which somebody of the centre made a promise that is in that state."""
    ends = promise_ends()
    query = (
        select(promises.c.id)
        .outerjoin(ends, same_promise(ends))
        .where(
            newest(promises),
            promises.c.speaker != "customer",
            state_is(state, ends.c.status, today),
        )
    )
    return query.correlate(calls).exists()


def has_survey(kind: str, bad: bool = False) -> ColumnElement[bool]:
    """Calls with an answer of that kind; `bad`: in the lower part of its scale (`is_bad`)."""
    answered = and_(surveys.c.call_id == calls.c.id, surveys.c.kind == plain(kind))
    return exists().where(answered, is_bad()) if bad else exists().where(answered)


def is_bad() -> ColumnElement[bool]:
    """Answers that want somebody to act (S20): the lower two fifths of the scale, however asked;
    0 to 6 of 10 where they were asked whether they would recommend (a detractor, Reichheld 2003).
    """
    share = (surveys.c.value - surveys.c.low) / (surveys.c.high - surveys.c.low)
    return or_(share <= 0.4, and_(surveys.c.kind == "nps", share <= 0.6))
