"""The outcome of a call, in place of handle time: what became of the customer and their need."""

from __future__ import annotations

from scorer.call import Call
from scorer.outcome.effort import KINDS, effort
from scorer.outcome.promises import promises
from scorer.outcome.resolution import resolution
from scorer.outcome.satisfaction import satisfaction
from scorer.outcome.sentiment import arc
from scorer.outcome.words import Words
from scorer.scorecard import Outcome
from scorer.scoring.rubric import Rubrics
from scorer.scoring.score import Scores


def measure(call: Call, scores: Scores, rubrics: Rubrics) -> Outcome:
    """Everything that is said of a call's outcome, each with the quotes it rests on.

    Where the speakers are not known nothing can be told of the customer: all is null. Only words
    and who said them are read; stretching all times changes nothing.
    """
    if not call.speakers_known:
        return Outcome(effort=dict.fromkeys(KINDS))
    words = Words(call, rubrics)
    made = promises(call)
    felt = arc(words)
    solved = resolution(words, made, felt)
    spent = effort(words, scores.judgements)
    likely = satisfaction(words, felt, solved, spent, scores.judgements)
    return Outcome(
        satisfaction=likely.value,
        resolution=solved.result,
        effort=spent.found,
        promises=made,
        parts={
            "satisfaction": likely.parts,
            "sentiment": {
                "start": felt.start,
                "end": felt.end,
                "change": felt.change,
                "points": felt.points,
            },
        },
        evidence={"resolution": solved.evidence, "sentiment": felt.evidence, **spent.evidence},
    )
