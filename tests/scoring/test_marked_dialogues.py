"""Short calls marked by a person before any was scored; docs/accuracy.md has the first score."""

from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from scorer.call import Call, Turn
from scorer.scorecard import Evidence, Moment
from scorer.scoring.encoder_weights import find
from scorer.scoring.rubric import load
from scorer.scoring.score import score

DIALOGUES = YAML(typ="safe").load(Path(__file__).parent / "dialogues.yaml")
UNMARKED = {"lets_finish", "acknowledges"}  # they need times, or every "mm-hm" marked


def near(found: Evidence | None, turns: list[int]) -> bool:
    return found is not None and any(abs(found.turn - turn) <= 1 for turn in turns)


def compare(dialogue: dict[str, Any]) -> Counter[str]:
    turns = tuple(Turn(*line.split(": ", 1)) for line in dialogue["turns"])
    left: list[Moment] = [
        moment
        for judgement in score(Call(dialogue["name"], turns), load()).judgements
        for moment in judgement.moments
        if moment.outcome != "cannot_tell" and moment.criterion not in UNMARKED
    ]
    counts: Counter[str] = Counter()
    for marked in dialogue["moments"]:
        name, outcome, *places = marked.split()
        at = [int(place) for place in places]
        fits = [
            moment
            for moment in left
            if f"{moment.rubric}.{moment.criterion}" == name
            and moment.outcome == outcome
            and (near(moment.opened, at) or near(moment.response, at[1:]))
        ]
        counts["right" if fits else "missing"] += 1
        if fits:
            left.remove(fits[0])
    counts["unmarked"] = len(left)
    return counts


@pytest.mark.skipif(find() is None, reason="no encoder on this machine")
def test_three_in_four_are_found() -> None:
    total: Counter[str] = Counter()
    for dialogue in DIALOGUES:
        total += compare(dialogue)
    assert total["right"] + total["missing"] == 68
    assert total["right"] >= 0.75 * 68, total
    assert total["unmarked"] <= 14, total
