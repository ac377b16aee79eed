"""A call of hours that is full of speech, scored whole: time, words and memory at the peak.

    python -m tests.benchmarks.long [--hours 2] [--mono]

The samples follow one another until the length is reached, on two channels or mixed into one, and
`scorer score` takes the file as any other. A call of 1/8 of the length is scored before it, so that
what grows with length can be seen. Three hours take half an hour on two cores.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from itertools import cycle
from pathlib import Path

import numpy as np
import soundfile

SAMPLES = sorted((Path(__file__).parents[1] / "samples").glob("*.wav"))
RATE = 8_000


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--hours", type=float, default=2.0)
    parser.add_argument("--mono", action="store_true")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        for hours in (asked.hours / 8, asked.hours):
            path = Path(place) / f"{hours:g}h.wav"
            join(path, hours, asked.mono)
            told(path, hours)


def join(path: Path, hours: float, mono: bool) -> None:
    """Writes the samples one after the other until they last so long."""
    left = round(hours * 3600 * RATE)
    with soundfile.SoundFile(path, "w", RATE, 1 if mono else 2, "ULAW") as out:
        for sample in cycle(SAMPLES):
            sound, rate = soundfile.read(sample, left, dtype="float32")
            assert rate == RATE
            out.write(np.mean(sound, axis=1) if mono else sound)
            left -= len(sound)
            if left <= 0:
                return


def told(path: Path, hours: float) -> None:
    out = path.with_suffix(".jsonl")
    began, before = time.perf_counter(), resource.getrusage(resource.RUSAGE_CHILDREN)
    command = [sys.executable, "-m", "scorer.cli", "score", str(path), "--out", str(out)]
    subprocess.run(command, check=True, stderr=subprocess.DEVNULL)
    used = resource.getrusage(resource.RUSAGE_CHILDREN)  # the most of all children so far
    spent = used.ru_utime + used.ru_stime - before.ru_utime - before.ru_stime
    card = json.loads(out.read_text())
    words = sum(len(turn["text"].split()) for turn in card["turns"])
    print(
        f"{hours:g} h: {words} words in {len(card['turns'])} turns, the last at "
        f"{max(turn['end'] for turn in card['turns']) / 3600:.2f} h; {used.ru_maxrss / 1e6:.2f} GB "
        f"at the peak, {time.perf_counter() - began:.0f} s, {spent:.0f} s of processor",
        flush=True,
    )


if __name__ == "__main__":
    main()
