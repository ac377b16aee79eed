"""Calls in which every moment is marked, as networks read them and as a scoring is held against
them; see `verdicts` and `optional`, which teach by them."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
from ruamel.yaml import YAML
from tqdm import tqdm

from scorer.call import Call, Turn
from scorer.paths import shipped
from scorer.scoring.blocks import blocks_of, features, lines_of
from scorer.scoring.marks import Row, chosen, definition, hundredths
from scorer.scoring.moments import MARKED, moments_of
from scorer.scoring.networks import Lines
from scorer.scoring.rubric import Rubrics
from scorer.scoring.sightings import sight
from scorer.scoring.spoken import Spoken
from scorer.scoring.talk import Conversation

Lesson = TypeVar("Lesson")
Nets = TypeVar("Nets")
HERE = Path(__file__).parent
ONCE = 999  # blocks: once in a call
USUALLY_APART = 2
FEWEST = 15  # marks of an outcome that reviewers mark at all
PARTS = 5
BESIDE = 0.5  # what a moment that nobody marked costs, against one that is found
MARGIN = 0.1  # by which new calls are harder than those of the writers that taught
STEPS = np.array([0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5, 0.55, 0.6, 0.7, 0.8])


@dataclass(frozen=True)
class Mark:
    """What a reviewer marked, at which turns; the last of them decides."""

    criterion: int
    outcome: int
    places: tuple[int, ...]
    argued: bool


@dataclass
class Read:
    """A marked call as the networks see it."""

    features: np.ndarray  # [shape=(blocks, features)]
    lines: Lines
    first: list[int]  # each block's first turn
    block: list[int]  # each turn's block
    sides: list[str]  # of each block,
    speakers: list[str]  # and who
    marks: list[Mark]
    said: list[str]  # the sentences of `lines`, as they are read


@dataclass(frozen=True)
class LookedAt:
    """What networks look at in a call: cues by meaning, cues of every kind, rules' moments."""

    meant: Sequence[str]
    seen: Sequence[str]
    ruled: Sequence[str]


def marked_calls() -> Iterator[tuple[list[Turn], list[str]]]:
    """Every call's turns and marks."""
    for path in sorted((HERE / "marks").glob("*.txt")):
        marks = by_name(path)
        for number, turns in enumerate(_labelled(path.stem), 1):
            if f"{number:02}" in marks:
                yield turns, marks[f"{number:02}"]
    for path in sorted((HERE / "marked").glob("*.yaml")):
        for call in YAML(typ="safe", pure=True).load(path):
            yield turns_of(call), call["moments"] or []


def turns_of(call: Mapping[str, Any]) -> list[Turn]:
    """The turns of a call as its file has them."""
    return [Turn(*line.split(": ", 1)) for line in call["turns"]]


def by_name(path: Path) -> dict[str, list[str]]:
    """The marks of each call of a file, by what stands after its "# "."""
    found: dict[str, list[str]] = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.startswith("# "):
            marks = found.setdefault(line[2:], [])
        else:
            marks.append(line)
    return found


def _labelled(stem: str) -> Iterator[list[Turn]]:
    """The calls of one file of `rubrics/calls`, sentences of one speaker joined to turns."""
    (path,) = shipped("rubrics/calls").glob(f"*/{stem}.txt")
    for call in re.split(r"^# .*\n", path.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]:
        turns: list[list[str]] = []
        for line in filter(None, call.splitlines()):
            party, said = line.partition(" || ")[0].split(": ", 1)
            if turns and turns[-1][0] == party:
                turns[-1].append(said)
            else:
                turns.append([party, said])
        names = {"A": "agent", "C": "customer"}
        yield [Turn(names[party], " ".join(said)) for party, *said in turns]


def read(
    rubrics: Rubrics,
    turns: Sequence[Turn],
    marks: Sequence[Mark],
    looked_at: LookedAt,
) -> Read:
    talk = Conversation(Call("call", tuple(turns)))
    spoken, blocks = Spoken(talk, rubrics.cues), blocks_of(talk)
    sightings = sight(talk, rubrics.cues, looked_at.seen, spoken=spoken)
    found = [
        moments_of(rubric.rubric, criterion, talk, sightings, rubrics.cues.entries)
        for rubric, criterion in (rubrics.criteria[name] for name in looked_at.ruled)
    ]
    ruled = [[one.moment for one in some] for some in found]
    lines = lines_of(blocks, spoken)
    return Read(
        np.concatenate(
            list(features(blocks, spoken, sightings, looked_at.meant, looked_at.seen, ruled))
        ),
        lines,
        [one.turns[0] for one in blocks],
        list(talk.blocks),
        [one.side for one in blocks],
        [turns[one.turns[0]].speaker for one in blocks],
        list(marks),
        [spoken.sentences[number][1].plain for number in lines.number],
    )


def marks_of(lines: Sequence[str], turns: int, criteria: Sequence[str]) -> Iterator[Mark]:
    """The marks of a call of so many turns, of some criteria."""
    for line in lines:
        name, outcome, *places = line.removeprefix("? ").split()
        at = tuple(int(place) for place in places if int(place) < turns)
        if name in criteria and outcome in MARKED and at:
            argued = line.startswith("? ")
            yield Mark(criteria.index(name), MARKED.index(outcome), at, argued)


