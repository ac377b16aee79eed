"""Words and turns against the truth of the project's own calls, beside faster-whisper's default.

    python -m tests.benchmarks.speech [CALL... | RECORDING.wav...]

Both hear the same files in the same process, int8 on two threads, taking turns call by call, after
loading. A CALL is one of the samples; any other two-channel recording is only timed, since its
truth is not known. Processor time is disturbed less by other work on the machine than the clock.
"""

from __future__ import annotations

import json
import re
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jiwer
import numpy as np
from faster_whisper import WhisperModel, decode_audio
from whisper_normalizer.english import EnglishTextNormalizer

from scorer.audio.activity import analyse
from scorer.audio.decode import decode
from scorer.conversation.turns import build
from scorer.speech import weights
from scorer.speech.engine import Engine

SAMPLES = Path(__file__).parents[1] / "samples"
PARTIES = ("agent", "customer")
THREADS = 2

_FILLERS = re.compile(r"\b(uh|um|mhm|hmm|hm|mm|uhhuh|huh|ah|oh|mmhm)\b")
_NORMAL = EnglishTextNormalizer()

#: (party, start, text)
Told = tuple[str, float, str]


@dataclass
class Tally:
    """What is summed over the calls for one of the two."""

    errors: int = 0
    words: int = 0
    told: int = 0
    seconds: float = 0.0
    processor: float = 0.0
    swapped: int = 0
    neighbours: int = 0


def main(names: Sequence[str]) -> None:
    engine = Engine("base", device="cpu", threads=THREADS)
    default = WhisperModel(
        str(weights.resolve("base")), device="cpu", compute_type="int8", cpu_threads=THREADS
    )
    hear: dict[str, Callable[[Path], list[Told]]] = {
        "ours": lambda path: _ours(engine, path),
        "default": lambda path: _default(default, path),
    }
    tallies = {name: Tally() for name in hear}
    starts: dict[str, list[float]] = {name: [] for name in hear}
    for path in [_path(name) for name in names] or sorted(SAMPLES.glob("*.wav")):
        for name, listen in hear.items():
            clock, processor = time.perf_counter(), time.process_time()
            told = listen(path)
            tallies[name].seconds += time.perf_counter() - clock
            tallies[name].processor += time.process_time() - processor
            tallies[name].told += sum(len(text.split()) for _, _, text in told)
            if (known := path.with_suffix(".json")).exists():
                starts[name] += _compare(json.loads(known.read_text()), told, tallies[name])
    for name, tally in tallies.items():
        print(
            f"{name:8} {tally.seconds:7.1f} s   processor {tally.processor:7.1f} s"
            f"   {tally.told} words"
        )
        if tally.words:
            late = np.array(starts[name])
            print(
                f"{'':8} word errors {tally.errors / tally.words:6.1%} of {tally.words}"
                f"   start median {np.median(late):.2f} s, 90th {np.percentile(late, 90):.2f} s"
                f"   order wrong {tally.swapped / max(tally.neighbours, 1):.1%}"
            )
    ours, theirs = tallies["ours"], tallies["default"]
    print(
        f"the default takes {theirs.seconds / ours.seconds:.1f} times as long,"
        f" and {theirs.processor / ours.processor:.1f} times the processor"
    )


def _path(name: str) -> Path:
    return Path(name) if Path(name).suffix else SAMPLES / f"{name}.wav"


def _ours(engine: Engine, path: Path) -> list[Told]:
    recording = decode(path)
    sound = analyse(recording)
    turns = build(engine.transcribe(recording, sound), sound)
    return [(turn.speaker, turn.start or 0.0, turn.text) for turn in turns]


def _default(model: WhisperModel, path: Path) -> list[Told]:
    """Each channel alone with the voice filter on, grouped to turns by the times of its words."""
    words = []
    for party, channel in zip(PARTIES, decode_audio(str(path), split_stereo=True), strict=True):
        segments, _ = model.transcribe(channel, vad_filter=True, word_timestamps=True)
        words += [(w.start, w.end, w.word, party) for s in segments for w in s.words or ()]
    turns: list[list[Any]] = []
    for start, end, text, party in sorted(words):
        if turns and turns[-1][0] == party and start - turns[-1][3] < 1.5:
            turns[-1][2] += text
            turns[-1][3] = end
        else:
            turns.append([party, start, text, end])
    return [(party, start, text) for party, start, text, _ in turns]


def _compare(truth: dict[str, Any], told: Sequence[Told], tally: Tally) -> list[float]:
    """Adds a call's errors to the tally; returns how far each true turn's start was missed [s]."""
    for party in PARTIES:
        said = _plain(" ".join(t["text"] for t in truth["turns"] if _side(t["speaker"]) == party))
        heard = _plain(" ".join(text for who, _, text in told if _side(who) == party))
        result = jiwer.process_words(said, heard)
        tally.errors += result.substitutions + result.deletions + result.insertions
        tally.words += len(said.split())
    real = [turn for turn in truth["turns"] if turn["kind"] != "backchannel"]
    found = []
    for turn in real:
        mine = [start for who, start, _ in told if _side(who) == _side(turn["speaker"])]
        found.append(min(mine, key=lambda start: abs(start - turn["start"]), default=float("inf")))
    for (a, x), (b, y) in zip(
        zip(real, found, strict=True), list(zip(real, found, strict=True))[1:], strict=False
    ):
        if _side(a["speaker"]) != _side(b["speaker"]) and b["start"] - a["start"] >= 0.3:
            tally.neighbours += 1
            tally.swapped += x >= y
    return [abs(start - turn["start"]) for turn, start in zip(real, found, strict=True)]


def _plain(text: str) -> str:
    return " ".join(_FILLERS.sub(" ", _NORMAL(text.replace("-", " "))).split())


def _side(speaker: str) -> str:
    return "agent" if speaker.startswith("agent") else speaker


if __name__ == "__main__":
    main(sys.argv[1:])
