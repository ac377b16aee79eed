"""Reviewers teach the rubrics: changes to a criterion that their corrections speak for.

Nothing is learned that a lead could not have written. Tried are the reach, what follows from
silence, what decides, leaving out a cue, and how surely a cue by meaning must be meant. A changed
criterion goes by its rule alone, so a change must agree better with the reviewers than the
criterion as it is, and than its rule alone unchanged: on calls that it was not chosen on
(cross-validation), by more than luck, and with what it does to other corrected criteria counted.
What is found is proposed, as a new version of the rubric file for a person to accept.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from scorer.call import Call
from scorer.scorecard import Result
from scorer.scoring.cues import CueBook
from scorer.scoring.luck import by_chance, by_shuffling, moved
from scorer.scoring.moments import Sightings
from scorer.scoring.proposal import Proposal
from scorer.scoring.remedies import did_you_mean
from scorer.scoring.rubric import Rubrics
from scorer.scoring.schema import Criterion, RubricFile
from scorer.scoring.score import Scores, judge, score
from scorer.scoring.sightings import closure, sight
from scorer.scoring.variants import Variant, at_least_of, in_words, unheard, variants_of
from scorer.scoring.verdicts import settles

_FOLDS = 5
_FEWEST = 10  # calls on which one criterion was corrected; fewer say too little
_WORTHWHILE = 0.03  # gain in agreement on calls not chosen on, below which nothing is proposed
_LUCK = 0.05  # how likely any of the questions that are tried may come out better by chance

_NOW, _ALONE = 0, 1  # the places of what is no change: the criterion as it is, its rule alone


@dataclass(frozen=True, slots=True)
class Correction:
    """A reviewer's answer to one criterion of one call."""

    call: Call
    rubric: str
    criterion: str
    outcome: Result


@dataclass(frozen=True, slots=True)
class _Case:
    call: int  # which of the calls that were corrected
    scores: Scores
    outcome: Result
    now: Result  # what the criterion says as it is


@dataclass(frozen=True, slots=True)
class _Question:
    """A criterion that was corrected, with the corrections."""

    rubric: RubricFile
    criterion: Criterion
    rests_on: frozenset[str]  # all cues that its answers hang on
    cases: list[_Case] = field(default_factory=list)

    @property
    def name(self) -> str:
        return f"{self.rubric.rubric}.{self.criterion.id}"

    @property
    def tried(self) -> bool:
        return self.criterion.observable and len({one.call for one in self.cases}) >= _FEWEST


@dataclass(frozen=True, slots=True)
class _Tried:
    """What was tried on a question, and what each variant says.

    The variants begin with the two that change nothing (`_NOW`, `_ALONE`). Their answers are to
    its own cases, and after them to those of the `others` that rest on the same cues.
    """

    question: _Question
    variants: Sequence[Variant]
    others: Sequence[tuple[_Question, _Case]]
    told: Sequence[Sequence[Result]]

    @property
    def own(self) -> int:
        return len(self.question.cases)

    @property
    def outcomes(self) -> list[Result]:
        return [one.outcome for one in (*self.question.cases, *(case for _, case in self.others))]

    @property
    def right(self) -> list[list[bool]]:
        """Which answers of each variant are right."""
        outcomes = self.outcomes
        return [[says == one for says, one in zip(row, outcomes, strict=True)] for row in self.told]

    @property
    def heard(self) -> _Tried:
        """The same, without what changes answers whatever is said in a call."""
        left = [place for place, (change, _) in enumerate(self.variants) if not unheard(change)]
        variants = [self.variants[place] for place in left]
        return replace(self, variants=variants, told=[self.told[place] for place in left])


def propose(rubrics: Rubrics, corrections: Iterable[Correction]) -> tuple[Proposal, ...]:
    """What the corrections speak for, criterion by criterion, for those with enough of them.

    A change is held against the criterion as it is, with what verdicts make of it, and against its
    rule alone, by which it goes once changed. Of changes that touch the same corrected question
    only that stands which gains most: each was tried with all else as it is.
    """
    questions = _questions(rubrics, corrections)
    tried = [one for one in questions if one.tried]
    found = []
    for one in tried:
        told = _tried(rubrics.cues, one, [other for other in questions if other is not one])
        found.append(_proposal(rubrics, told, _LUCK / len(tried)))
    return _compatible(questions, found)


