"""What reviewers would mark, and what is made of it in the moments that the rules found.

A rubric's rule says what makes a moment and within what reach. Which turns of a call an experienced
reviewer marks, and how, hangs on more than that: on what was said before, on what came of it, on
how a thing was said. How surely they would mark each block of a call was learned
(`scorer.scoring.marks`). Where that is sure enough there is a moment; its kind and its worth are
the rule's, and it quotes what one of the rule's cues was heard in, or else the sentence that told
most of it. What only the rule found stays, as sure as a reviewer would mark it.

This counts for a criterion only while that and the cues it rests on are those that were taught
with: what a lead changes goes by the rule, at once and alone (`settles`). It needs the weights of
the sentence encoder and a call of some turns, and says nothing of what the guide leaves unmarked.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from scorer.scorecard import SURE_ENOUGH, Moment
from scorer.scoring.blocks import (
    Block,
    blocks_by_turn,
    blocks_of,
    decided,
    features,
    lines_of,
)
from scorer.scoring.cues import CueBook
from scorer.scoring.marks import Row, Taught, chosen, definition, taught
from scorer.scoring.moments import (
    MARKED,
    Sightings,
    Valued,
    as_marked,
    moments_of,
    opening_of,
)
from scorer.scoring.rubric import Rubrics
from scorer.scoring.schema import Clause, Criterion
from scorer.scoring.sightings import closure
from scorer.scoring.solving import Doubles
from scorer.scoring.spoken import Spoken
from scorer.scoring.talk import Conversation, Sighting

_FEWEST = 6  # blocks of a call: marks are of whole calls, not of an exchange
# How surely a reviewer would mark a rule's moment, that it stays. What was missed is rarer in the
# calls that taught, and worse to pass over; what is marked only where it was missed is always kept.
_KEPT = {"met": 0.1, "missed": 0.01, "recovered": 0.01}
_AS_WELL = 0.05  # and that it stands for one that is marked elsewhere
_CLOSE = 2  # blocks: a rule's moment further off than its own rule asks is another one
_A_WHILE = range(4, 21)  # turns within which openings are one, of what is told for a while
_NEARLY = 0.1  # less sure by so little is as sure
# What was chosen is marked so much more often than the networks say where they are in doubt, and
# less where they are certain: slope and base of the odds (Platt 1999) on sets 1 to 18, which were
# in view; docs/accuracy.md has what they do on the others.
_SLOPE, _BASE, _SUREST = 0.64, 0.58, 0.99
_CLEARLY = 0.2  # from how surely a cue is meant it is named as what was heard

#: The moments of every criterion, by rubric and id.
Found = Mapping[tuple[str, str], tuple[Valued, ...]]


def settle(
    found: Found, rubrics: Rubrics, talk: Conversation, spoken: Spoken, seen: Sightings
) -> Found:
    """The moments of every criterion, of which the rules `found` these.

    `seen` has the cues of `read_by_verdicts`. The rules' moments stay as they are where nothing was
    taught of a criterion as it is now; all of them where the call is too short, or not all the
    criteria whose rules are looked at are at hand.
    """
    known, meanings, blocks = taught(), rubrics.cues.meanings, blocks_of(talk)
    if known is None or meanings is None or len(blocks) < _FEWEST:
        return found
    if known.encoder != meanings.encoder.sha256_of_calls or not _at_hand(known, rubrics):
        return found
    ruled = _ruled(known.ruled, found, rubrics, talk, seen)
    read = features(blocks, spoken, seen, known.meant, known.seen, ruled)
    lines = lines_of(blocks, spoken)
    sure, tells = known.sure(read, lines)
    settled, speakers = dict(found), [talk.turns[one.turns[0]].speaker for one in blocks]
    for name, column in _columns(known, rubrics).items():
        if column is None:
            continue
        rubric, criterion = rubrics.criteria[name]
        told = dict(zip(lines.number.tolist(), tells[:, column].tolist(), strict=True))
        verdict = _Verdict(rubric.rubric, criterion, talk, spoken, seen, blocks, speakers, told)
        key = (rubric.rubric, criterion.id)
        settled[key] = verdict.settled(found[key], sure[:, column], known.rows[column])
    return settled


def settles(rubrics: Rubrics) -> Mapping[str, bool]:
    """Whether verdicts settle each criterion as it is now, by its whole name; without those of
    which nothing was taught."""
    known = taught()
    if known is None:
        return {}
    ready = _at_hand(known, rubrics)
    return {name: ready and place is not None for name, place in _columns(known, rubrics).items()}


def _at_hand(known: Taught, rubrics: Rubrics) -> bool:
    """Whether all the rules are whose moments the networks look at."""
    return set(known.ruled) <= set(rubrics.all_criteria)


def _ruled(
    names: Iterable[str], found: Found, rubrics: Rubrics, talk: Conversation, seen: Sightings
) -> list[list[Moment]]:
    """The moments that the rules of some criteria find, also of those not in `found`: a call need
    not be scored on them."""
    ruled = []
    for rubric, one in (rubrics.all_criteria[name] for name in names):
        moments = found.get((rubric.rubric, one.id))
        if moments is None:
            moments = moments_of(rubric.rubric, one, talk, seen, rubrics.cues.entries)
        ruled.append([each.moment for each in moments])
    return ruled


@lru_cache(maxsize=8)
def _columns(known: Taught, rubrics: Rubrics) -> Mapping[str, int | None]:
    """Where each criterion of which something was taught stands, by its whole name; None where it
    is another one now."""
    return {
        name: column if row.definition == definition(named[1], rubrics.cues) else None
        for column, (name, row) in enumerate(zip(known.criteria, known.rows, strict=True))
        if (named := rubrics.criteria.get(name))
    }


def read_by_verdicts(book: CueBook) -> frozenset[str]:
    """The cues that verdicts look at beside those of the rubrics at hand."""
    known = taught() if book.meanings is not None else None
    return frozenset(cue for cue in (known.seen if known else ()) if cue in book.entries)


@dataclass(frozen=True, slots=True)
class _Verdict:
    """The verdict on one criterion in one call."""

    rubric: str
    criterion: Criterion
    talk: Conversation
    spoken: Spoken
    seen: Sightings
    blocks: tuple[Block, ...]
    speakers: Sequence[str]  # of each block
    tells: Mapping[int, Sequence[float]]  # how much each sentence tells of each outcome

    def settled(self, found: Sequence[Valued], sure: Doubles, row: Row) -> tuple[Valued, ...]:
        """The criterion's moments. `sure`: how surely each block is marked [shape=(blocks, 3)]."""
        block_of = blocks_by_turn(self.blocks)
        places = [decided(one.moment, block_of) for one in found]
        by_rule = [(at, one) for at, one in zip(places, found, strict=True) if at is not None]
        made: dict[tuple[int, Valued], float] = {}  # and how surely a reviewer would mark it
        for place, surest in self._marked(sure, row):
            outcome = self._in_doubt(by_rule, place, surest, sure[place])
            ruled = self._ruled(by_rule, place, outcome, sure)
            for new in ruled or [(place, self._moment(place, outcome))]:
                # Two places may tell of one of the rule's moments.
                made[new] = max(made.get(new, 0.0), _as_often_marked(float(sure[place, outcome])))
        settled = [(at, self._as_sure(one, surely)) for (at, one), surely in made.items()]
        apart = min(row.apart, max(self.criterion.apart, _CLOSE))
        for at, one in by_rule:
            near = any(abs(at - other) <= apart for other, _ in made)
            settled += [(at, kept) for kept in self._left(at, one, near, sure, row)]
        return tuple(one for _, one in sorted(settled, key=lambda both: both[0]))

    def _left(self, at: int, one: Valued, near: bool, sure: Doubles, row: Row) -> Iterator[Valued]:
        """A rule's moment in block `at`, if it stays; `near`: something was marked close by."""
        result = one.moment.outcome
        if result not in MARKED:
            if result == "cannot_tell" and not near:
                yield one
            return
        outcome = MARKED.index(result)
        if result == "recovered" and not row.marked[outcome]:
            outcome = MARKED.index("met")  # as a guide has it that knows no mending
        if not row.marked[outcome]:
            if not near:
                yield one  # what the guide leaves unmarked is left to the rule
            return
        surely = float(self._surest_about(at, sure, row)[outcome])
        if near:
            return
        if surely >= _KEPT[result] or (result == "missed" and not row.marked[MARKED.index("met")]):
            yield self._as_sure(one, surely)
        elif self.criterion.opens and self.criterion.otherwise == "cannot_tell":
            # There was an opportunity, and what came of it is as open as where nothing came.
            note = f"not sure enough to say. {one.moment.note}"
            told = replace(one.moment, outcome="cannot_tell", kind="truth", note=note)
            yield Valued(replace(told, confidence=surely), None)

    def _as_sure(self, one: Valued, sure: float) -> Valued:
        """The same, as sure as a reviewer would mark it and as its words were heard. Where that is
        too little to count it waits for a person, as what is critical does in any case."""
        moment = one.moment
        turns = [side.turn for side in (moment.opened, moment.response) if side is not None]
        sure *= min(self.talk.heard(turn) for turn in turns)
        if sure >= SURE_ENOUGH:
            return replace(one, moment=replace(moment, confidence=sure))
        unsure = replace(moment, confidence=sure, kind="truth")
        if self.criterion.critical:
            return replace(one, moment=unsure)
        note = f"not sure enough to count. {moment.note}"
        return Valued(replace(unsure, note=note, counts=False), None)

    def _surest_about(self, at: int, sure: Doubles, row: Row) -> Doubles:
        """How surely a reviewer would mark a block; of what comes but once in a call, it or one
        close by of the same side."""
        own: Doubles = sure[at]
        if row.apart < len(self.blocks):
            return own
        side, first = self.blocks[at].side, max(at - _CLOSE, 0)
        about = range(first, min(at + _CLOSE + 1, len(self.blocks)))
        surest: Doubles = sure[[one for one in about if self.blocks[one].side == side]].max(axis=0)
        return surest

    def _in_doubt(
        self, by_rule: Sequence[tuple[int, Valued]], place: int, surest: int, sure: Doubles
    ) -> int:
        """The outcome at `place`: where the rule has another one there that a reviewer might mark
        nearly as surely, the rule's."""
        others = [
            MARKED.index(one.moment.outcome)
            for at, one in by_rule
            if at == place and one.moment.outcome in MARKED
        ]
        if surest in others:
            return surest
        return next((one for one in others if sure[one] >= sure[surest] - _NEARLY), surest)

    def _ruled(
        self, by_rule: Sequence[tuple[int, Valued]], place: int, outcome: int, sure: Doubles
    ) -> list[tuple[int, Valued]]:
        """The rule's moments, each with its block, that say what was marked at `place`."""
        same = [(at, one) for at, one in by_rule if one.moment.outcome == MARKED[outcome]]
        here = [(at, one) for at, one in same if at == place]
        far = [(at, one) for at, one in same if self._stands_for(at, place, sure[at, outcome])]
        return here or far[:1]

    def _stands_for(self, at: int, place: int, sure: float) -> bool:
        """Whether the rule's moment in block `at` is the one that was marked at `place`: where a
        reviewer might mark it there as well, and it comes but once for each agent or both lie in
        what is told for a while."""
        apart = self.criterion.apart
        if self.criterion.once:
            same = apart <= len(self.blocks) and self.speakers[at] == self.speakers[place]
        else:
            near = apart in _A_WHILE and abs(at - place) <= apart
            same = near and self.blocks[at].side == self.blocks[place].side
        return same and sure >= _AS_WELL

    def _marked(self, sure: Doubles, row: Row) -> Iterator[tuple[int, int]]:
        sides = [block.side for block in self.blocks]
        for place, outcome in chosen(sure, row, sides, self.speakers, self.criterion.once):
            if self._worded(place):  # else there is nothing to quote
                yield place, outcome

    def _worded(self, place: int) -> tuple[int, ...]:
        """The turns of a block that have words in them; none before the first block."""
        turns = self.blocks[place].turns if place >= 0 else ()
        return tuple(turn for turn in turns if self.talk.readings[turn].words)

    def _moment(self, place: int, outcome: int) -> Valued:
        missed = MARKED[outcome] == "missed"
        clauses = self.criterion.misses if missed else self.criterion.meets
        # What an agent opens it with tells as well: asked politely, or put on hold.
        own = (one for one in self.criterion.opens if one.by == "agent" and one.weak != missed)
        said = self._shown((*clauses, *own), place, lambda number: self.tells[number][outcome])
        opening = self._opening(place, said)
        told = (opening, said, MARKED[outcome], self.spoken.book.entries)
        return as_marked(self.rubric, self.criterion, self.talk, *told)

    def _opening(self, place: int, said: Sighting) -> Sighting:
        """What the customer said that a moment begins with: where a cue was heard just before or in
        reach of it, else what was said just before."""
        asked = [clause for clause in self.criterion.opens if clause.by == "customer"]
        before = bool(self._worded(place - 1)) and self.blocks[place - 1].side == "customer"
        if asked and before and self._sighted(asked, place - 1):
            return self._shown(asked, place - 1)
        heard = opening_of(self.criterion, asked, self.talk, self.seen, said)
        if heard is None and asked and before:
            return self._shown(asked, place - 1)
        return heard or said

    def _shown(
        self,
        clauses: Sequence[Clause],
        place: int,
        tells: Callable[[int], float] | None = None,
    ) -> Sighting:
        """What in a block shows best what some clauses ask for; where none of their cues was
        sighted, the sentence that `tells` most, or else that means one of them most surely."""
        seen, turns = self._sighted(clauses, place), self.blocks[place].turns
        if seen:
            return max(seen, key=lambda one: one.strength)
        cues = _cues(clauses)
        numbers = [n for n, (turn, _) in enumerate(self.spoken.sentences) if turn in turns]
        if not numbers:
            return self.talk.whole("", self._worded(place)[0])
        meant = self._meant(cues, numbers)
        number = max(numbers, key=tells or (lambda number: meant[number][0]))
        surest, cue = meant[number]
        return self.spoken.sighting(cue if surest >= _CLEARLY else "", number, surest)

    def _sighted(self, clauses: Sequence[Clause], place: int) -> list[Sighting]:
        """Where in a block what some clauses ask for was sighted."""
        turns = self.blocks[place].turns
        return [
            one for cue in _cues(clauses) for one in self.seen.get(cue, ()) if one.turn in turns
        ]

    def _meant(self, cues: Sequence[str], numbers: Sequence[int]) -> dict[int, tuple[float, str]]:
        """How surely some sentences mean one of some cues or of what they rest on, and which."""
        meant = dict.fromkeys(numbers, (0.0, ""))
        for cue in sorted(closure(self.spoken.book, cues)):
            strengths = self.spoken.strengths(cue) if self.spoken.knows(cue) else None
            if strengths is not None:
                for number in numbers:
                    meant[number] = max(meant[number], (float(strengths[number]), cue))
        return meant


def _as_often_marked(sure: float) -> float:
    """How often what was chosen as surely is marked, in [0, 1]."""
    sure = min(max(sure, 1 - _SUREST), _SUREST)
    odds = _SLOPE * math.log(sure / (1 - sure)) + _BASE
    return round(1 / (1 + math.exp(-odds)), 2)


def _cues(clauses: Sequence[Clause]) -> list[str]:
    return list(dict.fromkeys(cue for clause in clauses for cue in clause.cue))
