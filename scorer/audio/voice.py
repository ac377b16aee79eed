"""Where somebody speaks: what rises above the line's own noise and above the other party's leak."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from numpy.lib.stride_tricks import sliding_window_view

from scorer.audio.bands import Levels
from scorer.audio.sound import bridged, lasting, runs

Mask = npt.NDArray[np.bool_]

#: Mean rise over the bands (dB, each band counted up to `MOST`) that begins and that keeps speech.
BEGINS, KEEPS, MOST = 5.0, 4.0, 15.0
#: A band must rise this far (dB) above its noise before it counts.
MARGIN = 3.0
#: Pauses inside a sentence that are bridged, and bursts too short for a syllable (frames of 10 ms).
PAUSE, BURST = 20, 6


def noise_floor(levels: Levels) -> Levels:
    """Each band's noise over time: a low percentile of half seconds, then of 15 s around.

    After the minimum statistics of Martin (2001), but with percentiles, which are steadier.
    """
    half_s, around = 50, 31
    frames = levels.shape[1]
    blocks = -(-frames // half_s)
    padded = np.pad(levels, ((0, 0), (0, blocks * half_s - frames)), mode="edge")
    low = np.percentile(padded.reshape(len(levels), blocks, half_s), 30, axis=2)
    beside = np.pad(low, ((0, 0), (around // 2, around // 2)), mode="edge")
    steady = np.percentile(sliding_window_view(beside, around, axis=1), 20, axis=2)
    floor = steady.astype(np.float32)
    return np.repeat(floor, half_s, axis=1)[:, :frames]


def leak(levels: Levels, other: Levels) -> Levels:
    """The most that the other channel can have added to `levels`, band by band, in dB.

    What leaks is the other party's sound less a fixed loss in each band. Everything else on this
    channel only adds to it, so while the other is loud the loss is what a low percentile of the
    difference says. Without a leak that is the distance to this channel's noise, and does no harm.
    """
    margin, smear = 3.0, 5
    total = other.mean(axis=0)
    loud = total > np.percentile(total, 95) - 12
    loss = np.percentile((levels - other)[:, loud], 30, axis=1)[:, None]
    beside = np.pad(other, ((0, 0), (smear // 2, smear // 2)), mode="edge")
    greatest = sliding_window_view(beside, smear, axis=1).max(axis=2)
    added: Levels = greatest + (loss + margin).astype(np.float32)
    return added


def rise(levels: Levels, floor: Levels) -> npt.NDArray[np.float32]:
    """How far the sound rises above `floor`, dB, averaged over bands and 30 ms."""
    above = np.clip(levels - floor - MARGIN, 0, MOST).mean(axis=0)
    smooth: npt.NDArray[np.float32] = np.convolve(above, np.full(3, 1 / 3, np.float32), "same")
    return smooth


def spoken(above: npt.NDArray[np.float32]) -> Mask:
    """Frames of speech in a `rise`: begun by a clear one, kept by a fainter one."""
    mask = above >= KEEPS
    for start, end in runs(mask):
        if above[start:end].max() < BEGINS:
            mask[start:end] = False
    return lasting(bridged(mask, PAUSE), BURST)