def untried(rubrics: Rubrics, corrections: Iterable[Correction]) -> Iterator[str]:
    """Of every criterion that was corrected and that `propose` passes over: why, in a line."""
    known = rubrics.criteria
    given: dict[str, set[Any]] = defaultdict(set)
    for one in corrections:
        given[f"{one.rubric}.{one.criterion}"].add(_identity(one.call))
    for name, calls in sorted(given.items()):
        if name not in known:
            yield f"{name}: there is no such criterion{did_you_mean(name, known)}"
        elif not known[name][1].observable:
            yield f"{name}: not tried: it cannot be heard on a call, so no rule answers it"
        elif len(calls) < _FEWEST:
            many = f"{len(calls)} call{'s' if len(calls) > 1 else ''}"
            yield f"{name}: not tried: corrected on {many}; {_FEWEST} different ones are needed"


def _questions(rubrics: Rubrics, corrections: Iterable[Correction]) -> list[_Question]:
    """The criteria that were corrected, in the order of the rubrics. What is said twice of a call
    counts once."""
    questions = {
        (rubric.rubric, one.id): _Question(
            rubric, one, frozenset(closure(rubrics.cues, one.cues)), []
        )
        for rubric, one in rubrics.criteria.values()
    }
    by_call: dict[Any, dict[tuple[str, str, Result], Correction]] = defaultdict(dict)
    for each in corrections:
        by_call[_identity(each.call)][each.rubric, each.criterion, each.outcome] = each
    some = sorted(by_call.values(), key=lambda one: _place(next(iter(one.values())).call))
    for number, said in enumerate(some):
        scores = score(next(iter(said.values())).call, rubrics)
        now = {(one.rubric, one.criterion): one.outcome for one in scores.judgements}
        for rubric, criterion, outcome in said:
            if question := questions.get((rubric, criterion)):
                case = _Case(number, scores, outcome, now[rubric, criterion])
                question.cases.append(case)
    return [one for one in questions.values() if one.cases]


def _tried(book: CueBook, question: _Question, rest: Sequence[_Question]) -> _Tried:
    """Every variant on every correction that it can change."""
    criterion = question.criterion
    as_is: Variant = ({}, criterion)
    variants = [as_is, as_is, *variants_of(criterion, book)]
    shared = {cue for change, _ in variants for cue in at_least_of(change)}
    others = [(one, case) for one in rest if shared & one.rests_on for case in one.cases]
    told = [[case.now for case in question.cases]]
    for change, variant in variants[_ALONE:]:
        told.append([_says(book, question, variant, case, change) for case in question.cases])
    for row, (change, _) in zip(told, variants, strict=True):
        for other, case in others:
            touched = other.rests_on & at_least_of(change).keys()
            by_rule = _says(book, other, other.criterion, case, change) if touched else case.now
            row.append(by_rule)
    return _Tried(question, variants, others, told)


def _proposal(rubrics: Rubrics, tried: _Tried, level: float) -> Proposal:
    """The best variant, where by more than luck it does better than either that changes nothing.

    What changes answers whatever is said in a call must gain more than on the same corrections
    shuffled among the calls: else some answer is only given more often, as reviewers do.
    """
    if _one_sided(tried):
        return _of_the_rest(rubrics, tried.heard, level)
    found = _of_the_rest(rubrics, tried, level)
    if not unheard(found.changed):
        return found
    told = [row[: tried.own] for row in tried.told]
    if by_shuffling(told, tried.outcomes[: tried.own], _ALONE + 1, level) <= level:
        return found
    other = _of_the_rest(rubrics, tried.heard, level)
    note = (
        f"{in_words(found.changed)} is not proposed: it gains no more than it would on the same "
        "corrections shuffled among the calls"
    )
    return other if other.changed else replace(other, notes=(note, *other.notes))


