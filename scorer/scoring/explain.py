"""Why each moment was or was not found: a call, its cues and its moments, told line by line."""

from __future__ import annotations

from collections.abc import Iterator

from scorer.call import Call
from scorer.scorecard import Judgement, Moment
from scorer.scoring.rubric import Rubrics
from scorer.scoring.schema import Clause, Criterion
from scorer.scoring.score import score
from scorer.scoring.sentences import sentences
from scorer.scoring.talk import Conversation, Sighting

_TOLD = 0.2  # how surely a cue must be meant to be told of


def explain(call: Call, rubrics: Rubrics) -> Iterator[str]:
    """The call with the cues seen in each turn, then each criterion with what it looked for.

    For a criterion without a moment it says which of its cues were seen at all, so that a lead can
    tell a missing phrase from a missing opportunity.
    """
    scores = score(call, rubrics)
    conversation, seen = scores.conversation, scores.sightings
    judgements = {(one.rubric, one.criterion): one for one in scores.judgements}
    by_turn: dict[int, list[Sighting]] = {}
    for sightings in seen.values():
        for one in sightings:
            by_turn.setdefault(one.turn, []).append(one)
    for place, turn in enumerate(call.turns):
        yield f"{place:3} {turn.speaker}: {turn.text}"
        cues = sorted({one.cue for one in by_turn.get(place, ())})
        if cues:
            yield f"      cues: {', '.join(cues)}"
        yield from _meant(place, conversation, rubrics)
    for rubric in rubrics.rubrics:
        for criterion in rubric.criteria:
            judged = judgements[rubric.rubric, criterion.id]
            yield ""
            yield f"{rubric.rubric}.{criterion.id}: {_outcome(judged)}"
            yield f"  {criterion.question}"
            yield from _why(call, criterion, judged, {cue for cue, at in seen.items() if at})


def _meant(place: int, conversation: Conversation, rubrics: Rubrics) -> Iterator[str]:
    """What each sentence of a turn means, how surely, and the nearest example of it."""
    meanings = rubrics.cues.meanings
    if meanings is None:
        return
    side = conversation.sides[place]
    for sentence in sentences(conversation.readings[place]):
        said = conversation.turns[place].text[sentence.begin : sentence.end]
        strengths = meanings.strengths([sentence.plain])[0]
        known = meanings.cues.get("calls", ())
        for strength, cue in sorted(zip(strengths, known, strict=True), reverse=True):
            meaning = rubrics.cues.entries[cue].meaning
            if meaning and meaning.by in ("either", side) and strength >= _TOLD:
                example = meanings.nearest(sentence.plain, (*meaning.like, *meaning.calls))
                yield f'      meaning: {cue} {strength:.2f} "{said}", as in "{example}"'


def _outcome(judgement: Judgement) -> str:
    words = judgement.outcome.replace("_", " ")
    scored = "" if judgement.score is None else f", score {judgement.score:.2f}"
    proposed = " (proposed, for a person to confirm)" if judgement.proposed else ""
    return f"{words}{scored}, confidence {judgement.confidence:.2f}{proposed}"


def _why(call: Call, criterion: Criterion, judgement: Judgement, seen: set[str]) -> Iterator[str]:
    if not criterion.observable:
        yield f"  not heard on a call: {criterion.why_not}"
        return
    if not call.speakers_known:
        yield "  the parties could not be told apart"
        return
    for moment in judgement.moments:
        yield from _moment(moment)
    if judgement.moments:
        return
    for name, clauses in (
        ("opens with", criterion.opens),
        ("met by", criterion.meets),
        ("missed by", criterion.misses),
    ):
        for clause in clauses:
            yield f"  {name} {_clause(clause, seen)}"


def _moment(moment: Moment) -> Iterator[str]:
    yield f"  {moment.outcome.replace('_', ' ')}: {moment.note}"
    yield f'    {moment.opened.turn:3} "{moment.opened.quote}"'
    if moment.response is not None:
        yield f'    {moment.response.turn:3} "{moment.response.quote}"'


def _clause(clause: Clause, seen: set[str]) -> str:
    cues = [f"{cue} ({'seen' if cue in seen else 'not seen'})" for cue in clause.cue]
    where = "" if clause.where == "anywhere" else f", at the {clause.where}"
    return f"{' or '.join(cues)}, by the {clause.by}{where}"
