"""Teaches what reviewers would mark: `python -m tests.training.verdicts` (35 minutes, two cores).

Whole calls teach, in which every moment is marked by a one-page guide (`marks/GUIDE.md`): those
labelled sentence by sentence (`rubrics/calls`, their marks in `marks/`) and others (`marked/`). A
mark that two reviewers would argue about ("? ...") counts neither for nor against. No sentence of
any evaluation set, and none of `tests/scoring/unseen`, is among them.

Two networks for all criteria: one that reads blocks (`single_blocks`) and one that reads whole
calls (`whole_calls`). How sure their mean must be comes from five parts of the calls, each read by
networks that the other four taught. What is written is `scorer/scoring/verdicts.npz`. Run it after
`tests.training.meaning`; `tests/scoring/test_verdicts.py` says when it was forgotten.

Needs what no installation needs: `pip install jax optax`.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from ruamel.yaml import YAML
from tqdm import tqdm

from scorer.call import Call, Turn
from scorer.paths import shipped
from scorer.scoring.blocks import blocks_of, features, lines_of
from scorer.scoring.marks import TAUGHT, Row, chosen, definition, hundredths
from scorer.scoring.moments import MARKED, moments_of
from scorer.scoring.networks import Lines, standard
from scorer.scoring.rubric import Rubrics, load
from scorer.scoring.score import cues_of
from scorer.scoring.sightings import sight
from scorer.scoring.spoken import Spoken
from scorer.scoring.talk import Conversation
from tests.training import single_blocks, whole_calls
from tests.training.lessons import Marked

HERE = Path(__file__).parent
CRITERIA = (
    "listening.restates", "listening.asks_open", "listening.does_not_ask_again",
    "empathy.acknowledges_feeling", "empathy.does_not_dismiss", "ownership.takes_charge",
    "ownership.no_blame", "ownership.warm_handover", "ownership.concrete_promise",
    "respectful_address.name_as_invited", "respectful_address.please_and_thanks",
    "respectful_address.hold_manners", "respectful_address.no_belittling",
    "customer_satisfaction.need_met", "customer_satisfaction.little_effort",
    "customer_satisfaction.leaves_better",
)  # fmt: skip
ONCE = 999  # blocks: once in a call
APART = {
    "ownership.concrete_promise": 0,
    "respectful_address.name_as_invited": ONCE,
    "customer_satisfaction.need_met": ONCE,
    "customer_satisfaction.leaves_better": ONCE,
}
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


def main() -> None:
    rubrics = load(shipped("rubrics"))
    assert rubrics.cues.meanings is not None, "needs the encoder"
    seen = sorted(cues_of(rubrics.rubrics))
    meant = list(rubrics.cues.meanings.cues["calls"])
    calls = [
        read(rubrics, turns, marks, meant, seen)
        for turns, marks in tqdm(list(marked_calls()), desc="reading", mininterval=20)
    ]
    sides = [side_of(calls, criterion) for criterion in range(len(CRITERIA))]
    scales = scales_of(calls)
    made = [laid_out(call, sides, *scales) for call in calls]
    marked = sum(one.aims.sum(axis=0) for one in made).reshape(len(CRITERIA), len(MARKED))

    part = np.random.RandomState(0).randint(0, PARTS, len(calls))
    each: list[Any] = [None] * len(calls)
    for held in tqdm(range(PARTS), desc="held out", mininterval=20):
        nets = learn_both([one for one, own in zip(made, part, strict=True) if own != held], 0)
        for place in np.flatnonzero(part == held):
            sums = told_by_both(nets, made[place])
            sure = hundredths(1 / (1 + np.exp(-sums)))
            each[place] = sure.reshape(-1, len(CRITERIA), len(MARKED))
    rows = []
    for c, name in enumerate(CRITERIA):
        asked = tuple(many >= FEWEST for many in marked[c].tolist())
        _, criterion = rubrics.criteria[name]
        digest, apart = definition(criterion, rubrics.cues), APART.get(name, USUALLY_APART)
        row = Row(digest, sides[c], apart, np.full(len(MARKED), 0.5), asked)
        row = with_thresholds(calls, each, c, row, criterion.once)
        right, beside, of = tally(calls, each, c, row, criterion.once)
        print(f"{name:40} {right} of {of}, {beside} beside; at least {row.at_least}")
        rows.append(row)

    nets = learn_both(made, 50)
    halved = ({name: np.asarray(value, np.float16) for name, value in one.items()} for one in nets)
    place = shipped("scoring") / Path(TAUGHT).name
    np.savez_compressed(
        place,
        encoder=rubrics.cues.meanings.encoder.sha256_of_calls,
        meant=meant,
        seen=seen,
        criteria=CRITERIA,
        definitions=[row.definition for row in rows],
        at_least=[np.minimum(row.at_least + MARGIN, 0.95) for row in rows],
        apart=[row.apart for row in rows],
        sides=sides,
        marked=[row.marked for row in rows],
        **named(*scales),
        **named(*halved),
    )
    print(f"{place}: {len(calls)} calls, {place.stat().st_size / 1e6:.1f} MB")


def named(block: dict[str, Any], call: dict[str, Any]) -> dict[str, Any]:
    """What belongs to each network, under its name."""
    both = {"block": block, "call": call}
    return {f"{network}.{name}": value for network in both for name, value in both[network].items()}


def marked_calls() -> Iterator[tuple[list[Turn], list[str]]]:
    """Every call's turns and marks."""
    for path in sorted((HERE / "marks").glob("*.txt")):
        marks = _by_number(path)
        for number, turns in enumerate(_labelled(path.stem), 1):
            if f"{number:02}" in marks:
                yield turns, marks[f"{number:02}"]
    for path in sorted((HERE / "marked").glob("*.yaml")):
        for call in YAML(typ="safe", pure=True).load(path):
            yield [Turn(*line.split(": ", 1)) for line in call["turns"]], call["moments"] or []


