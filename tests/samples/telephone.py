"""What a telephone line adds to two voices: hold music, ringback, keys, its band and its hiss.

Every function returns samples at 8 kHz, shape=(n,), full scale 1.
"""

from __future__ import annotations

import numpy as np
from scipy.signal import butter, sosfiltfilt

RATE = 8000
BAND = butter(4, [300, 3400], btype="bandpass", fs=RATE, output="sos")
DTMF_ROWS, DTMF_COLUMNS = (697, 770, 852, 941), (1209, 1336, 1477)
KEYS = "123456789*0#"

#: Two bars each, as semitones above the root: a slow four-chord turn in a major key.
PROGRESSION = ((0, 4, 7, 11), (-3, 0, 4, 7), (-7, -3, 0, 4), (-5, -1, 2, 5))
ARPEGGIO = (0, 2, 1, 3, 2, 1, 3, 2)  # which note of the chord each eighth plays
MELODY = (12, None, 11, 7, None, 9, 7, None, 5, 4, None, 7, 2, None, None, None)


def seconds(duration: float) -> np.ndarray:
    return np.arange(round(duration * RATE)) / RATE


def pluck(pitch: float, duration: float, brightness: float) -> np.ndarray:
    """A plucked string: ten partials, the higher ones dying sooner."""
    t = seconds(duration)
    partials = [
        brightness**k * np.exp(-t * (1.6 + 1.1 * k)) * np.sin(2 * np.pi * pitch * (k + 1) * t)
        for k in range(10)
        if pitch * (k + 1) < RATE / 2
    ]
    attack = np.minimum(t / 0.006, 1)
    return attack * np.sum(partials, axis=0)


def pad(pitch: float, duration: float) -> np.ndarray:
    """A soft held note: two detuned voices that swell and fade."""
    t = seconds(duration)
    swell = np.sin(np.pi * np.minimum(t / duration, 1)) ** 0.5
    return swell * sum(np.sin(2 * np.pi * pitch * d * t + d) for d in (0.997, 1.003, 2.001)) / 3


def hold_music(duration: float, rng: np.random.Generator, level_db: float = -25.0) -> np.ndarray:
    """A small tune of our own: arpeggio, bass, pad and a sparse melody over four chords.

    Key and tempo are drawn from `rng`; the notes are the same, as they are on any hold line.
    """
    root = 220.0 * 2 ** (rng.integers(-3, 4) / 12)
    eighth = 60 / rng.uniform(84, 100) / 2
    music = np.zeros(round((duration + 4) * RATE))

    def play(at: float, sound: np.ndarray, gain: float) -> None:
        first = round(at * RATE)
        music[first : first + len(sound)] += gain * sound[: max(0, len(music) - first)]

    for step in range(int(duration / eighth) + 1):
        at = step * eighth
        chord = PROGRESSION[step // 8 % len(PROGRESSION)]
        note = chord[ARPEGGIO[step % 8]]
        play(at, pluck(root * 2 ** (note / 12) * 2, 1.2, 0.55), rng.uniform(0.8, 1.0))
        if step % 4 == 0:
            play(at, pluck(root * 2 ** (chord[0] / 12), 1.6, 0.7), 0.9)
        if step % 8 == 0:
            for held in chord[1:]:
                play(at, pad(root * 2 ** (held / 12) * 2, 8 * eighth), 0.35)
        sung = MELODY[step // 2 % len(MELODY)] if step % 2 == 0 else None
        if sung is not None:
            play(at, pluck(root * 2 ** (sung / 12) * 2, 1.5, 0.35), 0.9)
    music = music[: round(duration * RATE)]
    ramp = np.minimum(1, np.minimum(seconds(duration) / 0.3, seconds(duration)[::-1] / 0.3))
    return to_level(band(music) * ramp, level_db)


def ringback(rings: int, level_db: float = -28.0) -> np.ndarray:
    """The North American ringing tone, 440 + 480 Hz, two seconds on and one off (shortened)."""
    t = seconds(2.0)
    ring = (np.sin(2 * np.pi * 440 * t) + np.sin(2 * np.pi * 480 * t)) * np.minimum(
        1, t[::-1] / 0.01
    )
    gap = np.zeros(RATE)
    return to_level(np.concatenate([ring, *([gap, ring] * (rings - 1))]), level_db)


def keys(digits: str, level_db: float = -18.0) -> np.ndarray:
    """DTMF (ITU-T Q.23): 120 ms a key, 130 ms between."""
    t, parts = seconds(0.12), []
    for digit in digits:
        row, column = divmod(KEYS.index(digit), 3)
        tone = sum(np.sin(2 * np.pi * f * t) for f in (DTMF_ROWS[row], DTMF_COLUMNS[column]))
        parts += [tone, np.zeros(round(0.13 * RATE))]
    return to_level(np.concatenate(parts[:-1]), level_db)


def to_level(samples: np.ndarray, level_db: float) -> np.ndarray:
    """Scaled so that the loud part (above a tenth of the peak) has an RMS of `level_db` dBFS."""
    loud = np.abs(samples) > 0.1 * np.abs(samples).max()
    return samples * 10 ** (level_db / 20) / np.sqrt((samples[loud] ** 2).mean())


def band(samples: np.ndarray) -> np.ndarray:
    """What the telephone's band, 300 to 3400 Hz, lets through; nothing is shifted in time."""
    return sosfiltfilt(BAND, samples)


def line(channel: np.ndarray, rng: np.random.Generator, hiss_db: float = -62.0) -> np.ndarray:
    """A channel with the light hiss of a real line over all of it."""
    hiss = rng.normal(0.0, 10 ** (hiss_db / 20), len(channel))
    return np.clip(channel + band(hiss), -0.98, 0.98)