def _of_the_rest(rubrics: Rubrics, tried: _Tried, level: float) -> Proposal:
    """The best of some variants, where it does better by more than its share of the luck."""
    question, right, own = tried.question, tried.right, tried.own
    folds = _folds([*question.cases, *(case for _, case in tried.others)])
    chosen = [_best(right, own, folds, fold) for fold in range(_FOLDS)]
    held_out = [right[chosen[fold]][place] for place, fold in enumerate(folds)]
    gained, lost = moved(right[_NOW][:own], held_out[:own])
    before, after = sum(right[_NOW][:own]) / own, sum(held_out[:own]) / own
    best = _best(right, own, folds, None)
    change, also = tried.variants[best][0], tuple(_elsewhere(tried, best))
    # Folds share most calls, so that luck in all of them is luck in each: any variant may have it.
    level /= max(len({tuple(row[:own]) for row in tried.told} - {tuple(tried.told[_NOW][:own])}), 1)
    better = all(
        by_chance(*moved(right[as_is][:end], held_out[:end])) <= level
        for as_is in (_NOW, _ALONE)
        for end in (own, len(folds))  # itself, and with what becomes of the others
    )
    kept = Proposal(question.rubric.rubric, question.criterion.id, {}, before, before, own)
    if not (change and better and after >= before + _WORTHWHILE):
        return replace(kept, notes=(*_why_kept(tried, best, (gained, lost), level),))
    were_right = zip(question.cases, right[_NOW], right[best], strict=False)
    worse = {one.scores.conversation.call.id for one, was, now in were_right if was and not now}
    return replace(
        kept,
        changed=change,
        after=after,
        worse=tuple(sorted(worse)),
        gained=gained,
        lost=lost,
        also=also,
        notes=(*_by_rule(rubrics, question, change), *_cautions(tried)),
    )


def _why_kept(tried: _Tried, best: int, moves: tuple[int, int], level: float) -> Iterator[str]:
    """What a person should know of a question to which no change is proposed."""
    own, (gained, lost) = tried.own, moves
    now, alone = (row[:own] for row in tried.right[: _ALONE + 1])
    if sum(alone) - sum(now) >= _WORTHWHILE * own and by_chance(*moved(now, alone)) <= level:
        yield (
            f"its rule alone, as it stands, is right on {sum(alone)} of {own}, and on {sum(now)} "
            "with what reviewers would mark; no change does better than that by more than luck, "
            "and nothing is proposed: no setting makes a question go by its rule alone"
        )
    elif tried.variants[best][0] and gained > lost:
        told = f"the best change, {in_words(tried.variants[best][0])}, gained {gained} and lost "
        told += f"{lost} on calls that it was not chosen on"
        if by_chance(gained, lost) > level:
            yield f"{told}: that may be luck"
        elif also := list(_elsewhere(tried, best)):
            yield f"{told}, but also changes {'; '.join(also)}"
    yield from _cautions(tried, changed=False)


def _one_sided(tried: _Tried) -> bool:
    return len({one.outcome for one in tried.question.cases}) == 1


def _cautions(tried: _Tried, *, changed: bool = True) -> Iterator[str]:
    """What corrections cannot tell that are all alike."""
    if _one_sided(tried):
        yield (
            f"all corrections say {tried.outcomes[0]}, so another 'otherwise' or 'at_least' was not"
            " tried, and what a change spoils where another answer is right cannot be seen: correct"
            " such calls too"
        )
    if changed and not any(tried.right[_NOW][: tried.own]):
        yield (
            "the answer of now is right on none of these calls, so what a change spoils elsewhere "
            "cannot be seen: write down too where it is right"
        )


