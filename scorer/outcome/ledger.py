"""What became of promises, read from later calls of the same customer (S6): kept, late or broken.

- *kept*: the agent's side did it in time, or the customer says it came;
- *late*: it came after it was due, or the customer says so;
- *broken*: the customer says it did not happen, when it was already due;
- *open*: nobody has said anything yet, and it is not due;
- *overdue*: nobody has said anything, and it was due: somebody should look.

A promise without a date cannot be late; it is kept, broken or open.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from scorer.call import CUSTOMER, Call
from scorer.outcome.promise_entry import topics
from scorer.outcome.when import call_clock
from scorer.outcome.words import Said, Words
from scorer.scorecard import Evidence, Promise
from scorer.scoring.rubric import Rubrics

State = Literal["kept", "late", "broken", "open", "overdue"]
_SAID: dict[str, State] = {
    "outcome_promise_kept": "kept",
    "outcome_promise_late": "late",
    "outcome_promise_broken": "broken",
}
_DOES = "outcome_keeps_promise"


@dataclass(frozen=True, slots=True)
class Settled:
    """A promise and its state; `by_call` and `evidence` say who said so, and where."""

    promise: Promise
    state: State
    by_call: str | None = None
    evidence: Evidence | None = None


def settle(
    promises: Sequence[Promise], later: Sequence[Call], rubrics: Rubrics, now: datetime
) -> tuple[Settled, ...]:
    """The state of each promise, after the customer's later calls (any order; those without a
    `start` in their metadata are not used) and at the time `now`.

    Only what the agent's side promised is settled: a customer owes nothing.
    """
    dated = [(start, call) for call in later if (start := call_clock(call.metadata)) is not None]
    dated.sort(key=lambda pair: pair[0].isoformat())
    spoken = [(start, Words(call, rubrics)) for start, call in dated]
    return tuple(_settled(one, spoken, now) for one in promises if one.by != CUSTOMER)


def _settled(promise: Promise, spoken: Sequence[tuple[datetime, Words]], now: datetime) -> Settled:
    for start, words in spoken:
        was_due = _was_due(promise, start)
        for said in words.said(tuple(_SAID), "customer"):
            state = _SAID[said.cue]
            if _meant(promise, said) and (state != "broken" or was_due is not False):
                return Settled(promise, state, words.call.id, said.evidence)
        for said in words.said(_DOES, "agent"):
            if _meant(promise, said):
                late: State = "late" if was_due else "kept"
                return Settled(promise, late, words.call.id, said.evidence)
    return Settled(promise, "overdue" if _was_due(promise, now) else "open")


def _meant(promise: Promise, said: Said) -> bool:
    """Whether these words are about what was promised: a call, money, a visit or a thing sent."""
    named = topics(said.evidence.quote)
    return not named or bool(set(named) & set(topics(promise.what)))


def _was_due(promise: Promise, at: datetime) -> bool | None:
    """Whether the time for it had passed; None for a promise without a date."""
    if promise.due is None:
        return None
    if len(promise.due) == 10:
        return at.date() > date.fromisoformat(promise.due)
    due = datetime.fromisoformat(promise.due)
    if (due.tzinfo is None) != (at.tzinfo is None):
        return bool(at.replace(tzinfo=None) > due.replace(tzinfo=None))
    return at > due