def _by_number(path: Path) -> dict[str, list[str]]:
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
    marks: Sequence[str],
    meant: Sequence[str],
    seen: Sequence[str],
) -> Read:
    talk = Conversation(Call("call", tuple(turns)))
    spoken, blocks = Spoken(talk, rubrics.cues), blocks_of(talk)
    sightings = sight(talk, rubrics.cues, seen, spoken=spoken)
    found = [
        moments_of(rubric.rubric, criterion, talk, sightings, rubrics.cues.entries)
        for rubric, criterion in (rubrics.criteria[name] for name in CRITERIA)
    ]
    ruled = [[one.moment for one in some] for some in found]
    return Read(
        np.concatenate(list(features(blocks, spoken, sightings, meant, seen, ruled))),
        lines_of(blocks, spoken),
        [one.turns[0] for one in blocks],
        list(talk.blocks),
        [one.side for one in blocks],
        [turns[one.turns[0]].speaker for one in blocks],
        list(_marks(marks, len(turns))),
    )


def _marks(lines: Sequence[str], turns: int) -> Iterator[Mark]:
    for line in lines:
        name, outcome, *places = line.removeprefix("? ").split()
        at = tuple(int(place) for place in places if int(place) < turns)
        if name in CRITERIA and outcome in MARKED and at:
            argued = line.startswith("? ")
            yield Mark(CRITERIA.index(name), MARKED.index(outcome), at, argued)


def side_of(calls: Sequence[Read], criterion: int) -> str:
    """Whose words decide a criterion, as most marks have it."""
    said: dict[str, int] = defaultdict(int)
    for call in calls:
        for mark in call.marks:
            if mark.criterion == criterion:
                said[call.sides[call.block[mark.places[-1]]]] += 1
    return max(said, key=lambda side: said[side])


def scales_of(calls: Sequence[Read]) -> tuple[dict[str, np.ndarray], dict[str, np.ndarray]]:
    """The means and scales of what either network reads."""
    vectors = [one.lines.vectors[one.lines.number] for one in calls]
    return (
        _spread(np.concatenate([one.features for one in calls])),
        _spread(np.concatenate(vectors)),
    )


def _spread(read: np.ndarray) -> dict[str, np.ndarray]:
    """The mean of what was read, and one over how far it spreads."""
    mean, spread = read.mean(axis=0, dtype=np.float64), read.std(axis=0, dtype=np.float64)
    scale = np.where(spread > 1e-4, 1 / np.maximum(spread, 0.01), 0.0)
    return {"mean": mean.astype(np.float32), "scale": scale.astype(np.float32)}


def laid_out(
    call: Read, sides: Sequence[str], block: dict[str, np.ndarray], whole: dict[str, np.ndarray]
) -> Marked:
    """A call as it teaches, what is read of it in standard deviations."""
    vectors = standard(call.lines.vectors[call.lines.number], **whole).astype(np.float16)
    points = standard(call.features, **block).astype(np.float16)
    return Marked(replace(call.lines, vectors=vectors), points, *_aims(call, sides))


def _aims(call: Read, sides: Sequence[str]) -> tuple[np.ndarray, np.ndarray]:
    """What each block is to be told as, and which of that counts."""
    aims = np.zeros((len(call.first), len(CRITERIA), len(MARKED)), np.float32)
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


def learn_both(calls: Sequence[Marked], seed: int) -> tuple[dict[str, Any], dict[str, Any]]:
    """A network that reads blocks, and one that reads calls."""
    return single_blocks.learn(calls, seed), whole_calls.learn(calls, seed)


def told_by_both(nets: tuple[dict[str, Any], dict[str, Any]], call: Marked) -> np.ndarray:
    """The sums of a call's blocks."""
    block, whole = nets
    return (single_blocks.told(block, call) + whole_calls.told(whole, call)) / 2


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


if __name__ == "__main__":
    main()
