"""The waveform that the player draws for each party."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from scorer.audio.sound import Sound
from scorer.call import AGENT, Lane

#: (lowest, highest) sample in [-1, 1] of each stretch of the recording, about 2,000 stretches.
Pairs = list[tuple[float, float]]


def pairs(sound: Sound, duration: float) -> list[Pairs]:
    """For each lane of the sound its pairs over `duration` seconds.

    Where every party has a channel of its own, a lane shows the whole channel. Where parties share
    one (a mono recording told apart, a second agent), a lane shows what its party did there.
    """
    if len(sound.lanes) == len(sound.peaks):
        return [_pairs(peaks) for peaks in sound.peaks]
    return [
        _pairs(np.where(_active(lane, peaks.shape[1], duration), peaks, 0))
        for lane, peaks in ((lane, _channel(sound, lane)) for lane in sound.lanes)
    ]


def _channel(sound: Sound, lane: Lane) -> npt.NDArray[np.int16]:
    """The peaks of the channel that a lane lies on: agents share the first."""
    return sound.peaks[0 if len(sound.peaks) == 1 or lane.party.startswith(AGENT) else 1]


def _active(lane: Lane, stretches: int, duration: float) -> npt.NDArray[np.bool_]:
    active = np.zeros(stretches, dtype=bool)
    for interval in (*lane.speech, *lane.hold, *lane.tones):
        first = int(interval.start / duration * stretches)
        active[first : max(first + 1, int(np.ceil(interval.end / duration * stretches)))] = True
    return active


def _pairs(peaks: npt.NDArray[np.int16]) -> Pairs:
    return [(round(lo / 32768, 4), round(hi / 32768, 4)) for lo, hi in peaks.T.tolist()]
