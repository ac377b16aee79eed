"""How the benchmarks take time: ours and theirs by turns, so that both meet the same machine."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass

PAIRS = 7


@dataclass(frozen=True)
class Result:
    """One line of the table. `ratio` says how many times better ours is.

    Where there is nothing to compare with, the last two are None.
    """

    name: str
    ours: float
    theirs: float | None
    ratio: float | None
    unit: str = "s"


def compare(name: str, ours: Callable[[], object], theirs: Callable[[], object]) -> Result:
    """Medians over `PAIRS` pairs, after one round to warm up; the ratio is the pairs' median."""
    ours(), theirs()
    pairs = [(effort(ours), effort(theirs)) for _ in range(PAIRS)]
    return Result(
        name,
        statistics.median(a for a, _ in pairs),
        statistics.median(b for _, b in pairs),
        statistics.median(b / a for a, b in pairs),
    )


def effort(work: Callable[[], object]) -> float:
    """Seconds of processor time: on one core the time it takes, whatever the neighbours do."""
    start = time.process_time()
    work()
    return time.process_time() - start
