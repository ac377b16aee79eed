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
#: The longest that an echo may lag behind, in frames: 600 ms.
LONGEST_ECHO = 60
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
    low = np.partition(padded.reshape(len(levels), blocks, half_s), 15, axis=2)[:, :, 15]
    beside = np.pad(low, ((0, 0), (around // 2, around // 2)), mode="symmetric")
    steady = np.percentile(sliding_window_view(beside, around, axis=1), 20, axis=2)
    floor = steady.astype(np.float32)
    return np.repeat(floor, half_s, axis=1)[:, :frames]


def leak(levels: Levels, other: Levels) -> Levels:
    """The most that the other channel can have added to `levels`, band by band, in dB.

    What leaks is the other party's sound, perhaps later, less a fixed loss in each band. Everything
    else on this channel only adds to it, so while the other is loud the loss is what a low
    percentile of the difference says. Without a leak that is the distance to this channel's noise,
    and does no harm.
    """
    margin = 3.0
    other = _delayed(other, echo_delay(levels, other))
    total = other.mean(axis=0)
    loud = total > np.percentile(total, 95) - 12
    loss = np.percentile((levels - other)[:, loud], 30, axis=1)[:, None]
    added: Levels = _greatest(other) + (loss + margin).astype(np.float32)
    return added


def echo_delay(levels: Levels, other: Levels) -> int:
    """How many frames later the other party is heard on this channel; 0: at once, or not at all.

    The other's levels are laid against this channel's, later and later, wherever this channel is
    the fainter one; where they rise and fall together lies the echo.
    """
    own, theirs = levels.mean(axis=0), other.mean(axis=0)
    loud = float(np.percentile(theirs, 95)) - 25
    best, found = 0, 0.6  # below this correlation nothing is heard twice
    for delay in range(0, min(LONGEST_ECHO + 1, len(own)), 2):
        late, here = theirs[: len(theirs) - delay], own[delay:]
        faint = (late > loud) & (here < late - 10)
        if np.count_nonzero(faint) >= 200:
            alike = _correlation(late[faint], here[faint])
            if alike > found + 0.02:
                best, found = delay, alike
    return best


def _correlation(a: npt.NDArray[np.float32], b: npt.NDArray[np.float32]) -> float:
    """Pearson's, and 0 where one of them does not move at all."""
    moves = np.stack([a, b]).astype(np.float64)
    moves -= moves.mean(axis=1, keepdims=True)
    power = float((moves[0] @ moves[0]) * (moves[1] @ moves[1]))
    return float(moves[0] @ moves[1]) / power**0.5 if power > 1e-6 else 0.0


def _delayed(levels: Levels, frames: int) -> Levels:
    return np.pad(levels, ((0, 0), (frames, 0)), mode="edge")[:, : levels.shape[1]]


def _greatest(levels: Levels) -> Levels:
    """The greatest of each band over five frames."""
    padded = np.pad(levels, ((0, 0), (2, 2)), mode="edge")
    two = np.maximum(padded[:, :-1], padded[:, 1:])
    four = np.maximum(two[:, :-2], two[:, 2:])
    return np.maximum(four[:, :-1], padded[:, 4:])


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
