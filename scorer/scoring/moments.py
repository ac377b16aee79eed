"""Opportunity, and what followed: a criterion held against what was sighted in a call.

An opportunity opens where one of the criterion's `opens` cues is seen. Within reach, an answer
from `meets` meets it, one from `misses` misses it, and a miss that is met afterwards is recovered
(S8). Without `opens`, each answer is its own moment: what nobody asked for can still be done well
or badly.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from scorer.scorecard import Moment, MomentKind
from scorer.scoring.schema import Clause, Criterion, CueEntry
from scorer.scoring.talk import Conversation, Sighting

_CLOSING = 6  # blocks: "at the end" of a call
_OPENING = 4
_UNHEARD = 0.35  # below this confidence of hearing the words cannot carry a judgement
_TOO_FAINT = "the words were not heard clearly enough"
_AS_A_WHOLE = "no one phrase shows it: so it reads, with what was said before and after"
_ONCE_IN_A_CALL = 99  # turns apart from which on a criterion has one moment in a call
# A fault that was mended is worth nearly as much as none.
_VALUES = {"met": 1.0, "recovered": 0.75, "missed": 0.0}
_KINDS: dict[str, MomentKind] = {"met": "truth", "recovered": "magic", "missed": "misery"}
_BY_WORDS = 0.95  # matching confidence where words were found
_BY_SILENCE = 0.6  # matching confidence where the judgement is that nothing followed
Marked = Literal["met", "missed", "recovered"]
#: The outcomes of a moment that a reviewer can mark.
MARKED: tuple[Marked, ...] = ("met", "missed", "recovered")
_PLAIN = Clause.model_validate({"cue": ("none",)})  # of a moment that no cue names
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
    rubric: str,
    criterion: Criterion,
    conversation: Conversation,
    sightings: Sightings,
    cues: Mapping[str, CueEntry],
) -> tuple[Valued, ...]:
    """The moments of one criterion, in the order of the call; `cues` say what was seen, in plain
    words."""
    answers = sorted(
        (
            *_answers(criterion.meets, True, conversation, sightings),
            *_answers(criterion.misses, False, conversation, sightings),
        ),
        key=_order,
    )
    maker = _Maker(rubric, criterion, conversation, cues)
    opened = _opened(maker, answers, sightings)
    taken = {one.answer.seen.turn for one in opened if one.answer is not None}
    alone = _alone(maker, [answer for answer in answers if answer.seen.turn not in taken])
    found = sorted((*opened, *alone), key=lambda one: one.place)
    return tuple(one.valued for one in (_first_met(maker, found) if criterion.once else found))


def as_marked(
    rubric: str,
    criterion: Criterion,
    conversation: Conversation,
    opening: Sighting,
    said: Sighting,
    outcome: Marked,
    cues: Mapping[str, CueEntry],
) -> Valued:
    """The moment that a reviewer would mark at `said`."""
    clauses = criterion.misses if outcome == "missed" else criterion.meets
    asked = [clause for clause in clauses if said.cue in clause.cue] or [_as_a_whole(clauses)]
    answer = _Answer(said, asked[0], outcome != "missed")
    return _Maker(rubric, criterion, conversation, cues)._make(opening, answer, outcome).valued


def _as_a_whole(clauses: Sequence[Clause]) -> Clause:
    """What no one cue shows: of the kind that all of the criterion's clauses are."""
    kinds = {clause.kind for clause in clauses}
    return _PLAIN.model_copy(update={"kind": kinds.pop()}) if len(kinds) == 1 else _PLAIN


def opening_of(
    criterion: Criterion,
    asked: Sequence[Clause],
    conversation: Conversation,
    sightings: Sightings,
    said: Sighting,
) -> Sighting | None:
    """What a moment that is decided by `said` begins with, of what some of the criterion's `opens`
    ask for: the nearest in reach, or the first where a call has but one such moment."""
    answer = _Answer(said, _PLAIN, True)
    before = [
        seen
        for seen, clause in _seen(asked, conversation, sightings)
        if seen.turn < said.turn and _in_reach(criterion, conversation, seen, clause, answer)
    ]
    if not before:
        return None
    return before[0 if criterion.apart >= _ONCE_IN_A_CALL else -1]


def beyond_reach(
    criterion: Criterion,
    part: Literal["meets", "misses"],
    clause: Clause,
    conversation: Conversation,
    sightings: Sightings,
    seen: Sighting,
) -> Literal["early", "late"] | None:
    """Whether what a clause sees comes too early for every opening, or too late for those before
    it; None where it is in reach, and where nothing opens or nothing need."""
    answer = _Answer(seen, clause, part == "meets")
    openings = [
        (opening, opened_by)
        for opening, opened_by in _seen(criterion.opens, conversation, sightings)
        if answer.meets or not opened_by.weak
    ]
    if clause.alone or any(
        _in_reach(criterion, conversation, *opening, answer) for opening in openings
    ):
        return None
    turns = [opening.turn for opening, _ in openings]
    if not turns:
        return None
    return "late" if min(turns) < seen.turn else "early"


