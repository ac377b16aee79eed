"""What became of the need on this call (first-contact resolution, S5).

- *resolved*: the customer says so; or the agent reports it done and the customer does not object;
  or the customer called, was answered, and left with thanks;
- *promised*: not done yet, and somebody said what they will do. A visit that is booked for a fault
  mends nothing yet: it is a promise;
- *handed_over*: passed to somebody else, and nothing more is heard of it here;
- *unresolved*: the customer leaves saying it is not solved, was refused, or was sent elsewhere;
- *unclear*: nothing of the above was said. A guess is not made.

What was said last counts: a fault that is reported at the start and mended at the end is mended.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from scorer.outcome.sentiment import Arc
from scorer.outcome.words import Said, Words, quotes
from scorer.scorecard import Evidence, Promise

Result = Literal["resolved", "promised", "handed_over", "unresolved", "unclear"]
_CONTENT = ("outcome_thanks", "outcome_pleased", "outcome_delighted")
_ANGRY = -0.5  # a last turn with this feeling or worse is no sign of a need met


@dataclass(frozen=True, slots=True)
class Resolution:
    result: Result
    evidence: tuple[Evidence, ...] = ()


def resolution(words: Words, promises: Sequence[Promise], felt: Arc) -> Resolution:
    """What became of the need, and the quotes that say so."""
    owed = [promise for promise in promises if promise.by != "customer"]
    done = _done(words)
    for verdict in (
        _customer_says(words, done, owed),
        _left_angry(words, done, owed, felt),
        _agent_says(words, done, owed),
        _no_help(words),
        _answered(words),
    ):
        if verdict is not None:
            return verdict
    return Resolution("unclear")


def _done(words: Words) -> list[Said]:
    """What the agent reported done. What is only booked or ordered mends no fault."""
    done = list(words.said("outcome_solved_by_agent", "agent"))
    opening = words.customer_turns[:2]
    faults = words.said("outcome_reports_fault", "customer")
    if not any(said.turn in opening for said in faults):
        done += words.said("outcome_arranged_by_agent", "agent")
    return sorted(done, key=lambda said: (said.turn, said.at))


def _customer_says(words: Words, done: list[Said], owed: list[Promise]) -> Resolution | None:
    """The customer is the judge, after their first words, which say why they called."""
    opening = words.customer_turns[0] if words.customer_turns else -1
    works = [s for s in words.said("outcome_works_now", "customer") if s.turn > opening]
    broken = [s for s in words.said("outcome_still_broken", "customer") if s.turn > opening]
    if works and not _later(broken, works[-1]):
        waiting = any(promise.evidence.turn >= works[-1].turn for promise in owed)
        if not waiting or done:
            return Resolution("resolved", quotes(works[-2:]))
    if not broken or _later(done + works, broken[-1]):
        return None
    promised = any(promise.evidence.turn > broken[-1].turn for promise in owed)
    return None if promised else Resolution("unresolved", quotes(broken[-2:]))


def _left_angry(
    words: Words, done: list[Said], owed: list[Promise], felt: Arc
) -> Resolution | None:
    """Nothing done or owed, and the customer's last turn angry, or saying that they leave."""
    if done or owed or len(felt.points) < 2:
        return None
    last, feeling = felt.points[-1]
    bad = ("outcome_annoyed", "outcome_angry", "outcome_leaving")
    parting = [said for said in words.said(bad, "customer") if said.turn == last]
    if feeling > _ANGRY and not any(said.cue == "outcome_leaving" for said in parting):
        return None
    return Resolution("unresolved", quotes(parting))


def _agent_says(words: Words, done: list[Said], owed: list[Promise]) -> Resolution | None:
    passed = words.said("outcome_hands_over", "agent")
    if done and not (passed and _later(passed, done[-1])):
        return Resolution("resolved", quotes(done[-2:]))
    if done:  # and the rest is in other hands
        return Resolution("handed_over", quotes(passed[-1:]))
    if passed and not any(promise.evidence.turn >= passed[-1].turn for promise in owed):
        return Resolution("handed_over", quotes(passed[-1:]))
    if owed:
        return Resolution("promised", tuple(promise.evidence for promise in owed[-2:]))
    return None


def _no_help(words: Words) -> Resolution | None:
    """Refused or sent elsewhere, and the customer was not won over afterwards."""
    refused = words.said(("outcome_refused", "outcome_sent_away"), "agent")
    if not refused:
        return None
    content = words.said(("outcome_works_now", *_CONTENT), "customer")
    sorry = words.said("outcome_annoyed", "customer")  # "what a pity; thanks anyway"
    if _later(content, refused[-1]) and not _later(sorry, refused[-1]):
        return None
    return Resolution("unresolved", quotes(refused[-2:]))


def _answered(words: Words) -> Resolution | None:
    """The customer called, the agent answered, and the customer left with thanks."""
    thanked = [s for s in words.said(_CONTENT, "customer") if s.turn in words.customer_turns[-2:]]
    if not thanked or words.said("outcome_agent_called", "agent"):
        return None
    answers = [
        place
        for place, turn in enumerate(words.call.turns)
        if turn.by_agent
        and words.customer_turns[0] < place < thanked[-1].turn
        and _tells(turn.text)
    ]
    return Resolution("resolved", quotes(thanked[-2:])) if answers else None


def _tells(text: str) -> bool:
    """Whether anything is stated: a sentence of some length that is no question."""
    return any(len(s.split()) > 3 for s in re.findall(r"[^.!?]+(?=[.!]|$)", text))


def _later(found: Sequence[Said], than: Said) -> bool:
    return any((said.turn, said.at) > (than.turn, than.at) for said in found)
