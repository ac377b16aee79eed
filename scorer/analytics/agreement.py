"""How far people agree beyond chance: Krippendorff's alpha, with an interval.

Source: K. Krippendorff, *Computing Krippendorff's alpha-reliability* (2011), and *Content Analysis*
(4th ed., 2018), ch. 12. 1 is perfect agreement, 0 what chance alone would give, below 0 worse than
that. Missing answers are left out, and so is a unit that fewer than two answered.

A unit is what several answered (a criterion of a call). `counts[u, v]` says how many gave value v
to unit u; values are in their order where the metric is ordinal.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Counts = NDArray[np.float64]
Metric = Literal["nominal", "ordinal"]

#: Resamples of the units behind an interval.
RESAMPLES = 2000
#: Where more resamples than this have no alpha, since all answers in them are alike, the interval
#: would be of something else.
_MOST_WITHOUT = 0.2
_SEED = 20111  # the same figures show the same interval


@dataclass(frozen=True, slots=True)
class Agreement:
    """Alpha over `units`, with a 95 % interval; None where the answers cannot say.

    There is no alpha where nobody's answers can be compared, or where all answers are alike: then
    chance would agree as well. `same` in [0, 1] is the plain share of pairs of answers that agree.
    """

    alpha: float | None
    low: float | None
    high: float | None
    same: float | None
    units: int


def alpha(counts: Counts, metric: Metric = "nominal") -> float | None:
    """Krippendorff's alpha, None where it is not defined. `counts` are 0 or more."""
    coincidences = _coincidences(counts)
    found = _alphas(coincidences.sum(axis=0)[None], metric)[0]
    return None if np.isnan(found) else float(found)


def agreement(counts: Counts) -> Agreement:
    """Nominal alpha with its 95 % interval: units drawn with replacement, 2.5 % cut at each end."""
    coincidences = _coincidences(counts)
    if not len(coincidences):
        return Agreement(None, None, None, None, 0)
    total = coincidences.sum(axis=0)
    found = float(_alphas(total[None])[0])
    low, high = _bounds(_resampled(coincidences))
    return Agreement(
        alpha=None if np.isnan(found) else found,
        low=None if np.isnan(found) else low,
        high=None if np.isnan(found) else high,
        same=float(np.trace(total) / total.sum()),
        units=len(coincidences),
    )


def drift(earlier: Counts, latest: Counts) -> tuple[float, float] | None:
    """The 95 % interval of nominal alpha's change, or None where it cannot be said.

    All of it below 0 means that people agree less than they did.
    """
    before, after = _coincidences(earlier), _coincidences(latest)
    if not len(before) or not len(after):
        return None
    change = _resampled(after, _SEED + 1) - _resampled(before)
    low, high = _bounds(change)
    return None if low is None or high is None else (low, high)


def _coincidences(counts: Counts) -> Counts:
    """Each unit's coincidence matrix [shape=(units, values, values)]; lone answers are left out.

    A unit with m answers adds each ordered pair of them 1 / (m - 1) times.
    """
    counts = np.asarray(counts, dtype=np.float64)
    paired = counts[counts.sum(axis=1) > 1]
    pairs = paired[:, :, None] * paired[:, None, :]
    alike = np.arange(counts.shape[1])
    pairs[:, alike, alike] -= paired
    found: Counts = pairs / (paired.sum(axis=1) - 1)[:, None, None]
    return found


def _alphas(coincidences: Counts, metric: Metric = "nominal") -> Counts:
    """Alpha of each matrix [shape=(samples, values, values)], NaN where it is not defined."""
    totals = coincidences.sum(axis=2)
    everything = totals.sum(axis=1)
    distance = _distance(totals, metric)
    observed = (coincidences * distance).sum(axis=(1, 2))
    expected = (totals[:, :, None] * totals[:, None, :] * distance).sum(axis=(1, 2))
    with np.errstate(divide="ignore", invalid="ignore"):
        found: Counts = 1 - (everything - 1) * observed / expected
    return np.where(expected > 0, found, np.nan)


def _distance(totals: Counts, metric: Metric) -> Counts:
    """Squared differences of the values [shape=(samples, values, values)].

    Ordinal: the number of answers from one value to the other, both ends counted by half.
    """
    samples, values = totals.shape
    if metric == "nominal":
        return np.broadcast_to(1.0 - np.eye(values), (samples, values, values))
    middle = totals.cumsum(axis=1) - totals / 2
    found: Counts = (middle[:, :, None] - middle[:, None, :]) ** 2
    return found


def _resampled(coincidences: Counts, seed: int = _SEED) -> Counts:
    """Nominal alphas of resamples of the units: of sums of their matrices with random weights."""
    units, values, _ = coincidences.shape
    drawn = np.random.default_rng(seed).multinomial(units, [1 / units] * units, size=RESAMPLES)
    flat = coincidences.reshape(units, values * values)
    return _alphas((drawn @ flat).reshape(RESAMPLES, values, values))


def _bounds(found: Counts) -> tuple[float | None, float | None]:
    known = found[~np.isnan(found)]
    if len(known) < (1 - _MOST_WITHOUT) * len(found):
        return None, None
    low, high = np.quantile(known, [0.025, 0.975])
    return float(low), float(high)