def _opened(maker: _Maker, answers: Sequence[_Answer], sightings: Sightings) -> list[_Found]:
    """The moments that begin with an opportunity."""
    found: list[_Found] = []
    covered_to = -1  # the last turn whose openings an earlier moment already accounts for
    turns, reach = [answer.seen.turn for answer in answers], maker.criterion.reach
    openings = _seen(maker.criterion.opens, maker.conversation, sightings)
    for opening, clause in sorted(openings, key=_surest_of_a_turn):
        if opening.turn <= covered_to:
            continue
        first, last = maker.conversation.turns_near(opening.turn, reach.back, reach.turns)
        within = [
            answer
            for answer in answers[bisect_left(turns, first) : bisect_right(turns, last)]
            if _in_reach(maker.criterion, maker.conversation, opening, clause, answer)
            and (answer.meets or not clause.weak)
        ]
        if within:
            one = maker.answered(opening, within)
        elif clause.weak or maker.criterion.otherwise == "no_opportunity":
            continue
        elif not maker.could_answer(opening):
            continue  # nobody took the floor any more: the call was over
        else:
            one = maker.unanswered(opening)
        found.append(one)
        covered_to = opening.turn + maker.criterion.apart - 1
        if one.answer is not None:
            covered_to = max(covered_to, one.answer.seen.turn - 1)
    return found


def _in_reach(
    criterion: Criterion, talk: Conversation, opening: Sighting, opened_by: Clause, answer: _Answer
) -> bool:
    """Whether an answer stands near enough to an opening, counted in the answerer's turns."""
    reach = criterion.reach
    if answer.seen.turn == opening.turn:
        # What either may begin, the one who did may answer in the same breath.
        alike = opened_by.by in ("either", answer.clause.by)
        return answer.seen.cue == opening.cue or alike
    turns = talk.turns_between(opening.turn, answer.seen.turn)
    if answer.seen.turn < opening.turn:
        return reach.back > 0 and turns <= reach.back
    if reach.seconds is not None:
        said, at = talk.turns[opening.turn].end, talk.turns[answer.seen.turn].start
        if said is not None and at is not None and at - said > reach.seconds:
            return False
    return turns <= reach.turns


def _alone(maker: _Maker, answers: Sequence[_Answer]) -> list[_Found]:
    """Moments without an opening: what nobody asked for can be done well or badly all the same."""
    found: list[_Found] = []
    last: dict[bool, int] = {}  # the turn at which a met one, and a missed one, was last counted
    counted: set[tuple[int, int]] = set()
    for answer in answers:
        seen, clause = answer.seen, answer.clause
        if maker.criterion.opens and not clause.alone:
            continue
        # What one clause sees twice in a turn is one thing: a sentence met, or a turn missed.
        once = (id(clause), seen.turn) if not answer.meets else (seen.turn, seen.begin)
        near = seen.turn < last.get(answer.meets, -1_000) + maker.criterion.apart
        if near or once in counted:
            continue
        found.append(maker.answered(seen, [answer]))
        counted.add(once)
        last[answer.meets] = seen.turn
    return found


def _first_met(maker: _Maker, found: Sequence[_Found]) -> list[_Found]:
    """Without what the same agent had already met: the first time is what a person would mark."""
    met: set[str] = set()
    kept: list[_Found] = []
    for one in found:
        moment = one.valued.moment
        if moment.outcome == "met" and moment.kind == "truth":
            shown_by = one.answer.seen.turn if one.answer is not None else one.place
            speaker = maker.conversation.turns[shown_by].speaker
            if speaker in met:
                continue
            met.add(speaker)
        kept.append(one)
    return kept


@dataclass(frozen=True, slots=True)
class _Found:
    """A moment, the turn at which it stands, and the answer that decided it, if any."""

    place: int
    valued: Valued
    answer: _Answer | None


