"""Opportunity, and what followed: a criterion held against what was sighted in a call.

An opportunity opens where one of the criterion's `opens` cues is seen. Within reach, an answer
from `meets` meets it, one from `misses` misses it, and a miss that is met afterwards is recovered
(S8). Without `opens`, each answer is its own moment: what nobody asked for can still be done well
or badly.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from scorer.scorecard import Moment, MomentKind, MomentResult
from scorer.scoring.schema import Clause, Criterion
from scorer.scoring.sightings import Conversation, Sighting

_CLOSING = 6  # blocks: "at the end" of a call
_OPENING = 4
_RECOVERED = 0.75  # a fault that was mended is worth nearly as much as none
_UNHEARD = 0.35  # below this confidence of hearing the words cannot carry a judgement
_BY_SILENCE = 0.6  # matching confidence where the judgement is that nothing followed
Sightings = Mapping[str, tuple[Sighting, ...]]


@dataclass(frozen=True, slots=True)
class Valued:
    """A moment and what it is worth in its criterion, in [0, 1]; None: cannot be told."""

    moment: Moment
    value: float | None


@dataclass(frozen=True, slots=True)
class _Answer:
    seen: Sighting
    clause: Clause
    meets: bool


def moments_of(
    rubric: str, criterion: Criterion, conversation: Conversation, sightings: Sightings
) -> tuple[Valued, ...]:
    """The moments of one criterion, in the order of the call."""
    answers = sorted(
        (
            *_answers(criterion.meets, True, conversation, sightings),
            *_answers(criterion.misses, False, conversation, sightings),
        ),
        key=lambda answer: (answer.seen.turn, answer.seen.at),
    )
    maker = _Maker(rubric, criterion, conversation)
    if not criterion.opens:
        return _on_their_own(maker, answers)
    found: list[Valued] = []
    covered_to = -1  # the last turn that an earlier moment already accounts for
    for opening, clause in _seen(criterion.opens, conversation, sightings):
        if opening.turn <= covered_to:
            continue
        within = [answer for answer in answers if maker.in_reach(opening, clause, answer)]
        valued = maker.answered(opening, within) if within else maker.unanswered(opening)
        if valued is None:
            continue
        found.append(valued)
        response = valued.moment.response
        covered_to = max(
            opening.turn + criterion.apart - 1, response.turn if response is not None else -1
        )
    return tuple(found)


def _on_their_own(maker: _Maker, answers: Sequence[_Answer]) -> tuple[Valued, ...]:
    """Moments without an opening: one for each stretch of the call in which answers stand."""
    found: list[Valued] = []
    covered_to = -1
    for answer in answers:
        if answer.seen.turn > covered_to or not answer.meets:
            found.append(maker.answered(answer.seen, [answer]))
            covered_to = answer.seen.turn + maker.criterion.apart - 1
    return tuple(found)


@dataclass(frozen=True, slots=True)
class _Maker:
    rubric: str
    criterion: Criterion
    conversation: Conversation

    def in_reach(self, opening: Sighting, opened_by: Clause, answer: _Answer) -> bool:
        """Whether an answer stands near enough to an opening, counted in the answerer's turns."""
        talk, reach = self.conversation, self.criterion.reach
        if answer.seen.turn == opening.turn:
            return answer.seen.cue == opening.cue or opened_by.by == answer.clause.by
        first, last = sorted((opening.turn, answer.seen.turn))
        side = talk.sides[answer.seen.turn]
        between = {
            talk.blocks[place] for place in range(first, last + 1) if talk.sides[place] == side
        }
        between -= {talk.blocks[opening.turn]} if talk.sides[opening.turn] == side else set()
        if answer.seen.turn < opening.turn:
            return len(between) <= reach.back
        if reach.seconds is not None:
            said, at = talk.turns[opening.turn].end, talk.turns[answer.seen.turn].start
            if said is not None and at is not None and at - said > reach.seconds:
                return False
        return len(between) <= reach.turns

    def answered(self, opening: Sighting, answers: Sequence[_Answer]) -> Valued:
        missed = next((answer for answer in answers if not answer.meets), None)
        met = next(
            (
                answer
                for answer in answers
                if answer.meets and (missed is None or answer.seen.turn > missed.seen.turn)
            ),
            None,
        )
        if missed is None:
            assert met is not None
            return self._make(opening, met, "met", 1.0)
        if met is not None:
            return self._make(opening, met, "recovered", _RECOVERED)
        return self._make(opening, missed, "missed", 0.0)

    def unanswered(self, opening: Sighting) -> Valued | None:
        """What it means that an opportunity came and nothing within reach followed."""
        outcome = self.criterion.otherwise
        if outcome == "no_opportunity":
            return None
        note = "nothing that answers it was heard within reach"
        evidence = self.conversation.evidence(opening)
        confidence = self._hearing(opening.turn) * opening.strength * _BY_SILENCE
        if outcome == "met":
            note, confidence = "nothing went against it", confidence / _BY_SILENCE * 0.8
        result: MomentResult = outcome
        if self._hearing(opening.turn) < _UNHEARD:
            result, note = "cannot_tell", "the words were not heard clearly enough"
        value = {"met": 1.0, "missed": 0.0}.get(result)
        kind: MomentKind = "misery" if result == "missed" else "truth"
        name = self.criterion.id
        moment = Moment(self.rubric, name, result, kind, confidence, evidence, None, note)
        return Valued(moment, value)

    def _make(
        self,
        opening: Sighting,
        answer: _Answer,
        outcome: Literal["met", "missed", "recovered"],
        value: float,
    ) -> Valued:
        talk = self.conversation
        opened = talk.evidence(opening)
        same = opening == answer.seen
        response = None if same else talk.evidence(answer.seen)
        hearing = min(self._hearing(opening.turn), self._hearing(answer.seen.turn))
        confidence = hearing * min(opening.strength, answer.seen.strength) * 0.95
        note = f"heard as {answer.seen.cue.replace('_', ' ')}"
        kinds: dict[str, MomentKind] = {"met": "truth", "missed": "misery", "recovered": "magic"}
        kind = answer.clause.kind or kinds[outcome]
        worth = answer.clause.worth if answer.clause.worth is not None else value
        result: MomentResult = outcome
        if hearing < _UNHEARD:
            return Valued(
                Moment(
                    self.rubric, self.criterion.id, "cannot_tell", "truth", confidence, opened,
                    response, "the words were not heard clearly enough",
                ),
                None,
            )  # fmt: skip
        moment = Moment(
            self.rubric, self.criterion.id, result, kind, confidence, opened, response, note
        )
        return Valued(moment, worth)

    def _hearing(self, place: int) -> float:
        heard = self.conversation.turns[place].confidence
        return 1.0 if heard is None else heard


def _answers(
    clauses: Sequence[Clause], meets: bool, conversation: Conversation, sightings: Sightings
) -> list[_Answer]:
    return [
        _Answer(seen, clause, meets) for seen, clause in _seen(clauses, conversation, sightings)
    ]


def _seen(
    clauses: Sequence[Clause], conversation: Conversation, sightings: Sightings
) -> list[tuple[Sighting, Clause]]:
    """What the clauses ask for, by the right party and in the right part of the call."""
    last = conversation.blocks[-1] if conversation.blocks else 0
    found: list[tuple[Sighting, Clause]] = []
    for clause in clauses:
        for cue in clause.cue:
            for seen in sightings.get(cue, ()):
                side, block = conversation.sides[seen.turn], conversation.blocks[seen.turn]
                if clause.by not in ("either", side) or side == "other":
                    continue
                if clause.where == "opening" and block >= _OPENING:
                    continue
                if clause.where == "closing" and block <= last - _CLOSING:
                    continue
                found.append((seen, clause))
    return sorted(found, key=lambda pair: (pair[0].turn, pair[0].at))
