"""What kind of sound each frame holds: nothing, speech, music or a telephone's tone.

A small network (16 thousand weights) looks at the bands from 60 ms to 2 s around a frame. It was
trained on scenes made by `tests/training/activity`, in which every frame's truth is known, and it
sees levels only against the line's own noise and loudness, so a quiet line reads like a loud one.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import IntEnum
from functools import cache
from pathlib import Path

import numpy as np
import numpy.typing as npt

from scorer.audio import voice
from scorer.audio.bands import Levels

Floats = npt.NDArray[np.float32]
Weights = Mapping[str, Floats]

#: The network works on every second frame: 20 ms. In these, what the first layer sees before and
#: after, and the widths that each layer averages over.
STEP = 2
TAPS = (-4, -3, -2, -1, 0, 1, 2, 3, 4)
NEAR, WIDE = (7, 25, 101), (5, 21)


class Kind(IntEnum):
    """Rows of `likelihoods`."""

    NOTHING = 0
    SPEECH = 1
    MUSIC = 2
    TONE = 3


def likelihoods(levels: Levels, floor: Levels) -> Floats:
    """How likely each `Kind` is in each frame [shape=(4, frames)]; columns sum to 1."""
    frames = levels.shape[1]
    if not frames:
        return np.zeros((len(Kind), 0), np.float32)
    scores = network(view(levels, floor)[None], weights())[-1][0]
    scores = np.exp(scores - scores.max(axis=0))
    likely: Floats = np.repeat(scores / scores.sum(axis=0), STEP, axis=1)[:, :frames]
    return likely


def view(levels: Levels, floor: Levels) -> Floats:
    """What the network sees: levels above the noise, and levels below the line's loudness.

    Both are in units of 20 dB, and know nothing of how loud the line is
    [shape=(2 * bands, frames / STEP, rounded up)].
    """
    above = np.clip((levels - floor) / 20, -0.5, 3)
    below = np.clip((levels - voice.loudness(levels)) / 20, -3, 1)
    both = np.concatenate([above, below]).astype(np.float32)
    both = np.pad(both, ((0, 0), (0, -both.shape[1] % STEP)), mode="edge")
    seen: Floats = both.reshape(len(both), -1, STEP).mean(axis=2)
    return seen


def network(seen: Floats, w: Weights) -> tuple[Floats, ...]:
    """Every layer's outcome for `seen` [shape=(scenes, 2 * bands, frames)], the scores last."""
    frames = seen.shape[2]
    reach = max(TAPS)
    padded = np.pad(seen, ((0, 0), (0, 0), (reach, reach)), mode="edge")
    first = sum(
        w["taps"][i] @ padded[:, :, reach + tap : reach + tap + frames]
        for i, tap in enumerate(TAPS)
    )
    near = np.maximum(first + w["first"][:, None], 0)
    near = np.concatenate([near, *(averaged(near, width) for width in NEAR)], axis=1)
    second = np.maximum(w["mix"] @ near + w["second"][:, None], 0)
    wide = np.concatenate([second, *(averaged(second, width) for width in WIDE)], axis=1)
    return near, wide, w["out"] @ wide + w["last"][:, None]


def averaged(layer: Floats, width: int) -> Floats:
    """Mean over `width` frames around each, what lies outside counting as zero."""
    half = width // 2
    padded = np.pad(layer, ((0, 0), (0, 0), (half + 1, half)))
    exact = np.float64 if layer.shape[2] > 10_000 else np.float32
    sums: npt.NDArray[np.floating] = np.cumsum(padded, axis=2, dtype=exact)
    mean = (sums[:, :, width:] - sums[:, :, :-width]) / np.float32(width)
    return mean.astype(np.float32, copy=False)


@cache
def weights() -> Weights:
    """The trained weights, made by `python -m tests.training.activity.train`."""
    with np.load(Path(__file__).with_suffix(".npz")) as file:
        return {name: file[name].astype(np.float32) for name in file.files}
