"""A recording at a glance: every channel, what it does when, and how good the line is.

It looks as the player on the pages does: a party has the same colour here and there.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from scorer.audio.recording import Recording
from scorer.audio.sound import Sound
from scorer.call import AGENT, CUSTOMER, Interval, Lane

WIDTH, LANE, GAP, EDGE = 1600, 150, 10, 24  # pixels
HEAD, LINE, FOOT = 62, 21, 66
_FINE = 2  # everything is drawn this much larger, and made smaller again: smooth edges

INK, FAINT, PAPER, RULE = "#1f2933", "#6b7280", "#ffffff", "#e2e6ea"
PARTIES = {AGENT: "#2d6a9f", CUSTOMER: "#8a55a8"}
KINDS = {"hold": "#4f8a6b", "tones": "#a9781f", "leaked": "#9aa5b1"}
OTHER, SILENCE, OVERLAP = "#6b7280", "#b8c0c8", "#e58a57"
_VERDICTS = {"good": "#3c8c4a", "fair": "#b0802f", "poor": "#c0504d"}
_WORDS = {"hold": "hold music", "tones": "telephone tones", "leaked": "the other party, leaking in"}
_REASON = 190  # letters in a line


def draw(recording: Recording, sound: Sound, path_png: str | Path) -> None:
    """Writes the picture as PNG: a waveform a channel, coloured by what it holds, and overtalk.

    Args:
        recording: the recording.
        sound: what `scorer.audio.activity.analyse` found in it.
        path_png: where to write.
    """
    reasons = textwrap.wrap(
        "; ".join(sound.quality.reasons) or "nothing to say against it", _REASON
    )
    top = HEAD + LINE * len(reasons)
    lanes = len(sound.lanes)
    bottom = top + lanes * (LANE + GAP) - GAP
    canvas = _Canvas(WIDTH, bottom + FOOT)
    _head(canvas, recording, sound, reasons)
    for i, lane in enumerate(sound.lanes):
        _ground(canvas, lane, top + i * (LANE + GAP), recording.duration)
    for interval in sound.overlap:  # under the waves, over the ground
        left, right = _across(interval, recording.duration)
        canvas.rectangle((left, top, max(right, left + 1), bottom), tint(OVERLAP, 0.45))
    for i, lane in enumerate(sound.lanes):
        _wave(canvas, lane, sound.peaks[i], top + i * (LANE + GAP), recording.duration)
    _time_axis(canvas, recording.duration, bottom)
    _legend(canvas, sound, bottom + 38)
    canvas.save(path_png)


class _Canvas:
    """Pillow's drawing, finer than the picture, in the picture's own pixels."""

    def __init__(self, width: int, height: int) -> None:
        self._size = width, height
        self._image = Image.new("RGB", (width * _FINE, height * _FINE), PAPER)
        self._draw = ImageDraw.Draw(self._image)

    def rectangle(self, box: tuple[float, float, float, float], colour: str) -> None:
        left, top, right, bottom = (round(side * _FINE) for side in box)
        self._draw.rectangle((left, top, max(right - 1, left), max(bottom - 1, top)), colour)

    def disc(self, x: float, y: float, radius: float, colour: str) -> None:
        box = (x - radius, y - radius, x + radius, y + radius)
        self._draw.ellipse(tuple(side * _FINE for side in box), colour)

    def text(
        self, x: float, y: float, words: str, colour: str, size: int, anchor: str = "la"
    ) -> float:
        """Returns how wide the words are."""
        font = ImageFont.load_default(size * _FINE)
        self._draw.text((x * _FINE, y * _FINE), words, colour, font, anchor=anchor)
        return float(self._draw.textlength(words, font)) / _FINE

    def save(self, path: str | Path) -> None:
        self._image.resize(self._size, Image.Resampling.BOX).save(path)


def tint(colour: str, strength: float) -> str:
    """A colour thinned with the paper; `strength` in (0, 1]."""
    channels = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    return "#" + "".join(f"{round(255 - (255 - c) * strength):02x}" for c in channels)


def _head(canvas: _Canvas, recording: Recording, sound: Sound, reasons: list[str]) -> None:
    kilohertz = f"{recording.sample_rate / 1000:g} kHz"
    facts = f"{_clock(recording.duration)}, {kilohertz}, {recording.layout}, {recording.codec}"
    canvas.text(EDGE, 14, recording.id, INK, 22)
    canvas.text(WIDTH - EDGE, 20, facts, FAINT, 15, anchor="ra")
    canvas.disc(EDGE + 6, 57, 6, _VERDICTS[sound.quality.verdict])
    x = EDGE + 20 + canvas.text(EDGE + 20, 48, f"The line is {sound.quality.verdict}: ", INK, 15)
    for i, line in enumerate(reasons):
        canvas.text(x, 48 + i * LINE, line, INK, 15)


def _stretches(lane: Lane) -> Iterator[tuple[Interval, str]]:
    """What the lane holds when, and the colour of it."""
    yield from ((interval, PARTIES.get(lane.party, OTHER)) for interval in lane.speech)
    for kind, colour in KINDS.items():
        yield from ((interval, colour) for interval in getattr(lane, kind))


def _ground(canvas: _Canvas, lane: Lane, top: int, duration: float) -> None:
    for interval, colour in _stretches(lane):
        left, right = _across(interval, duration)
        canvas.rectangle((left, top, right, top + LANE), tint(colour, 0.13))


def _wave(canvas: _Canvas, lane: Lane, peaks: np.ndarray, top: int, duration: float) -> None:
    middle, reach = top + LANE / 2, LANE / 2 - 8
    columns = (WIDTH - 2 * EDGE) * _FINE
    colour = np.full(columns + 1, SILENCE, dtype=object)
    for interval, tone in _stretches(lane):
        left, right = _across(interval, duration)
        colour[round((left - EDGE) * _FINE) : round((right - EDGE) * _FINE) + 1] = tone
    # The loudest fills the lane, however quiet the line: its level is told in words.
    most = max(int(np.abs(peaks.astype(np.int32)).max(initial=0)), 1)
    canvas.rectangle((EDGE, middle - 0.5, WIDTH - EDGE, middle + 0.5), SILENCE)
    for x in range(columns):
        first = x * peaks.shape[1] // columns
        last = max((x + 1) * peaks.shape[1] // columns, first + 1)
        low, high = int(peaks[0, first:last].min()), int(peaks[1, first:last].max())
        at = EDGE + x / _FINE
        ends = middle - reach * high / most - 0.5, middle - reach * low / most + 0.5
        canvas.rectangle((at, ends[0], at + 1 / _FINE, ends[1]), colour[x])
    name = lane.party.replace("_", " ").capitalize()
    canvas.rectangle((EDGE, top, EDGE + 11 + 8 * len(name), top + 22), PAPER)
    canvas.text(EDGE + 4, top + 2, name, PARTIES.get(lane.party, OTHER), 15)


def _time_axis(canvas: _Canvas, duration: float, top: int) -> None:
    steps = (1, 5, 10, 30, 60, 300, 600, 1800, 3600)
    scale = (WIDTH - 2 * EDGE) / max(duration, 1e-3)
    step = next((s for s in steps if s * scale >= 70), steps[-1])
    canvas.rectangle((EDGE, top + 4, WIDTH - EDGE, top + 5), RULE)
    for second in range(0, int(duration) + 1, step):
        x = EDGE + second * scale
        canvas.rectangle((x - 0.5, top + 4, x + 0.5, top + 10), FAINT)
        canvas.text(x, top + 12, _clock(second), FAINT, 12, anchor="ma")


def _legend(canvas: _Canvas, sound: Sound, top: int) -> None:
    """What the colours mean, of those that are there; parties are named in their lanes."""
    entries = [
        (_WORDS[kind], colour)
        for kind, colour in KINDS.items()
        if any(getattr(lane, kind) for lane in sound.lanes)
    ]
    if sound.overlap:
        entries.append(("both speak", OVERLAP))
    x = float(EDGE)
    for words, colour in [*entries, ("silence", SILENCE)]:
        canvas.rectangle((x, top + 4, x + 12, top + 16), colour)
        x += 38 + canvas.text(x + 18, top, words, INK, 14)


def _across(interval: Interval, duration: float) -> tuple[float, float]:
    scale = (WIDTH - 2 * EDGE) / max(duration, 1e-3)
    return EDGE + interval.start * scale, EDGE + interval.end * scale


def _clock(seconds: float) -> str:
    hours, minutes = divmod(int(seconds) // 60, 60)
    clock = (
        f"{minutes:02d}:{int(seconds) % 60:02d}" if hours else f"{minutes}:{int(seconds) % 60:02d}"
    )
    return f"{hours}:{clock}" if hours else clock
