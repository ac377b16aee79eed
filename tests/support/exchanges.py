"""Exchanges, each answer marked by one or two readers (`tests/training/exchanges/GUIDE.md`).

`tests/training/exchanges` teach; `tests/scoring/unseen/exchanges` teach nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from scorer.call import Call, Turn

UNSEEN = Path(__file__).parents[1] / "scoring" / "unseen" / "exchanges"
_PARTIES = {">": "customer", "<": "agent"}


@dataclass(frozen=True)
class Exchange:
    """What was said, and the mean of its readers' marks, each by its letter."""

    call: Call
    marks: dict[str, float]


def exchanges(file: Path) -> Iterator[Exchange]:
    """All of a file, in its order."""
    for block in file.read_text(encoding="utf-8").strip().split("\n\n"):
        lines = [(line[0], line[2:]) for line in block.splitlines()]
        turns = tuple(Turn(_PARTIES[by], said) for by, said in lines if by in _PARTIES)
        read = [
            {mark[0]: int(mark[1:]) for mark in told.split()} for by, told in lines if by == "="
        ]
        means = {name: sum(one[name] for one in read) / len(read) for name in read[0]}
        yield Exchange(Call(file.stem, turns), means)
