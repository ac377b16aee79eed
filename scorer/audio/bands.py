"""The telephone band in 24 bands: the one view of the sound that activity is read from."""

from __future__ import annotations

from functools import cache

import numpy as np
import numpy.typing as npt

from scorer.audio import kernels
from scorer.audio.recording import Recording

RATE = 8_000  # a telephone's; wider sound is brought down to it
HOP = 80  # 10 ms
WINDOW = 200  # 25 ms
BANDS = 24
_LOW, _HIGH = 120.0, 3_800.0  # Hz

Levels = npt.NDArray[np.float32]  # dB below a full-scale sine [shape=(BANDS, frames)]

_BLOCK = 6_000  # frames whose samples are in memory at once: a minute


def band_levels(recording: Recording, channel: int, first: int, last: int) -> Levels:
    """Levels in frames `first` to `last` of a channel; frame t is centred on (t + 1/2) / 100 s."""
    levels = np.empty((BANDS, last - first), np.float32)
    before = (WINDOW - HOP) // 2
    for start in range(first, last, _BLOCK):
        stop = min(start + _BLOCK, last)
        end = (stop - 1) * HOP + WINDOW - before
        sound = recording.sound(channel, start * HOP - before, end, RATE)
        out = levels[:, start - first : stop - first]
        kernels.spectrum.band_levels(sound, filters(), HOP, out)
    levels *= 10
    return levels


@cache
def filters() -> npt.NDArray[np.float32]:
    """Triangles evenly spaced in mel, scaled so that a full-scale sine gives about 0 dB."""
    mel = np.linspace(_mel(_LOW), _mel(_HIGH), BANDS + 2)
    edges = 700 * (10 ** (mel / 2595) - 1)
    bins = np.arange(WINDOW // 2 + 1) * RATE / WINDOW
    rise = (bins - edges[:-2, None]) / np.diff(edges)[:-1, None]
    fall = (edges[2:, None] - bins) / np.diff(edges)[1:, None]
    weights = np.maximum(0, np.minimum(rise, fall)) / (WINDOW / 4) ** 2
    return weights.astype(np.float32)


def _mel(hertz: float) -> float:
    return float(2595 * np.log10(1 + hertz / 700))
