"""Stretches: the runs of frames in which a mask holds, and what is true of each as a whole.

Arithmetic on whole arrays, not a loop over stretches: a call has thousands, and a loop holds
Python's lock, for which the thread of another call waits.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

Mask = npt.NDArray[np.bool_]  # [shape=(frames,)]
Values = npt.NDArray[Any]  # a number for each frame [shape=(frames,)]
Figures = npt.NDArray[np.floating]  # a number for each stretch [shape=(stretches,)]
#: First and past-the-last frame of each [shape=(stretches, 2)]; in order, none empty.
Stretches = npt.NDArray[np.intp]


def runs(mask: Mask) -> Stretches:
    """The stretches in which `mask` holds."""
    edges = np.flatnonzero(np.diff(mask, prepend=False, append=False))
    return edges.reshape(-1, 2)


def filled(found: Stretches, frames: int) -> Mask:
    """A mask of so many frames that holds in the stretches; they may overlap and reach beyond."""
    found = np.clip(found, 0, frames)
    begun, over = (np.bincount(found[:, side], minlength=frames + 1) for side in (0, 1))
    return np.cumsum(begun - over)[:frames] > 0


def lengths(found: Stretches) -> npt.NDArray[np.intp]:
    """Frames in each stretch."""
    return found[:, 1] - found[:, 0]


def bridged(mask: Mask, gap: int) -> Mask:
    """`mask` with every gap of at most `gap` frames between two stretches filled."""
    found = runs(mask)
    gaps = np.stack([found[:-1, 1], found[1:, 0]], axis=1)
    return mask | filled(gaps[lengths(gaps) <= gap], len(mask))


def lasting(mask: Mask, least: int) -> Mask:
    """`mask` without the stretches shorter than `least` frames."""
    found = runs(mask)
    return filled(found[lengths(found) >= least], len(mask))


def widened(mask: Mask, frames: int) -> Mask:
    """`mask`, and so many frames on either side of each of its stretches."""
    return filled(runs(mask) + np.array([-frames, frames]), len(mask))


def means(values: Values, found: Stretches) -> Figures:
    """The mean of `values` over each stretch."""
    sums: Figures = _over(np.add, values.astype(np.float64), found)
    return sums / lengths(found)


def greatest(values: Values, found: Stretches) -> Values:
    """The greatest of `values` in each stretch."""
    return _over(np.maximum, values, found)


def percentiles(values: Values, found: Stretches, percent: float) -> Figures:
    """The percentile of `values` in each stretch, between two of them in proportion.

    Args:
        values: a number for each frame.
        found: stretches that do not overlap.
        percent: in [0, 100].
    """
    size = lengths(found)
    inside = values[filled(found, len(values))]
    stretch = np.repeat(np.arange(len(found)), size)
    ordered = inside[np.lexsort((inside, stretch))]
    place = (size - 1) * percent / 100
    below = place.astype(np.intp)
    first = np.cumsum(size) - size
    low, high = ordered[first + below], ordered[first + np.minimum(below + 1, size - 1)]
    between: Figures = low + (high - low) * (place - below)
    return between


def _over(combine: np.ufunc, values: Values, found: Stretches) -> Values:
    """`combine` over each stretch; one more value lets the last one end with the frames."""
    if not len(found):
        return values[:0]
    combined: Values = combine.reduceat(np.append(values, values[-1:]), found.ravel())[::2]
    return combined