def _by_rule(rubrics: Rubrics, own: _Question, change: Mapping[str, Any]) -> Iterator[str]:
    """The questions that what reviewers would mark no longer settles, once a change is made."""
    by_verdicts = [name for name, settled in settles(rubrics).items() if settled]
    if own.name in by_verdicts:
        yield f"{own.name} goes by its rule alone from then on, not by what reviewers would mark"
    if surely := at_least_of(change):
        others = [
            name
            for name in by_verdicts
            if name != own.name
            and closure(rubrics.cues, rubrics.criteria[name][1].cues) & surely.keys()
        ]
        if others:
            yield f"so do others that rest on the same cue: {', '.join(others)}"


def _elsewhere(tried: _Tried, best: int) -> Iterator[str]:
    """What a change makes of other corrected questions, of those with any answer that changes."""
    own = tried.own
    moves: dict[str, list[tuple[bool, bool]]] = defaultdict(list)
    rows = zip(tried.others, tried.right[_NOW][own:], tried.right[best][own:], strict=True)
    for (other, _), was, now in rows:
        moves[other.name].append((was, now))
    for name, both in moves.items():
        if any(was != now for was, now in both):
            was, now = (sum(column) for column in zip(*both, strict=True))
            yield f"{name}: {was} -> {now} of {len(both)} right"


def _compatible(questions: Sequence[_Question], found: Sequence[Proposal]) -> tuple[Proposal, ...]:
    """The proposals, without those that touch a corrected question which a better one touches."""
    taken: dict[str, Proposal] = {}
    kept: dict[str, Proposal] = {one.name: one for one in found}
    for one in sorted(found, key=lambda each: each.lost - each.gained):
        if not one.changed:
            continue
        cues = at_least_of(one.changed).keys()
        touched = [one.name, *(each.name for each in questions if cues & each.rests_on)]
        if first := next((taken[name] for name in touched if name in taken), None):
            note = (
                f"{in_words(one.changed)} is held back: {first.name} has a proposal that changes "
                "the same answers; decide on that one, then look again"
            )
            kept[one.name] = replace(
                one,
                changed={},
                after=one.before,
                worse=(),
                gained=0,
                lost=0,
                also=(),
                notes=(note,),
            )
        else:
            taken.update(dict.fromkeys(touched, one))
    return tuple(kept.values())


def _folds(cases: Iterable[_Case]) -> list[int]:
    """The fold of each case: no call is both chosen on and held out, and folds are as even as can
    be. A question's own cases come first, so that others' calls do not move them."""
    places: dict[int, int] = {}
    return [places.setdefault(one.call, len(places)) % _FOLDS for one in cases]


def _says(
    book: CueBook, of: _Question, variant: Criterion, case: _Case, change: Mapping[str, Any]
) -> Result:
    """What a variant of a criterion, by its rule, says of a case."""
    seen = _seen(book, case, variant, change)
    return judge(of.rubric, variant, case.scores.conversation, seen, book.entries).outcome


def _seen(book: CueBook, case: _Case, criterion: Criterion, change: Mapping[str, Any]) -> Sightings:
    """What is sighted in a case once a change is made; only thresholds change that."""
    at_least, scores = at_least_of(change), case.scores
    if not at_least:
        return scores.sightings
    return sight(scores.conversation, book, criterion.cues, at_least, scores.spoken)


def _best(
    right: Sequence[Sequence[bool]], own: int, folds: Sequence[int], without: int | None
) -> int:
    """The variant that is right most often outside fold `without`; the earlier one in a draw.

    Harm to others, whose answers stand from `own` on, is taken off. Good done to them is not what
    a question is changed for.
    """
    rest = [place for place, fold in enumerate(folds) if fold != without]
    here, there = ([place for place in rest if (place < own) == side] for side in (True, False))
    as_is = sum(right[_NOW][place] for place in there)
    counts = [
        sum(row[place] for place in here) + min(sum(row[place] for place in there) - as_is, 0)
        for row in right
    ]
    return counts.index(max(counts))


def _identity(call: Call) -> Any:
    """What makes two calls the same."""
    return call.id, call.turns


def _place(call: Call) -> str:
    """An order of calls that does not depend on how they were listed, for the folds."""
    return hashlib.sha256(call.id.encode()).hexdigest()
