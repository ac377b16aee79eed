"""How surely a reviewer would mark each block of a call: what was taught, and what is marked by it.

Two small networks (`scorer.scoring.networks`) read the blocks of a call and what stands around them
(`scorer.scoring.blocks`); their mean tells for each criterion how surely a block is marked as met,
missed or recovered. They were taught by some 5,000 calls of 121 writers
(`python -m tests.training.verdicts`), none of them from any evaluation set. What is made of it in a
call's moments is `scorer.scoring.verdicts`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from scorer.paths import shipped
from scorer.scoring.blocks import around
from scorer.scoring.cues import CueBook
from scorer.scoring.encoder import Floats
from scorer.scoring.moments import MARKED
from scorer.scoring.networks import Arrays, Lines, by_block, by_call, standard
from scorer.scoring.schema import Criterion
from scorer.scoring.sightings import closure
from scorer.scoring.solving import Doubles

TAUGHT = "scoring/verdicts.npz"
_STEP = 100  # how sure is rounded to 1/100
_CERTAIN = 30.0  # a sum, beyond which it is certain either way
_ANOTHER = 0.6  # how surely the same speaker has met once more what is met once for each agent


@dataclass(frozen=True, slots=True)
class Row:
    """What was taught of one criterion."""

    definition: str
    side: str  # whose words decide it
    apart: int  # blocks within which it has one moment
    at_least: Doubles  # how sure each outcome must be [shape=(3,)]
    marked: tuple[bool, ...]  # whether reviewers mark each outcome at all


@dataclass(frozen=True, eq=False)
class Taught:
    """Two networks, and what their sums are held against. Their outputs are criteria times
    `MARKED`."""

    encoder: str  # sha256 of the weights that they were taught with
    meant: tuple[str, ...]
    seen: tuple[str, ...]
    ruled: tuple[str, ...]  # the criteria whose rules' moments they look at
    criteria: tuple[str, ...]
    rows: tuple[Row, ...]
    block: Arrays
    call: Arrays

    def sure(self, read: Iterable[Floats], lines: Lines) -> tuple[Doubles, Doubles]:
        """How surely each block of a call is marked so [shape=(blocks, criteria, 3)], in [0, 1];
        and how much each sentence tells of it [shape=(sentences, criteria, 3)]. `read` has the
        features of the blocks, some at a time."""
        sums, rest = [], []
        for some in read:
            points = standard(some, self.block["mean"], self.block["scale"])
            sums.append(by_block(self.block, points))
            rest.append(around(points).copy())  # else all the features would be kept
        by_others, alone = by_call(self.call, lines, np.concatenate(rest))
        both = np.clip((np.concatenate(sums) + by_others) / 2, -_CERTAIN, _CERTAIN)
        return self._by_outcome(1 / (1 + np.exp(-both))), self._by_outcome(alone)

    def _by_outcome(self, values: NDArray[Any]) -> Doubles:
        return hundredths(values).reshape(len(values), len(self.criteria), len(MARKED))


def chosen(
    sure: Doubles, row: Row, sides: Sequence[str], speakers: Sequence[str], once: bool
) -> Iterator[tuple[int, int]]:
    """The block and the outcome of each moment that a reviewer would mark, the surest first.

    `sure`: how surely each block is marked so [shape=(blocks, 3)]; of each block there are the
    side and the speaker. `once`: what is met, is met once for each agent.
    """
    over = (sure - row.at_least) / (1 - row.at_least)
    over[:, [not asked for asked in row.marked]] = -1
    taken: list[int] = []
    met: set[str] = set()
    places = zip(*(found.tolist() for found in np.nonzero(over >= 0)), strict=True)
    for place, outcome in sorted(places, key=lambda at: -over[at]):
        if sides[place] != row.side or any(abs(place - other) <= row.apart for other in taken):
            continue
        if once and MARKED[outcome] == "met":
            # Once for each agent; two of them may go by one name.
            if speakers[place] in met and sure[place, outcome] < _ANOTHER:
                continue
            met.add(speakers[place])
        taken.append(place)
        yield place, outcome


def definition(criterion: Criterion, book: CueBook) -> str:
    """A digest of how a criterion's moments are found: its clauses, and the cues they rest on."""
    clauses = tuple(clause for _, _, clause in criterion.clauses)
    told = hashlib.sha256(repr((clauses, criterion.reach, criterion.otherwise)).encode())
    told.update(repr((criterion.decides, criterion.once, criterion.apart)).encode())
    for cue in sorted(closure(book, criterion.cues)):
        told.update(book.written(cue).encode())
    return told.hexdigest()[:32]


@cache
def taught() -> Taught | None:
    """What ships with the program; None where it does not."""
    try:
        with np.load(shipped(TAUGHT), allow_pickle=False) as kept:
            found = {name: kept[name] for name in kept.files}
    except OSError:
        return None
    meant, seen, ruled, criteria = (
        tuple(found.pop(name).tolist()) for name in ("meant", "seen", "ruled", "criteria")
    )
    told = [found.pop(name) for name in ("definitions", "sides", "apart", "at_least", "marked")]
    rows = tuple(
        Row(str(digest), str(side), int(apart), hundredths(at_least), tuple(marked.tolist()))
        for digest, side, apart, at_least, marked in zip(*told, strict=True)
    )
    encoder = str(found.pop("encoder"))
    return Taught(
        encoder, meant, seen, ruled, criteria, rows, _of("block", found), _of("call", found)
    )


def rubrics_looked_at() -> frozenset[str]:
    """The rubrics whose rules' moments the networks look at, whatever a call is scored on."""
    known = taught()
    return frozenset(name.split(".")[0] for name in (known.ruled if known else ()))


def hundredths(values: NDArray[Any]) -> Doubles:
    """How sure something is, rounded, and in that precision in which 0.05 is what is written so."""
    rounded: Doubles = np.round(values.astype(np.float64) * _STEP) / _STEP
    return rounded


def _of(network: str, found: Mapping[str, Any]) -> Arrays:
    """The arrays of one network, which the file has by its name."""
    own = [name for name in found if name.startswith(f"{network}.")]
    return {name.removeprefix(f"{network}."): found[name].astype(np.float32) for name in own}
