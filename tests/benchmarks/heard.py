"""What is heard when, against calls whose truth is known, and Silero at its best beside it.

The calls are the samples; set SCORER_CALLS to a folder of other ones: NAME.json with `turns`, and
NAME.wav or NAME.CONDITION.wav.
"""

from __future__ import annotations

import json
import os
from collections import defaultdict
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import Any

import faster_whisper.vad
import numpy as np
from faster_whisper.vad import VadOptions, get_speech_timestamps

from scorer.audio.activity import analyse
from scorer.audio.decode import decode
from scorer.audio.sound import State, runs
from scorer.paths import shipped
from tests.benchmarks.timing import Result

#: Silero's settings that are tried: thresholds, shortest pause (ms), padding (ms).
THRESHOLDS = (0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.5, 0.6, 0.7, 0.8)
PAUSES, PADS = (50, 100, 200, 300), (0, 30, 60, 90, 120)
LEAST = 30  # frames of an overlap that has to be found

Masks = list[np.ndarray]


def results() -> Iterator[Result]:
    calls = Path(os.environ.get("SCORER_CALLS") or shipped("tests/samples"))
    conditions: dict[str, list[tuple[Path, dict[str, Any]]]] = defaultdict(list)
    for path in sorted(calls.glob("*.wav")):
        name, _, condition = path.stem.partition(".")
        truth = path.with_name(f"{name}.json")
        if truth.exists():
            conditions[condition or "clean"].append((path, json.loads(truth.read_text())))
    for condition, recordings in conditions.items():
        yield from _of_condition(condition, recordings)


def _of_condition(
    condition: str, recordings: list[tuple[Path, dict[str, Any]]]
) -> Iterator[Result]:
    counts = np.zeros(3)
    overlaps = np.zeros(4)
    held = np.zeros(3)  # frames of hold music: all, called speech by us, by Silero
    silero: dict[tuple[float, int, int], np.ndarray] = defaultdict(lambda: np.zeros(3))
    for path, call in recordings:
        recording = decode(path)
        found = [states == State.SPEECH for states in analyse(recording).states]
        truth = [_spoken(call, channel, len(found[0])) for channel in (0, 1)]
        counts += sum(_counts(*pair) for pair in zip(truth, found, strict=True))
        overlaps += _overlaps(truth[0] & truth[1], found[0] & found[1])
        for channel in (0, 1):
            hold = _held(call, channel, len(found[0])) & ~truth[channel]
            held[:2] += hold.sum(), (hold & found[channel]).sum()
            for setting, theirs in _sileros(recording.samples(channel), len(found[0])):
                silero[setting] += _counts(truth[channel], theirs)
                if setting == (0.5, 100, 0):
                    held[2] += (hold & theirs).sum()
    ours, best = _f1(counts), max(_f1(each) for each in silero.values())
    yield Result(
        f"speech frames, {condition}, against Silero's best", ours, best, ours / best, "F1"
    )
    if held[0]:
        ours, theirs = (float(count / held[0] * 100) for count in held[1:])
        yield Result(f"hold music called speech, {condition}", ours, theirs, None, "%")
    if overlaps[0]:
        recall, precision = overlaps[1] / overlaps[0], overlaps[3] / max(overlaps[2], 1)
        name = f"overlaps of 0.3 s and more, {condition}"
        yield Result(f"{name}: found of {overlaps[0]:.0f}", float(recall), None, None, "")
        yield Result(f"{name}: right of {overlaps[2]:.0f}", float(precision), None, None, "")


def _spoken(call: dict[str, Any], channel: int, frames: int) -> np.ndarray:
    spans = [s for t in call["turns"] if t["channel"] == channel for s in t["speech_spans"]]
    return _mask(spans, frames)


def _held(call: dict[str, Any], channel: int, frames: int) -> np.ndarray:
    holds = [h for h in call.get("holds", []) if h.get("channel", 0) == channel]
    return _mask([(hold["start"], hold["end"]) for hold in holds], frames)


def _mask(spans: list[Any], frames: int) -> np.ndarray:
    mask = np.zeros(frames, bool)
    for start, end in spans:
        mask[round(start * 100) : round(end * 100)] = True
    return mask


def _sileros(
    samples: np.ndarray, frames: int
) -> Iterator[tuple[tuple[float, int, int], np.ndarray]]:
    """Frames of speech by every setting. The network runs once, its own code decides each time."""
    heard: list[np.ndarray] = []
    model = faster_whisper.vad.get_vad_model()

    def once(padded: np.ndarray) -> np.ndarray:
        if not heard:
            heard.append(model(padded))
        return heard[0]

    kept = faster_whisper.vad.get_vad_model
    faster_whisper.vad.get_vad_model = lambda: once
    try:
        for threshold, pause, pad in product(THRESHOLDS, PAUSES, PADS):
            options = VadOptions(
                threshold=threshold,
                min_speech_duration_ms=50,
                min_silence_duration_ms=pause,
                speech_pad_ms=pad,
            )
            spans = get_speech_timestamps(samples.copy(), options)
            found = [(span["start"] / 16_000, span["end"] / 16_000) for span in spans]
            yield (threshold, pause, pad), _mask(found, frames)
    finally:
        faster_whisper.vad.get_vad_model = kept


def _counts(truth: np.ndarray, found: np.ndarray) -> np.ndarray:
    """Frames found, wrongly found, and missed."""
    return np.array([(truth & found).sum(), (~truth & found).sum(), (truth & ~found).sum()])


def _f1(counts: np.ndarray) -> float:
    return float(2 * counts[0] / max(2 * counts[0] + counts[1] + counts[2], 1))


def _overlaps(truth: np.ndarray, found: np.ndarray) -> np.ndarray:
    """Long true overlaps, those of them found, long ones found, those of them true."""
    true, ours = runs(truth), runs(found)
    long_true = [span for span in true if span[1] - span[0] >= LEAST]
    long_ours = [span for span in ours if span[1] - span[0] >= LEAST]
    return np.array(
        [
            len(long_true),
            sum(_meets(span, ours) for span in long_true),
            len(long_ours),
            sum(_meets(span, true) for span in long_ours),
        ]
    )


def _meets(span: np.ndarray, others: np.ndarray) -> bool:
    return any(min(span[1], end) > max(span[0], start) for start, end in others)