@dataclass(frozen=True, slots=True)
class _Maker:
    rubric: str
    criterion: Criterion
    conversation: Conversation
    cues: Mapping[str, CueEntry]

    def could_answer(self, opening: Sighting) -> bool:
        """Whether the other party said anything after an opening, or the opening is its own."""
        sides = self.conversation.sides
        rest = {side for side in sides[opening.turn + 1 :] if side != "other"}
        return sides[opening.turn] == "agent" or "agent" in rest

    def answered(self, opening: Sighting, answers: Sequence[_Answer]) -> _Found:
        """The moment that these answers, in the order of the call, make of an opening."""
        first = answers[0]
        misses = [answer for answer in answers if not answer.meets]
        if self.criterion.decides == "first":
            return self._make(opening, first, "met" if first.meets else "missed")
        if self.criterion.decides == "last":
            return self._make(opening, answers[-1], "met" if answers[-1].meets else "missed")
        settles = self.criterion.decides == "settles"
        miss = misses[-1 if settles else 0] if misses else None
        met = next(
            (
                answer
                for answer in answers
                if answer.meets
                and (miss is None or (_order(answer) > _order(miss) and answer.clause.mends))
            ),
            None,
        )
        if met is not None:
            recovered = miss is not None and self.criterion.decides == "repair"
            return self._make(opening, met, "recovered" if recovered else "met")
        return self._make(opening, miss or first, "missed")

    def unanswered(self, opening: Sighting) -> _Found:
        """What it means that an opportunity came and nothing within reach followed."""
        outcome, turns = self.criterion.otherwise, self.criterion.reach.turns
        note = f"none of the next {turns} turns answers it"
        if turns <= 1:
            note = "the next turn does not answer it"
        if self._turns_left(opening) < turns:
            note = "nothing until the end of the call answers it"
        hearing = self.conversation.heard(opening.turn)
        confidence = hearing * opening.strength * _BY_SILENCE
        if outcome == "met":
            note = "nothing went against it"
        if hearing < _UNHEARD:
            outcome, note = "cannot_tell", _TOO_FAINT
        assert outcome != "no_opportunity"
        kind: MomentKind = "misery" if outcome == "missed" else "truth"
        evidence = self.conversation.evidence(opening)
        names = (self.rubric, self.criterion.id)
        moment = Moment(*names, outcome, kind, confidence, evidence, None, note)
        return _Found(opening.turn, Valued(moment, _VALUES.get(outcome)), None)

    def _turns_left(self, opening: Sighting) -> int:
        """How many turns, from an opening on, those have who could answer it."""
        asked = {clause.by for clause in (*self.criterion.meets, *self.criterion.misses)}
        lasts = {side: place for place, side in enumerate(self.conversation.sides)}
        left = [
            self.conversation.turns_between(opening.turn, place)
            for side, place in lasts.items()
            if place > opening.turn and side != "other" and not asked.isdisjoint((side, "either"))
        ]
        return max(left, default=0)

    def _make(self, opening: Sighting, answer: _Answer, outcome: Marked) -> _Found:
        opened = self.conversation.evidence(opening)
        said = self.conversation.evidence(answer.seen)
        response = None if said == opened else said
        hearing = min(self.conversation.heard(one.turn) for one in (opening, answer.seen))
        confidence = hearing * min(opening.strength, answer.seen.strength) * _BY_WORDS
        names = (self.rubric, self.criterion.id)
        place = min(opening.turn, answer.seen.turn)
        if hearing < _UNHEARD:
            faint = Moment(*names, "cannot_tell", "truth", confidence, opened, response, _TOO_FAINT)
            return _Found(place, Valued(faint, None), answer)
        cue = self.cues.get(answer.seen.cue)
        note = cue.means.removesuffix(".") if cue else _AS_A_WHOLE
        kind = answer.clause.kind or _KINDS[outcome]
        moment = Moment(*names, outcome, kind, confidence, opened, response, note)
        worth = answer.clause.worth
        return _Found(place, Valued(moment, _VALUES[outcome] if worth is None else worth), answer)


def _surest_of_a_turn(opening: tuple[Sighting, Clause]) -> tuple[int, bool, float]:
    """Turn by turn, what opens a moment most plainly first: that is what is quoted."""
    seen, clause = opening
    return seen.turn, clause.weak, -seen.strength


def _order(answer: _Answer) -> tuple[int, int]:
    """Where in the call an answer was said."""
    return answer.seen.turn, answer.seen.at


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
    found: list[tuple[Sighting, Clause]] = []
    for clause in clauses:
        for cue in clause.cue:
            for seen in sightings.get(cue, ()):
                if seen.strength < clause.sure:
                    continue
                side = conversation.sides[seen.turn]
                if clause.by not in ("either", side) or side == "other":
                    continue
                if in_part(clause, conversation, seen.turn):
                    found.append((seen, clause))
    return sorted(found, key=lambda pair: (pair[0].turn, pair[0].at))


def in_part(clause: Clause, conversation: Conversation, place: int) -> bool:
    """Whether a turn stands in the part of the call that a clause asks for."""
    block, last = conversation.blocks[place], conversation.blocks[-1]
    if clause.where == "opening":
        return block < _OPENING
    if clause.where == "closing":
        return block > last - _CLOSING
    return clause.where != "last" or block >= last - 1