def side_of(calls: Sequence[Read], criterion: int) -> str:
    """Whose words decide a criterion, as most marks have it; the agent's where there are none."""
    said: dict[str, int] = defaultdict(int)
    for call in calls:
        for mark in call.marks:
            if mark.criterion == criterion:
                said[call.sides[call.block[mark.places[-1]]]] += 1
    return max(said, key=lambda side: said[side], default="agent")


def aims_of(call: Read, sides: Sequence[str]) -> tuple[np.ndarray, np.ndarray]:
    """What each block is to be told as, and which of that counts."""
    aims = np.zeros((len(call.first), len(sides), len(MARKED)), np.float32)
    counts = np.ones_like(aims)
    for criterion, side in enumerate(sides):
        counts[[other != side for other in call.sides], criterion] = 0
    for mark in call.marks:
        place = _decided(call, mark, sides[mark.criterion])
        if place is None:
            continue
        if mark.argued:
            counts[place, mark.criterion] = 0
        else:
            aims[place, mark.criterion, mark.outcome] = 1
    return aims.reshape(len(aims), -1), counts.reshape(len(aims), -1)


def _decided(call: Read, mark: Mark, side: str) -> int | None:
    """The block in which a mark was decided, by the side whose words decide it."""
    last = call.block[mark.places[-1]]
    near = [*(call.block[turn] for turn in reversed(mark.places)), last + 1, last - 1]
    return next((p for p in near if 0 <= p < len(call.sides) and call.sides[p] == side), None)


def held_out(
    made: Sequence[Lesson],
    learn: Callable[[Sequence[Lesson]], Nets],
    told: Callable[[Nets, Lesson], Any],
) -> list[Any]:
    """How surely each call's blocks are marked by networks that the other parts of the calls taught
    [each shape=(blocks, criteria, 3)]."""
    part = np.random.RandomState(0).randint(0, PARTS, len(made))
    each: list[Any] = [None] * len(made)
    for held in tqdm(range(PARTS), desc="held out", mininterval=20):
        nets = learn([one for one, own in zip(made, part, strict=True) if own != held])
        for place in np.flatnonzero(part == held):
            sure = hundredths(1 / (1 + np.exp(-told(nets, made[place]))))
            each[place] = sure.reshape(len(sure), -1, len(MARKED))
    return each


def rows_of(
    rubrics: Rubrics,
    criteria: Sequence[str],
    calls: Sequence[Read],
    sure: Sequence[Any],
    sides: Sequence[str],
    apart: Mapping[str, int],
) -> list[Row]:
    """What is kept of each criterion, and a line on how well it is told. `sure` is of calls that
    were held out."""
    found = []
    for c, row in enumerate(rows_so_far(rubrics, criteria, calls, sides, apart)):
        once = rubrics.criteria[criteria[c]][1].once
        row = with_thresholds(calls, sure, c, row, once)
        right, beside, of = tally(calls, sure, c, row, once)
        print(f"{criteria[c]:48} {right} of {of}, {beside} beside; at least {row.at_least}")
        found.append(row)
    return found


def rows_so_far(
    rubrics: Rubrics,
    criteria: Sequence[str],
    calls: Sequence[Read],
    sides: Sequence[str],
    apart: Mapping[str, int],
) -> list[Row]:
    """What is kept of each criterion, but for how sure it must be."""
    marked = np.zeros((len(criteria), len(MARKED)))
    for mark in (one for call in calls for one in call.marks if not one.argued):
        marked[mark.criterion, mark.outcome] += 1
    even = np.full(len(MARKED), 0.5)
    return [
        Row(
            definition(rubrics.criteria[name][1], rubrics.cues),
            sides[c],
            apart[name],
            even,
            tuple(many >= FEWEST for many in marked[c].tolist()),
        )
        for c, name in enumerate(criteria)
    ]


def as_sure(rows: Sequence[Row], kept: str, criteria: Sequence[str]) -> list[Row]:
    """The rows with how sure each outcome must be by the file that was written before."""
    with np.load(kept) as before:
        at_least = dict(zip(before["criteria"].tolist(), before["at_least"], strict=True))
    each = zip(rows, criteria, strict=True)
    return [replace(row, at_least=at_least[name]) for row, name in each]


def with_thresholds(
    calls: Sequence[Read], sure: Sequence[Any], criterion: int, row: Row, once: bool
) -> Row:
    """How sure each outcome of a criterion must be: most found, least beside."""

    def worth(row: Row) -> float:
        right, beside, _ = tally(calls, sure, criterion, row, once)
        return right - BESIDE * beside

    for _ in range(2):
        for outcome in range(len(MARKED)):
            own = np.arange(len(MARKED)) == outcome
            tries = [replace(row, at_least=np.where(own, one, row.at_least)) for one in STEPS]
            row = max(tries, key=worth)
    return row


def tally(
    calls: Sequence[Read], sure: Sequence[Any], criterion: int, row: Row, once: bool
) -> tuple[int, int, int]:
    """Marks that are found, moments beside them, and marks."""
    right = beside = of = 0
    for call, each in zip(calls, sure, strict=True):
        mine = [mark for mark in call.marks if mark.criterion == criterion]
        found = list(chosen(each[:, criterion], row, call.sides, call.speakers, once))
        of += sum(not mark.argued for mark in mine)
        for mark in sorted(mine, key=lambda mark: mark.argued):
            fits = [
                one
                for one in found
                if (mark.argued or one[1] == mark.outcome)
                and any(abs(call.first[one[0]] - turn) <= 1 for turn in mark.places)
            ]
            if fits:
                found.remove(fits[0])
                right += not mark.argued
        beside += len(found)
    return right, beside, of
