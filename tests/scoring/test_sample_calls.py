"""The sample calls' own truth: what a person marked is found, with the right outcome.

Read from the exact words, so that what is measured here is the rubrics and not the hearing. A
moment is invented where neither the script's marks have it nor those of two reviewers, who marked
the calls blind and by a guide; each of them finds 85 % of the script's marks and others beside.
"""

import json
from collections import Counter
from pathlib import Path
from typing import Any

from marked import REVIEWERS

from scorer.call import Call, Turn
from scorer.scorecard import Evidence, Moment
from scorer.scoring.rubric import Rubrics, load
from scorer.scoring.score import score

SAMPLES = sorted((Path(__file__).parent.parent / "samples").glob("*.json"))


def as_call(truth: dict[str, Any]) -> Call:
    turns = tuple(
        Turn(turn["speaker"], turn["text"], turn["start"], turn["end"], kind=turn["kind"])
        for turn in truth["turns"]
    )
    return Call(truth["name"], turns)


def near(marked: dict[str, Any] | None, found: Evidence | None) -> bool:
    return marked is not None and found is not None and abs(marked["turn"] - found.turn) <= 1


def same(marked: dict[str, Any], found: Moment) -> bool:
    if (marked["rubric"], marked["criterion"]) != (found.rubric, found.criterion):
        return False
    return (
        near(marked["opened"], found.opened)
        or near(marked["response"], found.response)
        or near(marked["response"], found.opened)
    )


def compare(truth: dict[str, Any], rubrics: Rubrics) -> Counter[str]:
    judgements = score(as_call(truth), rubrics).judgements
    left = [
        moment
        for judgement in judgements
        for moment in judgement.moments
        if moment.outcome != "cannot_tell"
    ]
    counts: Counter[str] = Counter()
    for marked in truth["moments"]:
        if marked["rubric"] not in rubrics.names:
            continue
        candidates = [moment for moment in left if same(marked, moment)]
        candidates.sort(key=lambda moment: moment.outcome != marked["outcome"])
        if not candidates:
            counts["absent"] += 1
            continue
        left.remove(candidates[0])
        counts["right" if candidates[0].outcome == marked["outcome"] else "wrong"] += 1
    counts["beside"] = len(left)
    counts["invented"] = sum(not reviewed(truth["name"], moment) for moment in left)
    return counts


def reviewed(call: str, found: Moment) -> bool:
    """Whether one of the reviewers marked a moment too."""
    at = [place.turn for place in (found.opened, found.response) if place is not None]
    for marks in REVIEWERS.values():
        for mark in marks[call]:
            name, outcome, *places = mark.removeprefix("? ").split()
            near = any(abs(int(one) - other) <= 1 for one in places for other in at)
            if (name, outcome) == (f"{found.rubric}.{found.criterion}", found.outcome) and near:
                return True
    return False


def test_marked_moments_are_found_and_few_are_invented() -> None:
    rubrics = load()
    total: Counter[str] = Counter()
    for path in SAMPLES:
        total += compare(json.loads(path.read_text()), rubrics)
    marked = total["right"] + total["wrong"] + total["absent"]
    assert marked > 100
    assert total["right"] >= 0.9 * marked, total
    assert total["invented"] <= 0.1 * marked, total
    assert total["beside"] <= 0.15 * marked, total
