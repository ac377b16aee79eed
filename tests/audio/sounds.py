"""Sounds with a known truth, made here: speech-like bursts, noise, tones, and files of them."""

from __future__ import annotations

import wave
from pathlib import Path

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


def voice(seconds: float, rate: int = 8_000, pitch: float = 120.0, seed: int = 0) -> Floats:
    """Something with a voice's build: a gliding pulse train through formants, in syllables.

    Four syllables a second, each a hump of 200 ms with 50 ms between; peak 1.
    """
    rng = np.random.default_rng(seed)
    n = round(seconds * rate)
    t = np.arange(n) / rate
    glide = pitch * (1 + 0.15 * np.sin(2 * np.pi * 0.7 * t + seed))
    phase = 2 * np.pi * np.cumsum(glide) / rate
    formants = [(500, 80), (1500, 120), (2500, 160)]
    sound = np.zeros(n)
    for k in range(1, 25):
        centre = k * pitch
        drift = 1 + 0.2 * np.sin(2 * np.pi * 2.1 * t + seed + k % 3)
        gain = sum(
            1 / (1 + ((centre - f * drift) / (2 * b)) ** 2) / (i + 1)
            for i, (f, b) in enumerate(formants)
        )
        sound += gain * np.sin(k * phase + rng.uniform(0, 6))
    syllable = np.clip(np.sin(np.pi * ((t * 4) % 1) / 0.8), 0, None) * (((t * 4) % 1) < 0.8)
    sound *= syllable**0.5
    return sound / np.abs(sound).max()


def noise(seconds: float, db: float, rate: int = 8_000, seed: int = 1) -> Floats:
    """White noise at a level in dB below full scale (RMS)."""
    return np.random.default_rng(seed).standard_normal(round(seconds * rate)) * 10 ** (db / 20)


def tone(seconds: float, hertz: float, rate: int = 8_000) -> Floats:
    return np.sin(2 * np.pi * hertz * np.arange(round(seconds * rate)) / rate)


def music(seconds: float, rate: int = 8_000, seed: int = 0) -> Floats:
    """Hold music: four chords in turn under a plucked tune, eight notes in two seconds; peak 1."""
    rng = np.random.default_rng(seed)
    n = round(seconds * rate)
    sound = np.zeros(n + 2 * rate)
    for beat in range(int(seconds * 4)):
        at = beat * rate // 4
        root = 131 * 2 ** ([0, 5, 7, 3][beat // 8 % 4] / 12)
        if beat % 8 == 0:
            for step in (0, 4, 7):
                sound[at : at + 2 * rate] += 0.3 * _note(root * 2 ** (step / 12), 2.0, 0.1, rate)
        pitch = root * 2 * 2 ** (rng.choice([0, 2, 4, 7, 9, 12]) / 12)
        sound[at : at + rate] += 0.6 * _note(pitch, 1.0, 0.004, rate, fall=0.25)
    return sound[:n] / np.abs(sound).max()


def _note(hertz: float, seconds: float, rise: float, rate: int, fall: float = 3.0) -> Floats:
    t = np.arange(round(seconds * rate)) / rate
    overtones = [k for k in range(1, 9) if k * hertz < rate / 2]
    sound = sum(np.sin(2 * np.pi * k * hertz * t) / k**1.5 for k in overtones)
    return sound * np.minimum(t / rise, 1) * np.exp(-t / fall) * np.minimum((seconds - t) / 0.05, 1)


def keys(digits: int, rate: int = 8_000) -> Floats:
    """DTMF: `digits` keys of 120 ms, 120 ms apart; peak 1."""
    pairs = [(697, 1209), (770, 1336), (852, 1477), (941, 1336)]
    pause = np.zeros(round(0.12 * rate))
    parts = []
    for i in range(digits):
        low, high = pairs[i % 4]
        parts += [(tone(0.12, low, rate) + tone(0.12, high, rate)) / 2, pause]
    return np.concatenate(parts)


def placed(
    total: float, *parts: tuple[float, Floats], rate: int = 8_000, floor: float = -65
) -> Floats:
    """Sounds laid at their seconds on a quiet line."""
    sound = noise(total, floor, rate, seed=7)
    for at, part in parts:
        start = round(at * rate)
        sound[start : start + len(part)] += part
    return sound


def write(path: Path, *channels: Floats, rate: int = 8_000) -> Path:
    """A 16-bit WAV of the channels."""
    pcm = (np.stack(channels, axis=1).clip(-1, 1) * 32767).astype("<i2")
    with wave.open(str(path), "wb") as file:
        file.setnchannels(len(channels))
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(pcm.tobytes())
    return path
