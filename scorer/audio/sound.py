"""The noun that leaves this room: what every channel does when, and how good the recording is."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import IntEnum

import numpy as np
import numpy.typing as npt

from scorer.audio.stretches import runs
from scorer.call import Interval, Lane, Quality

#: Frames of activity in a second.
FRAMES_PER_S = 100


class State(IntEnum):
    """What a channel does in one frame of 10 ms."""

    SILENCE = 0
    SPEECH = 1
    HOLD = 2
    TONE = 3
    LEAKED = 4


@dataclass(frozen=True, slots=True)
class Sound:
    """What is known of a recording's sound, without a word of it.

    `lanes`, `states` and `peaks` follow `Recording.heard`: lane i is that channel. A mono recording
    has the one lane of party "unknown".
    """

    lanes: tuple[Lane, ...]
    quality: Quality
    overlap: tuple[Interval, ...] = ()  # both parties speak: overtalk
    peaks: tuple[npt.NDArray[np.int16], ...] = ()  # each [2, about 2000]: least, greatest sample
    states: tuple[npt.NDArray[np.uint8], ...] = field(default=(), repr=False)  # `State`s, [frames]


def intervals(mask: npt.NDArray[np.bool_]) -> tuple[Interval, ...]:
    """The stretches in which `mask` [shape=(frames,)] holds, in seconds."""
    return tuple(
        Interval(int(start) / FRAMES_PER_S, int(end) / FRAMES_PER_S) for start, end in runs(mask)
    )
