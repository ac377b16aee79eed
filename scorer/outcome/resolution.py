"""What became of the need on this call (first-contact resolution, S5).

- *resolved*: the customer says so, or the agent reports it done and the customer does not object;
- *promised*: not done yet, and somebody said what they will do;
- *handed_over*: passed to somebody else, and nothing more is heard of it here;
- *unresolved*: the customer leaves saying it is not solved, was refused, or was sent elsewhere;
- *unclear*: nothing of the above was said. A guess is not made.

Read from what was said last: a fault that is reported at the start and fixed at the end is fixed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from scorer.outcome.words import Said, Words, quotes
from scorer.scorecard import Evidence, Promise

Result = Literal["resolved", "promised", "handed_over", "unresolved", "unclear"]


@dataclass(frozen=True, slots=True)
class Resolution:
    result: Result
    evidence: tuple[Evidence, ...] = ()


def resolution(words: Words, promises: Sequence[Promise]) -> Resolution:
    """What became of the need, and the quotes that say so."""
    opening = words.customer_turns[0] if words.customer_turns else -1
    works = [s for s in words.said("outcome_works_now", "customer") if s.turn > opening]
    broken = [s for s in words.said("outcome_still_broken", "customer") if s.turn > opening]
    done = words.said("outcome_solved_by_agent", "agent")
    owed = [p for p in promises if p.by != "customer"]
    passed = words.said("outcome_hands_over", "agent")
    refused = words.said(("outcome_refused", "outcome_sent_away"), "agent")
    if works and not _later(broken, works[-1]):
        return Resolution(
            "promised" if _still_owed(owed, works[-1]) and not done else "resolved",
            quotes(works[-2:]),
        )
    if (
        broken
        and not _later(done, broken[-1])
        and not any(p.evidence.turn > broken[-1].turn for p in owed)
    ):
        return Resolution("unresolved", quotes(broken[-2:]))
    if done and not (owed and _more_owed_than_done(owed, done)):
        return Resolution("resolved", quotes(done[-2:]))
    if passed and not any(p.evidence.turn >= passed[-1].turn for p in owed):
        return Resolution("handed_over", quotes(passed[-1:]))
    if owed:
        return Resolution("promised", tuple(p.evidence for p in owed[-2:]))
    if refused and not _accepted(words, refused[-1]):
        return Resolution("unresolved", quotes(refused[-2:]))
    return Resolution("unclear")


def _later(found: Sequence[Said], than: Said) -> bool:
    return any((said.turn, said.at) > (than.turn, than.at) for said in found)


def _still_owed(owed: Sequence[Promise], than: Said) -> bool:
    return any(promise.evidence.turn >= than.turn for promise in owed)


def _more_owed_than_done(owed: Sequence[Promise], done: Sequence[Said]) -> bool:
    """Whether the last word was about what is still to come, not about what is done."""
    return owed[-1].evidence.turn > done[-1].turn + 2


def _accepted(words: Words, refusal: Said) -> bool:
    return any(
        s.turn > refusal.turn
        for s in words.said(("outcome_thanks", "outcome_accepts", "outcome_pleased"), "customer")
    )
