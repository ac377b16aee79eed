"""A night on a GPU: hours of sound for each hour of the card, and how busy the card is.

    python -m tests.benchmarks.card [--seconds 70] [--theirs 16] [WORKERS:CALLS...]

The calls are cut from the samples, each another one, and scored from sound to store by so many
workers that share the card; 0 leaves the number to the program. Beside it a loop over
faster-whisper's default `transcribe` for each party, in float16 on the same card, which only writes
down words. The card's use is what `nvidia-smi` says four times a second: the share of the time in
which it works on anything. It is told from the first scored call to the last, since a night's start
costs the same whatever follows. Prints a table.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import tempfile
import threading
import time
from datetime import datetime
from pathlib import Path

from tests.benchmarks import batch

ASKED = "utilization.gpu,memory.used,power.draw"


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--seconds", type=float, default=70.0)
    parser.add_argument("--theirs", type=int, default=16, help="calls that the loop hears")
    parser.add_argument("nights", nargs="*", default=["1:200", "0:1200"])
    asked = parser.parse_args()
    nights = [tuple(map(int, each.split(":"))) for each in asked.nights]
    [name] = smi("name,memory.total")[:1]
    print(f"{', '.join(name)}; {len(os.sched_getaffinity(0))} cores", flush=True)
    with tempfile.TemporaryDirectory() as place:
        calls = batch.cut(Path(place) / "calls", max(n for _, n in nights), asked.seconds)
        theirs = batch.loop(calls[: asked.theirs], "cuda", "float16")
        batch.say("faster-whisper's default, a loop", f"{theirs:.0f} h an hour", asked.theirs)
        for workers, count in nights:
            night(Path(place), calls[:count], workers, theirs)


def night(place: Path, calls: list[Path], workers: int, theirs: float) -> None:
    """One night with the card watched, and its line."""
    card = Card()
    card.start()
    told = batch.night(place, calls, "--workers", str(workers), "--device", "cuda")
    card.over.set()
    card.join()
    scored = [one for one in told.log if one["event"] == "scored"]
    first, last = (
        datetime.fromisoformat(one["time"]).timestamp() for one in (scored[0], scored[-1])
    )
    speed = sum(one["sound"] for one in scored[1:]) / (last - first)
    busy, memory, power = card.between(first, last)
    name = f"{workers or 'the default'} worker{'s'[: workers != 1]}"
    batch.say(
        name,
        f"{speed:.0f} h an hour, {speed / theirs:.1f} x the loop; with the start "
        f"{told.report['times_real_time']:.0f}; card busy {busy:.0f} %, {memory / 1e3:.1f} GB, "
        f"{power:.0f} W; {told.processor / told.clock:.1f} cores busy",
        len(calls),
    )
    each = ", ".join(f"{kind} {spent:.0f}" for kind, spent in told.spent.items() if spent >= 1)
    batch.say(
        "", f"{told.processor / told.report['sound_hours']:.1f} s an hour ({each})", len(calls)
    )


class Card(threading.Thread):
    """Asks the card four times a second what it does."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.over = threading.Event()
        self._seen: list[tuple[float, list[float]]] = []

    def run(self) -> None:
        while not self.over.wait(0.2):
            self._seen.append((time.time(), [float(one) for one in smi(ASKED, "nounits")[0]]))

    def between(self, first: float, last: float) -> tuple[float, float, float]:
        """Mean use [%], most memory [MB] and mean power [W] in a stretch of time."""
        seen = [told for at, told in self._seen if first <= at <= last] or [[0.0] * 3]
        busy, memory, power = zip(*seen, strict=True)
        return sum(busy) / len(seen), max(memory), sum(power) / len(seen)


def smi(asked: str, *form: str) -> list[list[str]]:
    """What nvidia-smi says of each card."""
    command = [
        "nvidia-smi",
        f"--query-gpu={asked}",
        f"--format={','.join(['csv', 'noheader', *form])}",
    ]
    told = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    return [[one.strip() for one in line.split(",")] for line in told.splitlines()]


if __name__ == "__main__":
    main()
