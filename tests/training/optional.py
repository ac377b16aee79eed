"""Teaches what reviewers would mark by the optional rubrics: `python -m tests.training.optional`
(twenty minutes, two cores).

The networks that `verdicts` taught read a call for the default rubrics. What they make of a block
on the way, before they weigh it for each criterion, tells most of what the optional rubrics ask as
well. So they stay as they are, and a logistic regression is solved on top for each further outcome;
beside it the network that reads blocks gets some more units, which only these outcomes go by. That
takes far fewer marked calls (`optional/`, of calls in `marked/`, by `optional/GUIDE.md`). Run it
after `tests.training.verdicts`; it needs the same.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from ruamel.yaml import YAML
from tqdm import tqdm

from scorer.call import Turn
from scorer.paths import shipped
from scorer.scoring.blocks import around
from scorer.scoring.marks import TAUGHT, Row, taught
from scorer.scoring.moments import MARKED
from scorer.scoring.networks import by_block, by_call, standard
from scorer.scoring.rubric import available, load
from tests.training import single_blocks
from tests.training.lessons import Marked
from tests.training.marked_calls import (
    HERE,
    ONCE,
    USUALLY_APART,
    LookedAt,
    Read,
    aims_of,
    as_sure,
    by_name,
    held_out,
    marks_of,
    read,
    rows_of,
    rows_so_far,
    side_of,
    turns_of,
)

EACH = (  # marked each time; all others once in a call
    "expectations.how_long", "expectations.at_what_cost", "complaint_handling.heard_out",
    "complaint_handling.not_defended_against", "empowerment.says_yes", "empowerment.bends_a_rule",
    "empowerment.decides_alone", "service_recovery.no_looking_for_blame",
    "seven_cs.caring_attitude", "seven_cs.compressed_cycle_times", "quality_practices.flexible",
    "quality_practices.updates_on_status", "quality_practices.refers_on_when_unable",
    "quality_practices.treats_colleagues_as_customers", "seven_cs.call_once",
)  # fmt: skip
APART = {"seven_cs.committed_follow_through": 0, **dict.fromkeys(EACH, USUALLY_APART)}
BEGUN = "service_recovery.responsibility_and_speed"
EPOCHS, RATE, DECAY, BATCH, UNSEEN = 20, 2e-3, 1.0, 256, 0.3
FARTHEST = 6.0  # standard deviations
OF_CRITERIA = ("criteria", "definitions", "at_least", "apart", "sides", "marked")


@dataclass(frozen=True)
class Lesson(Marked):
    """A call as it teaches, and what the networks make of its blocks."""

    states: np.ndarray  # [shape=(blocks, states)]


def main() -> None:
    options = argparse.ArgumentParser()
    options.add_argument("--as-sure", metavar="FILE", help="what was written before, to be as sure")
    chosen = options.parse_args()
    rubrics, known = load(shipped("rubrics"), available(shipped("rubrics"))), taught()
    assert known is not None, "run tests.training.verdicts first"
    looked_at = LookedAt(known.meant, known.seen, known.ruled)
    marked_so = [(turns, with_a_fault(marks)) for turns, marks in optional_calls()]
    named = {mark.removeprefix("? ").split()[0] for _, marks in marked_so for mark in marks}
    asked = [name for name in rubrics.criteria if name in named]
    calls = [
        read(rubrics, turns, list(marks_of(marks, len(turns), asked)), looked_at)
        for turns, marks in tqdm(marked_so, desc="reading", mininterval=20)
    ]
    sides = [side_of(calls, criterion) for criterion in range(len(asked))]
    found = as_first_taught()
    lessons = [laid_out(found, call, sides) for call in calls]
    apart = {name: APART.get(name, ONCE) for name in asked}
    if chosen.as_sure:
        rows = as_sure(rows_so_far(rubrics, asked, calls, sides, apart), chosen.as_sure, asked)
    else:
        rows = rows_of(rubrics, asked, calls, held_out(lessons, learn, More.told), sides, apart)
    write(found, asked, rows, learn(lessons))


def optional_calls() -> Iterator[tuple[list[Turn], list[str]]]:
    """Every call's turns and marks: those of `marked/` that were marked anew, and others."""
    marks: dict[str, list[str]] = {}
    for path in sorted((HERE / "optional").glob("*.txt")):
        marks |= by_name(path)
    yaml = YAML(typ="safe", pure=True)
    for path in sorted((HERE / "marked").glob("*.yaml")):
        for call in yaml.load(path):
            if call["name"] in marks:
                yield turns_of(call), marks[call["name"]]
    for path in sorted((HERE / "optional").glob("*.yaml")):
        for call in yaml.load(path):
            yield turns_of(call), call["moments"]


def with_a_fault(lines: Sequence[str]) -> list[str]:
    """The marks of a call. That a repair was begun is argued about where nothing else says that
    the company had something to repair."""
    faults = [one for one in lines if one.startswith(("service_recovery.", "complaint_handling."))]
    alone = all(one.startswith(BEGUN) for one in faults)
    return [f"? {one}" if alone and one.startswith(BEGUN) else one for one in lines]


