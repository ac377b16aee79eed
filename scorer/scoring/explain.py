"""Why each moment was or was not found: a call, its cues and its moments, told line by line."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from scorer.call import Call
from scorer.errors import ScorerError
from scorer.scorecard import Judgement, Moment
from scorer.scoring.lessons import pool_of
from scorer.scoring.moments import Sightings, beyond_reach, in_part
from scorer.scoring.remedies import did_you_mean
from scorer.scoring.rubric import Rubrics
from scorer.scoring.schema import Clause, Criterion, Part, Reach, RubricFile
from scorer.scoring.score import Scores, judge, score
from scorer.scoring.sightings import closure
from scorer.scoring.spoken import Spoken
from scorer.scoring.talk import Conversation, Sighting

_TOLD = 0.2  # how surely a cue must be meant to be told of
_PLACES = 3  # of a cue that was seen often
_NOT_SO = "where what else it asks is so"
_PARTS = {"opens": "opens with", "meets": "met by", "misses": "missed by"}
_WHERE = {
    "opening": "in the first four turns",
    "closing": "in the last six turns",
    "last": "in the very last turn of each",
}


def explain(call: Call, rubrics: Rubrics, only: Sequence[str] = ()) -> Iterator[str]:
    """The call with the cues seen in each turn, then each criterion with what it looked for.

    For a criterion without a moment it says where each of its cues was seen, or how nearly, so that
    a lead can tell a missing phrase from a missing opportunity. `only` tells of some criteria
    ("rubric.criterion"), in full; raises ScorerError where there is none of that name.
    """
    known = rubrics.criteria
    for name in only:
        if name not in known:
            raise ScorerError(f"there is no criterion '{name}'{did_you_mean(name, known)}")
    # All is scored, also where little is asked for: what reviewers mark is read from the whole.
    told = _Told(rubrics, score(call, rubrics))
    return told.lines([known[name] for name in dict.fromkeys(only or known)], in_full=bool(only))


@dataclass(frozen=True)
class _Told:
    """What was seen in a call, and what was made of it, in words."""

    rubrics: Rubrics
    scores: Scores

    def lines(self, chosen: Sequence[tuple[RubricFile, Criterion]], in_full: bool) -> Iterator[str]:
        named = frozenset[str]().union(*(one.cues for _, one in chosen))
        cues = sorted(closure(self.rubrics.cues, named))
        for place, turn in enumerate(self._talk.turns):
            yield f"{place:3} {turn.speaker}: {turn.text}"
            if worded := "; ".join(self._worded(place, cues)):
                yield f"      cues: {worded}"
            yield from self._meant(place, cues)
        judged = {(one.rubric, one.criterion): one for one in self.scores.judgements}
        for rubric, criterion in chosen:
            answer = judged[rubric.rubric, criterion.id]
            yield ""
            yield f"{rubric.rubric}.{criterion.id}: {_outcome(answer)}"
            yield f"  {criterion.question}"
            yield from self._why(rubric, criterion, answer, in_full)

    def _why(
        self, rubric: RubricFile, criterion: Criterion, answer: Judgement, in_full: bool
    ) -> Iterator[str]:
        if not criterion.observable:
            yield f"  not heard on a call: {criterion.why_not}"
            return
        if not self._talk.call.speakers_known:
            yield "  the parties could not be told apart"
            return
        for moment in answer.moments:
            yield from _moment(moment)
        if answer.moments and not in_full:
            return
        ruled = judge(rubric, criterion, self._talk, self._seen, self.rubrics.cues.entries)
        if ruled.moments and not answer.moments:
            yield "  its rule finds what follows, unmarked in the calls that taught"
            for moment in ruled.moments:
                yield from _moment(moment)
        for part, _, clause in criterion.clauses:
            cues = " or ".join(
                f"{cue} ({self._places(cue, criterion, part, clause)})" for cue in clause.cue
            )
            yield f"  {_PARTS[part]} {cues}, {_asked(clause)}"

    def _places(self, cue: str, criterion: Criterion, part: Part, clause: Clause) -> str:
        """Where a cue was seen, and why that does not count where it does not."""
        seen = self._seen.get(cue, ())
        if not seen:
            return f"not seen{self._nearly(cue)}"
        told = dict.fromkeys(self._place(one, criterion, part, clause) for one in seen)
        more = f" and {len(told) - _PLACES} more" if len(told) > _PLACES else ""
        return f"seen {', '.join([*told][:_PLACES])}{more}"

    def _place(self, seen: Sighting, criterion: Criterion, part: Part, clause: Clause) -> str:
        side = self._talk.sides[seen.turn]
        where = f"in turn {seen.turn} by the {side}"
        if side == "other" or clause.by not in ("either", side):
            return f"{where}, who is not asked"
        if seen.strength < clause.sure:
            return f"{where}, {seen.strength:.2f} sure and too little"
        if not in_part(clause, self._talk, seen.turn):
            return f"{where}, not {_WHERE[clause.where]}"
        if part == "opens":
            return where
        beyond = beyond_reach(criterion, part, clause, self._talk, self._seen, seen)
        if beyond is None:
            return where
        return f"{where}, too {beyond}{_reach(criterion.reach, beyond == 'early')}"

    def _nearly(self, cue: str) -> str:
        """How surely the likeliest sentence means a cue that was not seen."""
        meaning = self.rubrics.cues.entries[cue].meaning
        strengths = self._spoken.strengths(cue, pool_of(meaning)) if meaning else None
        if meaning is None or strengths is None or not len(strengths):
            return ""
        heard = np.where(self._spoken.by(meaning.by), strengths, 0.0)
        place = int(np.argmax(heard))
        if heard[place] < _TOLD:
            return ""
        turn = self._spoken.sentences[place][0]
        told = f": meant {heard[place]:.2f} in turn {turn}, seen from {meaning.at_least:.2f}"
        return told if heard[place] < meaning.at_least else f"{told}, {_NOT_SO}"

    def _worded(self, place: int, cues: Sequence[str]) -> Iterator[str]:
        """The cues seen in a turn otherwise than by meaning, with the words that show them."""
        book, text = self.rubrics.cues, self._talk.turns[place].text
        worded = frozenset(cue for cue in cues if book.entries[cue].wording)
        hits = book.find(self._talk.readings[place], worded)
        matched = {(hit.cue, hit.start): text[hit.start : hit.end] for hit in hits}
        for cue in cues:
            shown = {
                matched.get((cue, one.at), text[one.begin : one.end]): one.strength
                for one in self._seen.get(cue, ())
                if one.turn == place and not book.entries[cue].meaning
            }
            for said, strength in shown.items():
                yield f'{cue} "{said}"' + (f" {strength:.2f}" if strength < 1 else "")

    def _meant(self, place: int, cues: Sequence[str]) -> Iterator[str]:
        """What each sentence of a turn means, how surely, and the nearest example of it."""
        entries, meanings = self.rubrics.cues.entries, self.rubrics.cues.meanings
        for number, (turn, sentence) in enumerate(self._spoken.sentences):
            if turn != place or meanings is None:
                continue
            said = self._talk.turns[place].text[sentence.begin : sentence.end]
            for cue, sure in self._surest(number, cues):
                if meaning := entries[cue].meaning:
                    example = meanings.nearest(sentence.plain, (*meaning.like, *meaning.calls))
                    found = any(
                        (one.turn, one.begin) == (turn, sentence.begin)
                        for one in self._seen.get(cue, ())
                    )
                    seen = f"{'' if found else 'not '}seen, from {meaning.at_least:.2f}"
                    if sure >= meaning.at_least and not found:
                        seen += f", {_NOT_SO}"
                    yield f'      meaning: {cue} {sure:.2f} ({seen}) "{said}", as in "{example}"'

    def _surest(self, number: int, cues: Sequence[str]) -> list[tuple[str, float]]:
        """The cues that a sentence means, those asked of its party, the surest first."""
        found = []
        for cue in cues:
            meaning = self.rubrics.cues.entries[cue].meaning
            strengths = self._spoken.strengths(cue, pool_of(meaning)) if meaning else None
            if meaning is not None and strengths is not None:
                asked = self._spoken.by(meaning.by)[number]
                if asked and strengths[number] >= _TOLD:
                    found.append((cue, float(strengths[number])))
        return sorted(found, key=lambda one: -one[1])

    @property
    def _talk(self) -> Conversation:
        return self.scores.conversation

    @property
    def _seen(self) -> Sightings:
        return self.scores.sightings

    @property
    def _spoken(self) -> Spoken:
        return self.scores.spoken


def _reach(reach: Reach, back: bool) -> str:
    """How far an answer may stand from the opening; nothing where none may stand before it."""
    turns = reach.back if back else reach.turns
    if back and not turns:
        return ""
    seconds = f", {reach.seconds:g} seconds" if reach.seconds is not None and not back else ""
    return f" (reach: {turns} turn{'' if turns == 1 else 's'}{' back' if back else seconds})"


def _asked(clause: Clause) -> str:
    """What a clause asks beside its cues."""
    return ", ".join(
        filter(
            None,
            (
                "by either" if clause.by == "either" else f"by the {clause.by}",
                _WHERE.get(clause.where, ""),
                f"at least {clause.sure:.2f} sure" if clause.sure else "",
                "weak: counts only where it was met" if clause.weak else "",
            ),
        )
    )


def _outcome(judgement: Judgement) -> str:
    words = judgement.outcome.replace("_", " ")
    scored = "" if judgement.score is None else f", score {judgement.score:.2f}"
    proposed = " (proposed, for a person to confirm)" if judgement.proposed else ""
    return f"{words}{scored}, confidence {judgement.confidence:.2f}{proposed}"


def _moment(moment: Moment) -> Iterator[str]:
    yield f"  {moment.outcome.replace('_', ' ')}: {moment.note}"
    yield f'    {moment.opened.turn:3} "{moment.opened.quote}"'
    if moment.response is not None:
        yield f'    {moment.response.turn:3} "{moment.response.quote}"'
