"""A share of calls with its interval, so that few calls never look like many."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeVar

import polars as pl

#: Below so many calls a share is shown as "too few to say", and no change is told from it.
FEW = 10
_Z = 1.959964  # 95 %

Number = TypeVar("Number", float, pl.Expr)


@dataclass(frozen=True, slots=True)
class Share:
    """`value` = hits / count in [0, 1] with a 95 % interval; all None where nothing was counted."""

    hits: float
    count: int
    value: float | None
    low: float | None
    high: float | None

    @property
    def few(self) -> bool:
        return self.count < FEW


def share(hits: float, count: int) -> Share:
    """A share with its interval; `hits` may be a sum of scores in [0, 1]."""
    if count == 0:
        return Share(0.0, 0, None, None, None)
    middle, half = wilson(hits, float(count))
    return Share(hits, count, hits / count, max(middle - half, 0.0), min(middle + half, 1.0))


def wilson(hits: Number, count: Number) -> tuple[Number, Number]:
    """The middle of a share's 95 % interval, and half its width; `count` is above 0.

    Wilson's score interval (E. B. Wilson, JASA 22, 1927), which holds for small counts too. Of a
    sum of scores in [0, 1] it is no narrower than it should be.
    """
    p, z2 = hits / count, _Z * _Z
    middle = (p + z2 / (2 * count)) / (1 + z2 / count)
    half = _Z / (1 + z2 / count) * (p * (1 - p) / count + z2 / (4 * count * count)) ** 0.5
    return middle, half
