"""What is found in short calls with known truth, and how often it is right."""

from functools import cache
from pathlib import Path

import pytest
from ruamel.yaml import YAML
from spoken import call, outcome

from scorer.outcome.effort import KINDS

HERE = Path(__file__).parent


@cache
def dialogues(name="dialogues.yaml"):
    return YAML(typ="safe", pure=True).load((HERE / name).read_text(encoding="utf-8"))


@cache
def found(name, place):
    return outcome(call(*dialogues(name)[place]["call"]))


def known(promise):
    """A promise in the form of the truth: who, what, when, due."""
    return promise.by, promise.what.lower(), promise.when or "-", promise.due or "-"


def same(got, true):
    by, what, when, *due = map(str, true)
    wanted = due[0] if due else "-"
    return (
        got[0] == by
        and what.lower() in got[1]
        and got[2] == when
        and (got[3] == wanted or got[3].startswith(wanted + "Z") or got[3][:16] == wanted)
    )


def test_there_are_enough_to_mean_something():
    assert len(dialogues()) >= 60
    assert len({dialogue["id"] for dialogue in dialogues()}) == len(dialogues())


@pytest.mark.parametrize("place", range(len(dialogues())), ids=[d["id"] for d in dialogues()])
def test_each_dialogue(place):
    truth, got = dialogues()[place], found("dialogues.yaml", place)
    assert got.resolution == truth["resolution"]
    promises = [known(promise) for promise in got.promises]
    assert len(promises) == len(truth["promises"]), promises
    for true in truth["promises"]:
        assert any(same(promise, true) for promise in promises), (true, promises)
    if truth["effort"] == "unknown":
        assert set(got.effort.values()) == {None}
    else:
        assert {kind for kind in KINDS if got.effort[kind]} == set(truth["effort"])


def test_every_quote_stands_in_its_turn():
    for place, truth in enumerate(dialogues()):
        spoken, got = call(*truth["call"]), found("dialogues.yaml", place)
        for quotes in got.evidence.values():
            for evidence in quotes:
                assert evidence.quote in spoken.turns[evidence.turn].text
