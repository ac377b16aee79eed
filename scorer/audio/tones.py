"""The telephone's own tones: keys, ringback, busy. Pure, steady, and known by that alone."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from scorer.audio import kernels
from scorer.audio.bands import RATE
from scorer.audio.recording import Recording
from scorer.audio.stretches import lasting, runs

Mask = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.intc]
Powers = npt.NDArray[np.float32]

HOP, WINDOW = 160, 512  # samples at 8 kHz: 20 ms and 64 ms
#: Two lines and their skirts hold this share of the power of a tone.
PURE = 0.97
#: Keys: one line in each group (ITU-T Q.23). Other tones have at most two lines, none below 300 Hz.
KEY_LOW, KEY_HIGH, LOWEST = (680.0, 960.0), (1180.0, 1660.0), 300.0
#: Steps of 20 ms: a key is down for 40 ms; any other tone sounds for 160 ms on the same lines.
KEY_LEAST, TONE_LEAST = 2, 8
#: A tone stands this far above the quietest tenth of its surroundings (dB).
CLEAR = 15.0

_STEPS = 3_000  # whose samples are in memory at once: a minute
_SKIRT = 3  # bins on each side of a line


def toned(recording: Recording, channel: int, first: int, last: int) -> Mask:
    """Which of the frames of 10 ms from `first` to `last` hold a telephone's tone."""
    steps = -(-(last - first) // 2)
    low, high = np.empty(steps, np.intc), np.empty(steps, np.intc)
    share, total = np.empty(steps, np.float32), np.empty(steps, np.float32)
    for start in range(0, steps, _STEPS):
        stop = min(start + _STEPS, steps)
        # Centred on the 20 ms that the step stands for.
        begin = first * HOP // 2 + start * HOP + (HOP - WINDOW) // 2
        sound = recording.sound(channel, begin, begin + (stop - start - 1) * HOP + WINDOW, RATE)
        found = (each[start:stop] for each in (low, high, share, total))
        kernels.spectrum.lines(sound, WINDOW, HOP, *found)
    return np.repeat(_found(low, high, share, total), 2)[: last - first]


def _found(low: Ints, high: Ints, share: Powers, total: Powers) -> Mask:
    """Steps that hold a tone: pure, clear, and on lines that stay."""
    hertz = RATE / WINDOW
    loud = total > np.percentile(total, 10) * 10 ** (CLEAR / 10) if len(total) else share > 1
    pure = (share > PURE) & loud
    key = pure & _within(low * hertz, KEY_LOW) & _within(high * hertz, KEY_HIGH)
    found = lasting(key, KEY_LEAST)
    steady = pure & (low * hertz >= LOWEST)
    for start, end in runs(steady):
        for begin, stop in _constant(low[start:end]):
            found[start + begin : start + stop] |= stop - begin >= TONE_LEAST
    return found


def _constant(line: Ints) -> list[tuple[int, int]]:
    """Stretches over which a line stays where it began, within what two close lines may sway."""
    stretches, begin = [], 0
    for i in range(1, len(line) + 1):
        if i == len(line) or abs(int(line[i]) - int(line[begin])) > _SKIRT:
            stretches.append((begin, i))
            begin = i
    return stretches


def _within(hertz: npt.NDArray[np.floating], bounds: tuple[float, float]) -> Mask:
    return (hertz >= bounds[0]) & (hertz <= bounds[1])
