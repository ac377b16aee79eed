"""How good a recording is, in plain words: a bad line must never count against an agent."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np
import numpy.typing as npt

from scorer.audio import kernels
from scorer.audio.recording import Recording
from scorer.audio.sound import State
from scorer.audio.stretches import runs
from scorer.call import Quality, Speaker

#: What makes a recording fair, and what makes it poor.
SNR_DB = (15.0, 8.0)
SPEECH_DB = (-40.0, -50.0)  # RMS of speech, full scale = 0
CLIPPED = (0.002, 0.02)  # share of speech frames with a clipped sample
DROPPED = (0.01, 0.05)  # share of the speech lost in dropouts
DC = (0.02, 0.1)  # full scale = 1

_BLOCK = 6_000  # frames whose samples are in memory at once: a minute
#: Frames: what is shorter is no packet, what is longer is silence that somebody switched.
_SHORTEST_DROPOUT, _LONGEST_DROPOUT = 2, 30
#: On both sides of a dropout the sound comes within this of the speech's power.
_CUT = 1e-3

#: Powers are counted in steps of a tenth of a decibel from here up to 0 dB, full scale.
_LEAST_DB, _STEP_DB = -100.0, 0.1
_STEPS = 1001

Ints = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]


class Tally:
    """What one channel's frames of 10 ms add up to. It is of one size, however long the call."""

    def __init__(self) -> None:
        self.frames = self.talk = self.quiet = self.clipped = 0
        self.mean = self.speech_power = 0.0  # sums, full scale being 1
        #: Quiet frames at each power.
        self.quiet_at: Ints = np.zeros(_STEPS, np.int64)
        #: Frames cut out of sound of each power: all, those taken for speech, those for silence.
        self.cut_at: Ints = np.zeros((3, _STEPS), np.int64)

    def add(self, level: npt.NDArray[np.float32], talk: Mask, quiet: Mask, inner: slice) -> None:
        """Frames `inner` of a stretch; those around it say where its silences begin and end.

        Args:
            level: of `scorer.audio.reference.levels` [shape=(4, frames)].
            talk: which frames are speech [shape=(frames,)].
            quiet: which are silence.
            inner: the frames that count.
        """
        power, _, mean, clipped = (each[inner].astype(np.float64) for each in level)
        self.frames += len(power)
        self.talk += int(talk[inner].sum())
        self.quiet += int(quiet[inner].sum())
        self.clipped += int((clipped[talk[inner]] > 0).sum())
        self.mean += float(mean.sum())
        self.speech_power += float(power[talk[inner]].sum())
        self.quiet_at += np.bincount(_step(power[quiet[inner]]), minlength=_STEPS)
        for start, end in runs(level[1] == 0):
            if inner.start <= start < inner.stop:
                self._cut(level[0], talk, quiet, int(start), int(end))

    def _cut(
        self, power: npt.NDArray[np.float32], talk: Mask, quiet: Mask, start: int, end: int
    ) -> None:
        whole = start > 0 and end < len(power)
        if whole and _SHORTEST_DROPOUT <= end - start <= _LONGEST_DROPOUT:
            at = int(_step(np.array([min(power[start - 1], power[end])]))[0])
            parts = (end - start, talk[start:end].sum(), quiet[start:end].sum())
            self.cut_at[:, at] += np.array(parts, np.int64)

    def lost(self) -> Ints:
        """Frames lost on the way, counted as in `cut_at`: digital silence cut out of speech.

        A line that is switched off in the pauses has digital silence too, but fades into it.
        """
        speech = self.speech_power / self.talk if self.talk else 1.0
        total: Ints = self.cut_at[:, int(_step(np.array([speech * _CUT]))[0]) :].sum(axis=1)
        return total

    def noise(self, lost: int) -> float:
        """Of the quiet a high percentile: noise that comes and goes counts, a stray click does not.

        Args:
            lost: frames taken for silence that were lost on the way.
        """
        counts = self.quiet_at.copy()
        counts[0] -= lost
        at = int(np.searchsorted(np.cumsum(counts), 0.75 * counts.sum()))
        return float(10 ** ((_LEAST_DB + at * _STEP_DB) / 10)) if at else 0.0


def _step(power: npt.NDArray[np.floating]) -> Ints:
    decibels = 10 * np.log10(np.maximum(power, 10 ** (_LEAST_DB / 10)))
    steps: Ints = np.clip(np.round((decibels - _LEAST_DB) / _STEP_DB), 0, _STEPS - 1).astype(
        np.int64
    )
    return steps


def tally(recording: Recording, channel: int, state: npt.NDArray[np.uint8]) -> Tally:
    """Adds up a channel at its own rate, a minute at a time."""
    rate = recording.sample_rate
    hop = rate // 100
    length = recording.store.length if recording.store else 0
    frames = min(length * 100 // rate, len(state))
    found = Tally()
    for start in range(0, frames, _BLOCK):
        stop = min(start + _BLOCK, frames)
        first, last = max(start - 1, 0), min(stop + _LONGEST_DROPOUT + 1, frames)
        level = np.empty((4, last - first), np.float32)
        # Frames of 11,025 Hz are not whole: a minute later the next stretch begins aright.
        begin = first * rate // 100
        pcm = recording.raw(channel, begin, begin + (last - first) * hop)
        kernels.level.levels(pcm, hop, level)
        around = state[first:last]
        inner = slice(start - first, stop - first)
        found.add(level, around == State.SPEECH, around == State.SILENCE, inner)
    return found


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
        found = _figures(tally(recording, channel, state))
        figures.update({f"{party}.{name}": round(value, 4) for name, value in found.items()})
        for severity, reason in _faults(_whose(party), found):
            worst = max(worst, severity)
            reasons.append(reason)
    named: tuple[Literal["good", "fair", "poor"], ...] = ("good", "fair", "poor")
    if recording.truncated:
        worst = max(worst, 1)
    return Quality(verdict=named[worst], reasons=tuple(reasons), figures=figures)


def _figures(sums: Tally) -> dict[str, float]:
    lost, lost_talk, lost_quiet = (int(count) for count in sums.lost())
    speech, quiet = sums.talk - lost_talk, sums.quiet - lost_quiet
    found = {
        "dropped": lost / max(sums.talk + lost - lost_talk, 1),
        "dc": abs(sums.mean) / max(sums.frames, 1),
        "speech_share": speech / max(sums.frames, 1),
    }
    noise = sums.noise(lost_quiet) if quiet else 0.0
    if quiet:
        found["noise_db"] = _db(noise)
    if speech:
        power = sums.speech_power / speech
        found["speech_db"] = _db(power)
        found["clipped"] = sums.clipped / speech
        if quiet:
            found["snr_db"] = _db(max(power - noise, 1e-10)) - _db(noise)
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
