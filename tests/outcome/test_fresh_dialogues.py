"""Calls that were written before anything was run on them: how many are read as they are meant.

Each set was scored once before it was looked at (docs/accuracy.md has those figures). Since then
its words are in view, so here nearly all must be right.
"""

import re
from functools import cache
from pathlib import Path

from ruamel.yaml import YAML
from spoken import CLOCK, call, outcome

from scorer.outcome.effort import KINDS


def read_calls(name):
    return YAML(typ="safe", pure=True).load((Path(__file__).parent / name).read_text("utf-8"))


CALLS = read_calls("fresh_dialogues.yaml")
_LEAD = re.compile(
    r"^(?:by|on|at|in|within|before|for|from|the|around|about|after|until|any time)\s+", re.I
)


@cache
def read(place):
    truth = CALLS[place]
    clock = CLOCK
    if "start" in truth:
        clock = {"start": str(truth["start"]), "time zone": truth["zone"]}
    return outcome(call(*truth["call"], metadata=clock))


def bare(when):
    when = (when or "-").lower().strip(" .,")
    while _LEAD.match(when):
        when = _LEAD.sub("", when)
    return when


def names_it(promise, who, what):
    return promise.by == who and any(w.lower() in promise.what.lower() for w in what.split("|"))


def in_time(promise, when, due):
    """Whether the time is the one that was named, and falls due when it should."""
    said, words = bare(promise.when), [bare(one) for one in str(when).split("|")]
    named = said in words or any("-" not in (said, w) and (w in said or said in w) for w in words)
    return named and any((promise.due or "-").startswith(d) for d in str(due).split("|"))


def compared(place):
    """(promises that are right, promises that were made, promises that were not) of one call."""
    truth, left = CALLS[place], list(read(place).promises)
    right = 0
    for who, what, when, due in truth["promises"]:
        named = [p for p in left if names_it(p, who, what)]
        exact = [p for p in named if in_time(p, when, due)]
        right += bool(exact)
        for taken in (exact or named)[:1]:
            left.remove(taken)
    optional = truth.get("optional", ())
    false = [p for p in left if not any(names_it(p, *may) for may in optional)]
    return right, len(truth["promises"]), len(false)


def right_resolution(place):
    truth = CALLS[place]
    wanted = (truth["resolution"], *truth.get("optional_resolution", ()))
    return read(place).resolution in wanted


def effort_found(place):
    """(kinds that are found, kinds there are, kinds found that are not there) of one call."""
    truth, got = CALLS[place], read(place).effort
    asked = [kind for kind in KINDS if kind not in truth.get("optional_effort", ())]
    true = [kind for kind in asked if kind in truth["effort"]]
    seen = [kind for kind in asked if got[kind]]
    return len({*true} & {*seen}), len(true), len({*seen} - {*true})


def wrong_effort(place):
    truth, got = CALLS[place], read(place).effort
    asked = [kind for kind in KINDS if kind not in truth.get("optional_effort", ())]
    return [kind for kind in asked if bool(got[kind]) != (kind in truth["effort"])]


def test_the_calls_are_many_and_each_is_its_own():
    assert len(CALLS) == len({truth["id"] for truth in CALLS}) >= 160


def test_what_became_of_the_need():
    wrong = [
        (truth["id"], read(place).resolution)
        for place, truth in enumerate(CALLS)
        if not right_resolution(place)
    ]
    assert len(wrong) <= 0.03 * len(CALLS), wrong


def test_promises_are_found_with_who_what_and_when():
    found = [compared(place) for place in range(len(CALLS))]
    right, true, false = (sum(column) for column in zip(*found, strict=True))
    assert right >= 0.97 * true, (right, true)
    assert false <= 0.03 * len(CALLS), false


def test_effort():
    wrong = [(CALLS[p]["id"], kinds) for p in range(len(CALLS)) if (kinds := wrong_effort(p))]
    assert len(wrong) <= 0.03 * len(CALLS), wrong
