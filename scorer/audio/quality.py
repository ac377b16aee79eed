"""How good a recording is, in plain words: a bad line must never count against an agent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from scorer.audio import kernels
from scorer.audio.recording import Recording
from scorer.audio.sound import State, lasting, runs
from scorer.call import Quality, Speaker

#: What makes a recording fair, and what makes it poor.
SNR_DB = (15.0, 8.0)
SPEECH_DB = (-40.0, -50.0)  # RMS of speech, full scale = 0
CLIPPED = (0.002, 0.02)  # share of speech frames with a clipped sample
DROPPED = (0.01, 0.05)  # share of the speech lost in dropouts
DC = (0.02, 0.1)  # full scale = 1

_BLOCK = 6_000  # frames whose samples are in memory at once: a minute
_LONGEST_DROPOUT = 30  # frames: what is longer is silence that somebody switched


Frames = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Levels:
    """Level of one channel per frame of 10 ms, full scale being 1 [shape=(frames,) each]."""

    power: npt.NDArray[np.float32]
    peak: npt.NDArray[np.float32]
    mean: npt.NDArray[np.float32]
    clipped: npt.NDArray[np.float32]  # samples


def levels(recording: Recording, channel: int) -> Levels:
    """Levels of a channel at its own rate."""
    hop = recording.sample_rate // 100
    length = recording.store.length if recording.store else 0
    out = np.empty((4, length // hop), np.float32)
    for start in range(0, out.shape[1], _BLOCK):
        block = np.empty((4, min(_BLOCK, out.shape[1] - start)), np.float32)
        pcm = recording.raw(channel, start * hop, (start + block.shape[1]) * hop)
        kernels.level.levels(pcm, hop, block)
        out[:, start : start + block.shape[1]] = block
    return Levels(*out)


def dropouts(level: Levels, speech: float) -> Frames:
    """Frames lost on the way: digital silence of 20 to 300 ms cut out of the sound.

    On both sides the sound must come within 30 dB of the power of `speech`. A line that is switched
    off in the pauses has digital silence too, but fades into it.
    """
    dead = lasting(level.peak == 0, 2)
    for start, end in runs(dead):
        cut = end - start <= _LONGEST_DROPOUT and start > 0 and end < len(dead)
        if not cut or min(level.power[start - 1], level.power[end]) < speech * 1e-3:
            dead[start:end] = False
    return dead


def verdict(
    recording: Recording, parties: Sequence[Speaker], states: Sequence[npt.NDArray[np.uint8]]
) -> Quality:
    """Good, fair or poor, with the reasons and the figures behind it.

    Args:
        recording: the recording.
        parties: who is on each heard channel.
        states: `State` of each heard channel in every frame.
    """
    figures: dict[str, float] = {}
    reasons = list(recording.notes)
    worst = 0
    for party, channel, state in zip(parties, recording.heard, states, strict=True):
        found = _figures(levels(recording, channel), state)
        figures.update({f"{party}.{name}": round(value, 4) for name, value in found.items()})
        for severity, reason in _faults(_whose(party), found):
            worst = max(worst, severity)
            reasons.append(reason)
    named: tuple[Literal["good", "fair", "poor"], ...] = ("good", "fair", "poor")
    if recording.truncated:
        worst = max(worst, 1)
    return Quality(verdict=named[worst], reasons=tuple(reasons), figures=figures)


def _figures(level: Levels, state: npt.NDArray[np.uint8]) -> dict[str, float]:
    frames = min(len(level.power), len(state))
    power, state = level.power[:frames].astype(np.float64), state[:frames]
    talk = state == State.SPEECH
    lost = dropouts(level, float(power[talk].mean()) if talk.any() else 1.0)[:frames]
    speech, quiet = talk & ~lost, (state == State.SILENCE) & ~lost
    found = {
        "dropped": float(lost.sum() / max((talk | lost).sum(), 1)),
        "dc": float(abs(level.mean.mean())) if frames else 0.0,
        "speech_share": float(speech.mean()) if frames else 0.0,
    }
    # Of the quiet a high percentile: noise that comes and goes counts, a stray click does not.
    noise = float(np.percentile(power[quiet], 75)) if quiet.any() else 0.0
    if quiet.any():
        found["noise_db"] = _db(noise)
    if speech.any():
        found["speech_db"] = _db(float(power[speech].mean()))
        found["clipped"] = float((level.clipped[:frames][speech] > 0).mean())
    if quiet.any() and speech.any():
        found["snr_db"] = _db(max(float(power[speech].mean()) - noise, 1e-10)) - _db(noise)
    return found


def _faults(whose: str, found: dict[str, float]) -> list[tuple[int, str]]:
    """(1 fair or 2 poor, the reason in plain words) for all that is wrong with a channel."""
    faults = []
    if "speech_db" not in found:
        faults.append((1, f"nobody speaks on {whose} channel"))
    for name, limits, sign, words in (
        ("speech_db", SPEECH_DB, -1, "{whose} channel is very quiet ({value:.0f} dB)"),
        ("snr_db", SNR_DB, -1, "{whose} channel is noisy ({value:.0f} dB above the noise)"),
        (
            "clipped",
            CLIPPED,
            1,
            "{whose} channel is too loud ({value:.1%} of the speech is clipped)",
        ),
        ("dropped", DROPPED, 1, "{whose} channel has gaps ({value:.1%} of the speech was lost)"),
        ("dc", DC, 1, "{whose} channel is shifted off centre ({value:.0%})"),
    ):
        value = found.get(name)
        if value is None:
            continue
        severity = sum(sign * value > sign * limit for limit in limits)
        if severity:
            faults.append((severity, words.format(whose=whose, value=value)))
    return faults


def _whose(party: Speaker) -> str:
    return "the" if party == "unknown" else f"the {party}'s"


def _db(power: float) -> float:
    return 10 * float(np.log10(max(power, 1e-10)))