def as_first_taught() -> dict[str, Any]:
    """What `verdicts` wrote, without anything that was added here."""
    with np.load(shipped("scoring") / Path(TAUGHT).name, allow_pickle=False) as kept:
        found = {name: kept[name] for name in kept.files}
    first = len(found["ruled"])
    for name in OF_CRITERIA:
        found[name] = found[name][:first]
    for name in ("block.second", "block.direct", "block.base", "call.second", "call.base"):
        found[name] = found[name][..., : first * len(MARKED)]
    own = found["block.second"].any(axis=1)  # what was added tells nothing of the first criteria
    for name in ("block.first", "block.first_base"):
        found[name] = found[name][..., own]
    found["block.second"] = found["block.second"][own]
    return found


def laid_out(found: Mapping[str, Any], call: Read, sides: Sequence[str]) -> Lesson:
    """A call as it teaches. Its `states` are what both networks would weigh for each criterion."""
    points = standard(call.features, found["block.mean"], found["block.scale"])
    block, whole = _unweighed(found, "block"), _unweighed(found, "call")
    block["direct"] = np.zeros((points.shape[1], len(block["base"])), np.float32)
    states = by_block(block, points), by_call(whole, call.lines, around(points))[0]
    points = points.astype(np.float16)
    return Lesson(call.lines, points, *aims_of(call, sides), np.concatenate(states, axis=1))


def _unweighed(found: Mapping[str, Any], network: str) -> dict[str, Any]:
    """A network whose sums are what its last weights would be held against."""
    own = [name for name in found if name.startswith(f"{network}.")]
    kept = {name.removeprefix(f"{network}."): found[name].astype(np.float32) for name in own}
    states = len(kept["second"])
    return {**kept, "second": np.eye(states, dtype=np.float32), "base": np.zeros(states, "f4")}


@dataclass(frozen=True)
class More:
    """What tells further outcomes: the mean of both."""

    weights: np.ndarray  # of the states [shape=(states, outputs)],
    base: np.ndarray  # and what is added
    block: dict[str, Any]  # a network of its own that reads blocks

    def told(self, lesson: Lesson) -> np.ndarray:
        """The sums of a call's blocks."""
        solved: np.ndarray = lesson.states @ self.weights + self.base
        return (solved + single_blocks.told(self.block, lesson)) / 2


def learn(lessons: Sequence[Lesson]) -> More:
    """From marked calls."""
    return More(*solve(lessons), single_blocks.learn(lessons, 0, beginnings=1))


def solve(lessons: Sequence[Lesson]) -> tuple[np.ndarray, np.ndarray]:
    """The weights of states and a base for each output, by logistic regression (Adam, as Kingma &
    Ba 2015 have it, and some of the states left out at each step)."""
    states, aims, counts = (
        np.concatenate([getattr(one, name) for one in lessons]).astype(np.float32)
        for name in ("states", "aims", "counts")
    )
    mean, spread = states.mean(axis=0), np.maximum(states.std(axis=0), 0.02)
    states = np.clip((states - mean) / spread, -FARTHEST, FARTHEST)
    chance, many = np.random.RandomState(0), len(states)
    found = np.zeros((states.shape[1] + 1, aims.shape[1]), np.float32)  # the base comes last
    found[-1] = -4.0
    pace, size = np.zeros_like(found), np.zeros_like(found)
    steps = EPOCHS * (many // BATCH)
    for step in range(1, steps + 1):
        rows = chance.randint(0, many, BATCH)
        left = chance.rand(BATCH, states.shape[1]) >= UNSEEN
        some = np.append(states[rows] * left / (1 - UNSEEN), np.ones((BATCH, 1)), axis=1)
        some = some.astype(np.float32)
        wrong = (1 / (1 + np.exp(-(some @ found))) - aims[rows]) * counts[rows]
        slope = some.T @ wrong / BATCH
        pace, size = 0.9 * pace + 0.1 * slope, 0.999 * size + 0.001 * slope**2
        rate = RATE * min(1, step / 50) * (1 + np.cos(np.pi * step / steps)) / 2
        found -= rate * (pace / (1 - 0.9**step)) / (np.sqrt(size / (1 - 0.999**step)) + 1e-8)
        found[:-1] *= 1 - rate * DECAY
    weights = found[:-1] / spread[:, None]
    return weights, found[-1] - mean @ weights


def write(found: dict[str, Any], asked: Sequence[str], rows: Sequence[Row], more: More) -> None:
    """What was first taught, and what tells further criteria beside it."""
    own = len(found["block.second"])
    units = np.zeros((len(more.block["first_base"]), found["block.second"].shape[1]), np.float16)
    found["block.second"] = np.concatenate([found["block.second"], units])
    for name, further in (
        ("block.first", more.block["first"]),
        ("block.first_base", more.block["first_base"]),
        ("block.second", np.concatenate([more.weights[:own], more.block["second"]])),
        ("block.direct", more.block["direct"]),
        ("block.base", more.block["base"]),
        ("call.second", more.weights[own:]),
        ("call.base", more.base),
    ):
        found[name] = np.concatenate([found[name], np.asarray(further, np.float16)], axis=-1)
    digests, sides = [row.definition for row in rows], [row.side for row in rows]
    apart, marked = [row.apart for row in rows], [row.marked for row in rows]
    # No margin: what is hardly sure counts for nothing in any case.
    further = (list(asked), digests, [row.at_least for row in rows], apart, sides, marked)
    for name, of_each in zip(OF_CRITERIA, further, strict=True):
        found[name] = np.array([*found[name].tolist(), *of_each])
    place = shipped("scoring") / Path(TAUGHT).name
    np.savez_compressed(place, **found)
    print(f"{place}: {len(asked)} more criteria, {place.stat().st_size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
