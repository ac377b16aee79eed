"""Thirty seconds of one channel of a call, and the exact truth of each 10 ms."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from tests.training.activity import backgrounds
from tests.training.activity.backgrounds import RATE, Floats, Rng

FRAME = RATE // 100
NOTHING, SPEECH, MUSIC, TONE = range(4)


def scene(rng: Rng, speech: Sequence[Floats], seconds: float = 30.0):
    """Sound, float32 at 8 kHz [shape=(n,)], and what each 10 ms holds [shape=(n // 80,)]."""
    n = int(seconds * RATE)
    talk = np.zeros(n, np.float32)
    labels = np.zeros(n // FRAME, np.int64)
    music = np.zeros(n, np.float32)
    story = rng.choice(["talk", "quiet", "hold", "tones", "over"], p=[0.5, 0.1, 0.22, 0.15, 0.03])
    hold = (0, 0)
    if story in ("hold", "over"):
        start = int(rng.uniform(0, 0.7) * n) if rng.random() < 0.7 else 0
        hold = (start, min(start + int(rng.uniform(0.15, 1.2) * n), n))
        sound = backgrounds.music(rng, hold[1] - hold[0])
        music[hold[0] : hold[1]] = sound * 10 ** (rng.uniform(-10, 6) / 20)
        labels[hold[0] // FRAME : hold[1] // FRAME] = MUSIC
    if story == "tones":
        start = int(rng.uniform(0, 0.6) * n)
        m = min(int(rng.uniform(2, 15) * RATE), n - start)
        sound, on = backgrounds.tones(rng, m)
        music[start : start + m] = sound * 10 ** (rng.uniform(-8, 8) / 20)
        m -= m % FRAME
        first = -(-start // FRAME)
        ringing = on[:m].reshape(-1, FRAME).mean(axis=1)
        labels[first : first + len(ringing)] = np.where(ringing > 0.5, TONE, NOTHING)[
            : len(labels) - first
        ]
        hold = (start, start + m)
    if story != "quiet":
        spoken = _talk(rng, talk, speech, hold if story != "over" else (0, 0))
        labels[spoken] = SPEECH
    sound = talk * 1.0
    sound = backgrounds.shaped(rng, sound, db=4) if sound.any() else sound
    sound = sound + music
    snr = rng.choice([rng.uniform(2, 20), rng.uniform(20, 60)], p=[0.65, 0.35])
    if story in ("hold", "tones", "over"):
        snr += 12
    hiss = backgrounds.changing(rng, n, speech)
    sound = sound + hiss * 10 ** (-snr / 20) * (_active_rms(sound) or 1)
    if rng.random() < 0.3:  # a door, a cup, a cough: as loud as the voices
        loud = 10 ** (rng.uniform(-15, 3) / 20) * (_active_rms(sound) or 1)
        sound = sound + backgrounds.gusts(rng, n) * loud / 2
    handling = rng.random()
    if handling < 0.12:
        sound = _pumped(rng, sound)
    elif handling < 0.24:
        sound = _gated(rng, sound, labels != NOTHING)
    return _line(rng, sound), labels


def _talk(rng: Rng, talk: Floats, speech: Sequence[Floats], keep_out: tuple[int, int]):
    """Lays turns of speech along `talk`; gives the frames in which somebody speaks."""
    spoken = np.zeros(len(talk) // FRAME, bool)
    at = int(rng.exponential(1.5) * RATE)
    loud = 10 ** (rng.normal(0, 2) / 20)
    while at < len(talk):
        voice = backgrounds.unit(speech[rng.integers(len(speech))])
        voice = voice * loud * 10 ** (rng.normal(0, 2) / 20)
        at -= at % FRAME
        end = at + len(voice)
        if end <= len(talk) and (end <= keep_out[0] or at >= keep_out[1]):
            talk[at:end] += voice
            found = heard(voice)
            spoken[at // FRAME : at // FRAME + len(found)] |= found
        pause = rng.uniform(0.15, 0.8) if rng.random() < 0.55 else rng.exponential(4)
        at = end + int(pause * RATE)
    return spoken


def heard(voice: Floats) -> npt.NDArray[np.bool_]:
    """Frames of an utterance within 40 dB of its loudest, pauses under 0.2 s filled."""
    n = len(voice) // FRAME
    level = (voice[: n * FRAME].reshape(n, FRAME) ** 2).mean(axis=1)
    on = level > level.max() * 1e-4
    where = np.flatnonzero(on)
    for a, b in pairwise(where):
        if b - a < 20:
            on[a:b] = True
    return on


def _active_rms(sound: Floats) -> float:
    level = (sound[: len(sound) // FRAME * FRAME].reshape(-1, FRAME) ** 2).mean(axis=1)
    loud = level > level.max() * 1e-3
    return float(np.sqrt(level[loud].mean())) if level.max() > 1e-8 else 0.0


def _pumped(rng: Rng, sound: Floats) -> Floats:
    """As an automatic gain control leaves it: loudness evened out, the noise of pauses raised."""
    width = int(rng.uniform(0.1, 0.8) * RATE)
    power = np.convolve(sound**2, np.full(width, 1 / width), "same")
    power = np.maximum(power, power.max() * 10 ** (-rng.uniform(20, 50) / 10))
    return (sound / np.sqrt(power) ** rng.uniform(0.4, 1)).astype(np.float32)


def _gated(rng: Rng, sound: Floats, busy: npt.NDArray[np.bool_]) -> Floats:
    """As a line that sends nothing in the pauses leaves it: silence, or a noise of its own."""
    hang = int(rng.integers(2, 40))
    open_ = np.convolve(busy, np.ones(2 * hang + 1), "same") > 0
    gate = np.repeat(open_, FRAME)[: len(sound)]
    gate = np.pad(gate, (0, len(sound) - len(gate)))
    comfort = backgrounds.shaped(rng, rng.standard_normal(len(sound)), db=3)
    comfort *= np.sqrt((sound**2).mean()) * 10 ** (-rng.uniform(10, 60) / 20)
    if rng.random() < 0.5:  # ... that comes and goes
        turns = rng.random(len(sound) // RATE + 1) < 0.5
        comfort *= np.repeat(turns, RATE)[: len(sound)]
    return np.where(gate, sound, comfort).astype(np.float32)


def _line(rng: Rng, sound: Floats) -> Floats:
    """What a telephone line does: band, level, clipping, mu-law, lost packets."""
    if rng.random() < 0.6:  # 300 to 3,400 Hz
        spectrum = np.fft.rfft(sound)
        hertz = np.fft.rfftfreq(len(sound), 1 / RATE)
        low, high = rng.uniform(50, 320), rng.uniform(3_200, 3_900)
        spectrum *= 1 / (1 + (low / np.maximum(hertz, 1)) ** 6) / (1 + (hertz / high) ** 30)
        sound = np.fft.irfft(spectrum, len(sound))
    sound = sound / np.abs(sound).max() * 10 ** (rng.uniform(-30, 3) / 20)
    sound = sound.clip(-1, 1)
    coding = rng.choice(["mulaw", "pcm", "none"], p=[0.6, 0.3, 0.1])
    if coding == "mulaw":
        curve = np.sign(sound) * np.log1p(255 * np.abs(sound)) / np.log(256)
        curve = np.round(curve * 127) / 127
        sound = np.sign(curve) * np.expm1(np.abs(curve) * np.log(256)) / 255
    elif coding == "pcm":
        sound = np.round(sound * 32768) / 32768
    if rng.random() < 0.2:
        lost = rng.random(len(sound) // 160) < rng.uniform(0.005, 0.05)
        sound[: len(lost) * 160] *= np.repeat(~lost, 160)
    return sound.astype(np.float32)
