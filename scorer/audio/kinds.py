"""What kind of sound each frame holds: nothing, speech, music or a telephone's tone.

A small network (16 thousand weights) looks at the bands from 60 ms to 2 s around a frame. It was
trained on scenes made by `tests/training/activity`, in which every frame's truth is known, and it
sees levels only against the line's own noise and loudness, so a quiet line reads like a loud one.
"""

from __future__ import annotations

from enum import IntEnum
from functools import cache
from pathlib import Path

import numpy as np
import numpy.typing as npt

from scorer.audio import kernels
from scorer.audio.bands import Levels

Floats = npt.NDArray[np.float32]


class Kind(IntEnum):
    """Rows of `likelihoods`."""

    NOTHING = 0
    SPEECH = 1
    MUSIC = 2
    TONE = 3


def likelihoods(levels: Levels, floor: Levels, loud: Floats) -> Floats:
    """How likely each `Kind` is in each frame [shape=(4, frames)]; columns sum to 1.

    Args:
        levels: of `scorer.audio.bands`.
        floor: the line's own noise, `scorer.audio.voice.noise_floor`.
        loud: how loud the line is, `scorer.audio.voice.loudness`.
    """
    likely = np.empty((len(Kind), levels.shape[1]), np.float32)
    kernels.network.likelihoods(levels, floor, loud, *weights(), likely)
    return likely


@cache
def weights() -> tuple[Floats, ...]:
    """The trained weights, made by `python -m tests.training.activity.train`."""
    names = ("taps", "first", "mix", "second", "out", "last")
    with np.load(Path(__file__).with_suffix(".npz")) as file:
        return tuple(np.ascontiguousarray(file[name], np.float32) for name in names)
