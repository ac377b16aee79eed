"""A call and its rubrics made into judgements. Pure: the same call always scores the same."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

from scorer.call import Call
from scorer.scorecard import Evidence, Judgement, Moment, Result, RubricScore
from scorer.scoring import shown
from scorer.scoring.moments import Sightings, Valued, moments_of
from scorer.scoring.rubric import Rubrics
from scorer.scoring.schema import Criterion, CueEntry, RubricFile
from scorer.scoring.sightings import sight
from scorer.scoring.spoken import Spoken
from scorer.scoring.talk import Conversation
from scorer.scoring.verdicts import Found, read_by_verdicts, settle

_MET, _MISSED = 0.75, 0.25  # a score from here up is met, from here down missed, between partly
_EVIDENCE = 6  # quotes for a judgement; a reviewer reads no more


@dataclass(frozen=True, slots=True)
class Scores:
    """Each rubric as a whole, by name, and every judgement that it rests on."""

    criteria: Mapping[str, RubricScore]
    judgements: tuple[Judgement, ...]
    conversation: Conversation = field(repr=False, compare=False)  # as it was read for them,
    spoken: Spoken = field(repr=False, compare=False)  # its sentences,
    sightings: Sightings = field(repr=False, compare=False)  # and what was seen in it


def score(call: Call, rubrics: Rubrics) -> Scores:
    """Judge `call` on every criterion of `rubrics`.

    Only the words, their order and their timing are read. Names, titles and pronouns are made
    alike before anything is looked for, and `call.metadata` is not looked at.
    """
    conversation = Conversation(call)
    spoken = Spoken(conversation, rubrics.cues)
    wanted = cues_of(rubrics.rubrics) | read_by_verdicts(rubrics.cues)
    sightings = sight(conversation, rubrics.cues, wanted, spoken=spoken)
    found = moments_found(rubrics, conversation, spoken, sightings)
    criteria: dict[str, RubricScore] = {}
    judgements: list[Judgement] = []
    for rubric in rubrics.rubrics:
        answers = [
            judgement(rubric, one, conversation, found[rubric.rubric, one.id])
            for one in rubric.criteria
        ]
        judgements += answers
        how_much, where = shown.strength(rubric.shown, conversation, sightings, spoken)
        criteria[rubric.rubric] = _whole(answers, how_much, where)
    return Scores(MappingProxyType(criteria), tuple(judgements), conversation, spoken, sightings)


def cues_of(rubrics: Iterable[RubricFile]) -> frozenset[str]:
    """Every cue that these rubrics ask for."""
    return frozenset(
        cue
        for rubric in rubrics
        for cues in (rubric.shown.cues, *(one.cues for one in rubric.criteria))
        for cue in cues
    )


def moments_found(
    rubrics: Rubrics, conversation: Conversation, spoken: Spoken, sightings: Sightings
) -> Found:
    """The moments of every criterion: by its rule, and as verdicts settle what rules found."""
    cues = rubrics.cues.entries
    found = {
        (rubric.rubric, one.id): moments_of(rubric.rubric, one, conversation, sightings, cues)
        for rubric in rubrics.rubrics
        for one in rubric.criteria
    }
    return settle(found, rubrics, conversation, spoken, sightings)


def judge(
    rubric: RubricFile,
    criterion: Criterion,
    conversation: Conversation,
    sightings: Sightings,
    cues: Mapping[str, CueEntry],
) -> Judgement:
    """The answer to one criterion by its rule alone."""
    found = moments_of(rubric.rubric, criterion, conversation, sightings, cues)
    return judgement(rubric, criterion, conversation, found)


def judgement(
    rubric: RubricFile,
    criterion: Criterion,
    conversation: Conversation,
    found: tuple[Valued, ...],
) -> Judgement:
    """The answer to one criterion, whose moments are these."""
    call = conversation.call
    untimed = criterion.needs_times and all(turn.end is None for turn in call.turns)
    if not criterion.observable or not call.speakers_known or not call.turns:
        return _judgement(rubric, criterion, "cannot_tell", None, ())
    if untimed:
        # Without times, only what the words themselves say can be judged.
        found = tuple(one for one in found if one.moment.outcome != "met")
        if not found:
            return _judgement(rubric, criterion, "cannot_tell", None, ())
    # Beside what was heard, what could not be is no answer; where nothing was, once says it.
    told = tuple(one for one in found if one.moment.outcome != "cannot_tell")
    found = told or found[:1]
    values = [one.value for one in found if one.value is not None]
    if not values:
        outcome: Result = "cannot_tell" if found else "no_opportunity"
        return _judgement(rubric, criterion, outcome, None, found)
    value = round(_combined(criterion, values), 4)
    return _judgement(rubric, criterion, _outcome(value), value, found)


def _outcome(value: float) -> Result:
    """What a score, as it is shown, comes to."""
    return "met" if value >= _MET else "missed" if value <= _MISSED else "partly"


def _combined(criterion: Criterion, values: Sequence[float]) -> float:
    match criterion.combine:
        case "best":
            return max(values)
        case "worst":
            return min(values)
        case _:
            return math.fsum(values) / len(values)


def _judgement(
    rubric: RubricFile,
    criterion: Criterion,
    outcome: Result,
    value: float | None,
    found: Sequence[Valued],
) -> Judgement:
    # What counts for nothing stands beside what counts, and speaks only where nothing does.
    counted = [one.moment for one in found if one.value is not None]
    moments = tuple(one.moment for one in found)
    quotes = [
        evidence
        for moment in counted or moments
        for evidence in (moment.opened, moment.response)
        if evidence is not None
    ]
    return Judgement(
        rubric=rubric.rubric,
        criterion=criterion.id,
        outcome=outcome,
        score=value,
        confidence=_confidence(outcome, counted or moments),
        evidence=tuple(dict.fromkeys(quotes))[:_EVIDENCE],
        moments=moments,
        weight=criterion.weight,
        critical=criterion.critical,
        proposed=criterion.critical and outcome == "missed",
    )


def _confidence(outcome: Result, moments: Sequence[Moment]) -> float:
    if not moments:
        return 0.0 if outcome == "cannot_tell" else 1.0
    return round(math.fsum(moment.confidence for moment in moments) / len(moments), 4)


def _whole(
    answers: Sequence[Judgement], how_much: float, where: tuple[Evidence, ...]
) -> RubricScore:
    """A rubric's score: the weighted mean of what could be judged.

    A critical miss is left out until a person has confirmed it: the machine only proposes.
    """
    scored = [one for one in answers if one.score is not None and not one.proposed]
    proposed = any(one.proposed for one in answers)
    quotes = tuple(
        dict.fromkeys(
            (*where, *(quote for one in answers if one.score is not None for quote in one.evidence))
        )
    )
    if not scored:
        untold = proposed or any(one.outcome == "cannot_tell" for one in answers)
        outcome: Result = "cannot_tell" if untold else "no_opportunity"
        confidence = 0.0 if untold else 1.0
        return RubricScore(None, how_much, outcome, confidence, quotes[:_EVIDENCE])
    weight = math.fsum(one.weight for one in scored)
    value = round(math.fsum(one.weight * (one.score or 0.0) for one in scored) / weight, 4)
    confidence = math.fsum(one.weight * one.confidence for one in scored) / weight
    confidence = round(confidence, 4)
    return RubricScore(value, how_much, _outcome(value), confidence, quotes[:_EVIDENCE])
