"""The project's own sample calls: what became of each, against what its script says."""

import json
from functools import cache
from pathlib import Path

import pytest
from spoken import CLOCK, outcome

from scorer.call import Call, Turn

SAMPLES = sorted((Path(__file__).parent.parent / "samples").glob("*.json"))
pytestmark = pytest.mark.skipif(
    not SAMPLES, reason="the sample calls are not made yet: make samples"
)


@cache
def told(path):
    return json.loads(path.read_text(encoding="utf-8"))


@cache
def found(path):
    turns = tuple(
        Turn(t["speaker"], t["text"], t["start"], t["end"], kind=t["kind"])
        for t in told(path)["turns"]
    )
    return outcome(Call(id=path.stem, turns=turns, metadata=CLOCK))


def test_resolution_and_effort():
    wrong = []
    for path in SAMPLES:
        truth, got = told(path)["outcome"], found(path)
        wrong += [(path.stem, got.resolution)] if got.resolution != truth["resolution"] else []
        for kind in ("repeat_contact", "asked_again"):
            wrong += [(path.stem, kind)] if got.effort[kind] is not truth[kind] else []
        if got.effort["transferred"] is not (truth["transfers"] > 0):
            wrong.append((path.stem, "transferred"))
    assert len(wrong) <= 0.1 * 4 * len(SAMPLES), wrong


def test_promises():
    true = hits = extra = 0
    for path in SAMPLES:
        truths = told(path)["outcome"]["promises"]
        got = list(found(path).promises)
        true += len(truths)
        for truth in truths:
            same = [
                promise
                for promise in got
                if promise.evidence.turn == truth["turn"]
                and promise.by == truth["by"]
                and (promise.when or "") in (truth["when"] or "as soon as possible")
                and (
                    promise.evidence.quote in truth["quote"]
                    or truth["quote"] in promise.evidence.quote
                )
            ]
            hits += bool(same)
            got = [promise for promise in got if promise not in same[:1]]
        extra += len(got)
    assert hits >= 0.9 * true, (hits, true)
    assert extra <= 0.1 * len(SAMPLES) + 1, extra


def test_customers_leave_as_the_scripts_say():
    better = {"grateful", "relieved", "satisfied", "reassured", "happy", "pleased"}
    for path in SAMPLES:
        if told(path)["outcome"]["end"] in better:
            assert found(path).parts["sentiment"]["change"] > 0, path.stem
