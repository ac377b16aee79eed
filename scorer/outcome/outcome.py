"""The outcome of a call, in place of handle time: what became of the customer and their need."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from scorer.call import Call
from scorer.outcome.calibrate import Calibration, predict
from scorer.outcome.effort import KINDS, effort
from scorer.outcome.grades import grades
from scorer.outcome.loyalty import loyalty
from scorer.outcome.promises import ledger
from scorer.outcome.registers import registers
from scorer.outcome.resolution import resolution
from scorer.outcome.satisfaction import parts_of
from scorer.outcome.sentiment import Arc, arc
from scorer.outcome.words import Words
from scorer.scorecard import Outcome
from scorer.scoring.rubric import Rubrics
from scorer.scoring.score import Scores


def measure(
    call: Call, scores: Scores, rubrics: Rubrics, calibration: Calibration | None = None
) -> Outcome:
    """Everything that is said of a call's outcome, each with the quotes it rests on.

    `calibration` is the centre's own, from its surveys. Where the speakers are not known nothing
    can be told of the customer: all is null. No duration weighs anything. Times enter by what they
    tell of: whether somebody was interrupted (a moment of the scores), whether a hold was heard,
    which words are a nod while the other talks on. `Call.duration` tells a recording, which may be
    cut short, from a chat.

    `Outcome.parts` holds what a page draws: `satisfaction` (name -> contribution to 0.5),
    `sentiment` (start, end, change, points), `loyalty` (name -> bool or None) and `grades`.
    """
    if not call.speakers_known:
        return Outcome(effort=dict.fromkeys(KINDS))
    words = Words(call, rubrics, scores.conversation)
    made = ledger(call, words)
    felt = arc(words)
    # what is only promised for the case that something goes wrong, nobody waits for yet
    solved = resolution(words, [one.promise for one in made if not one.under], felt)
    spent = effort(words, scores.judgements)
    loyal = loyalty(words)
    parts = parts_of(words, felt, solved, spent, scores.judgements)
    value, interval = (None, None) if parts is None else predict(parts, calibration)
    return Outcome(
        satisfaction=value,
        satisfaction_interval=interval,
        resolution=solved.result,
        effort=spent.found,
        promises=tuple(one.promise for one in made),
        moments=registers(words, solved),
        parts={
            "satisfaction": parts or {},
            "sentiment": _drawn(felt),
            "loyalty": loyal.found,
            "grades": asdict(grades(solved, spent, felt, scores.criteria)),
        },
        evidence={
            "resolution": solved.evidence,
            "sentiment": felt.evidence,
            **spent.evidence,
            **loyal.evidence,
        },
    )


def _drawn(felt: Arc) -> dict[str, Any]:
    return {"start": felt.start, "end": felt.end, "change": felt.change, "points": felt.points}
