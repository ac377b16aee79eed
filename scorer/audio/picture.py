"""A recording at a glance: both channels, what each does when, and how good the line is."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from scorer.audio.recording import Recording
from scorer.audio.sound import Sound
from scorer.call import Interval, Lane

WIDTH, LANE, STRIP, EDGE = 1600, 170, 22, 24  # pixels
_HEAD, _FOOT = 92, 58

INK, FAINT, PAPER = "#1f2933", "#8a94a0", "#ffffff"
COLOURS = {
    "speech": ("#2f6fb0", "#dbe8f5"),  # of the wave, and of the ground behind it
    "hold": ("#9a6fb0", "#efe3f5"),
    "tones": ("#b0802f", "#f7ecd6"),
    "leaked": ("#9aa5b1", "#eef0f2"),
}
OVERLAP, SILENCE = "#c0504d", "#b8c0c8"
_VERDICTS = {"good": "#3c8c4a", "fair": "#b0802f", "poor": "#c0504d"}


def draw(recording: Recording, sound: Sound, path_png: str | Path) -> None:
    """Writes the picture as PNG: a waveform a channel, coloured by what it holds, overlap between.

    Args:
        recording: the recording.
        sound: what `scorer.audio.activity.analyse` found in it.
        path_png: where to write.
    """
    lanes = len(sound.lanes)
    height = _HEAD + lanes * LANE + (lanes > 1) * STRIP + _FOOT
    image = Image.new("RGB", (WIDTH, height), PAPER)
    canvas = ImageDraw.Draw(image)
    scale = (WIDTH - 2 * EDGE) / max(recording.duration, 1e-3)
    _head(canvas, recording, sound)
    top = _HEAD
    for i, lane in enumerate(sound.lanes):
        _lane(canvas, lane, sound.peaks[i], top, scale)
        top += LANE
        if i == 0 and lanes > 1:
            _overlap(canvas, sound.overlap, top, scale)
            top += STRIP
    _time_axis(canvas, recording.duration, top, scale)
    image.save(path_png)


def _font(size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    return ImageFont.load_default(size)


def _head(canvas: ImageDraw.ImageDraw, recording: Recording, sound: Sound) -> None:
    kilohertz = f"{recording.sample_rate / 1000:g} kHz"
    facts = f"{_clock(recording.duration)}, {kilohertz}, {recording.layout}, {recording.codec}"
    canvas.text((EDGE, 14), recording.id, INK, _font(22))
    canvas.text((WIDTH - EDGE, 20), facts, FAINT, _font(15), anchor="ra")
    quality = sound.quality
    words = "; ".join(quality.reasons) or "nothing to say against it"
    canvas.ellipse((EDGE, 52, EDGE + 12, 64), _VERDICTS[quality.verdict])
    canvas.text((EDGE + 20, 48), f"The line is {quality.verdict}: {words}", INK, _font(15))


def _lane(
    canvas: ImageDraw.ImageDraw, lane: Lane, peaks: np.ndarray, top: int, scale: float
) -> None:
    middle, reach = top + LANE // 2, LANE // 2 - 14
    stretches = [(kind, i) for kind in COLOURS for i in getattr(lane, kind)]
    for kind, interval in stretches:
        left, right = _across(interval, scale)
        canvas.rectangle((left, top + 8, right, top + LANE - 8), COLOURS[kind][1])
    colour = np.full(WIDTH, SILENCE, dtype=object)
    for kind, interval in stretches:
        left, right = _across(interval, scale)
        colour[round(left) : round(right) + 1] = COLOURS[kind][0]
    # The loudest fills the lane, however quiet the line: its level is told in words.
    most = max(int(np.abs(peaks.astype(np.int32)).max(initial=0)), 1)
    columns = WIDTH - 2 * EDGE
    for x in range(columns):
        first = x * peaks.shape[1] // columns
        last = max((x + 1) * peaks.shape[1] // columns, first + 1)
        low, high = int(peaks[0, first:last].min()), int(peaks[1, first:last].max())
        at = EDGE + x
        ends = middle - reach * high / most, middle - reach * low / most
        canvas.line((at, ends[0], at, max(ends[1], ends[0] + 1)), colour[at])
    canvas.text((EDGE + 6, top + 10), lane.party, INK, _font(15))


def _overlap(
    canvas: ImageDraw.ImageDraw, overlap: tuple[Interval, ...], top: int, scale: float
) -> None:
    for interval in overlap:
        left, right = _across(interval, scale)
        canvas.rectangle((left, top + 4, max(right, left + 1), top + STRIP - 4), OVERLAP)


def _time_axis(canvas: ImageDraw.ImageDraw, duration: float, top: int, scale: float) -> None:
    steps = (1, 5, 10, 30, 60, 300, 600, 1800, 3600)
    step = next((s for s in steps if s * scale >= 70), steps[-1])
    for second in range(0, int(duration) + 1, step):
        x = EDGE + second * scale
        canvas.line((x, top, x, top + 5), FAINT)
        canvas.text((x, top + 7), _clock(second), FAINT, _font(12), anchor="ma")
    x = float(EDGE)
    legend = [(kind, colours[0]) for kind, colours in COLOURS.items()]
    for word, colour in [*legend, ("overtalk", OVERLAP), ("silence", SILENCE)]:
        canvas.rectangle((x, top + 32, x + 12, top + 44), colour)
        canvas.text((x + 18, top + 29), word, INK, _font(14))
        x += 34 + canvas.textlength(word, _font(14))


def _across(interval: Interval, scale: float) -> tuple[float, float]:
    return EDGE + interval.start * scale, EDGE + interval.end * scale


def _clock(seconds: float) -> str:
    return f"{int(seconds) // 60}:{int(seconds) % 60:02d}"
