"""Whether a change agrees better with reviewers by more than luck."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil, comb

import numpy as np

_SHUFFLES = 20  # for each that may gain as much, so that the share of these is known well enough


def moved(was: Sequence[bool], now: Sequence[bool]) -> tuple[int, int]:
    """How many answers became right, and how many wrong."""
    both = list(zip(was, now, strict=True))
    return both.count((False, True)), both.count((True, False))


def by_chance(gained: int, lost: int) -> float:
    """How likely so many or more of the answers that changed became right if either way is as
    likely: the exact sign test, one-sided."""
    changed = gained + lost
    so_many = sum(comb(changed, count) for count in range(gained, changed + 1))
    return so_many / (1 << changed)


def by_shuffling(
    told: Sequence[Sequence[str]], outcomes: Sequence[str], as_is: int, level: float
) -> float:
    """How often the best of some variants gains as much on the same outcomes shuffled among the
    calls: what it gains by giving some answer more often, whatever is said in a call.

    `told` has a row of answers for each variant; the first `as_is` of them change nothing.
    """
    codes = np.unique([*outcomes, *(one for row in told for one in row)], return_inverse=True)[1]
    right, *rows = codes.reshape(len(told) + 1, len(outcomes)).astype(np.int8)
    answers = np.stack(rows)
    random = np.random.RandomState(0)  # whose stream numpy has frozen

    def gain() -> int:
        sums = (answers == right).sum(axis=1)
        return int(sums[as_is:].max() - sums[:as_is].max())

    found, shuffles = gain(), ceil(_SHUFFLES / level)
    as_much = 0
    for _ in range(shuffles):
        random.shuffle(right)
        as_much += gain() >= found
    return (1 + as_much) / (1 + shuffles)
