"""A night of short calls on this machine, local and on Ray, beside a loop over faster-whisper.

    python -m tests.benchmarks.batch [--calls 300] [--theirs 30] [--seconds 25] [--overhead]

The calls are cut from the samples, each another one. Both engines score all of them from sound to
store; the loop only writes down the words of some, with faster-whisper's default `transcribe` for
each party, and is told as hours of sound an hour all the same. What store and engine cost is told
against a process that scores the same calls and keeps nothing. Memory is read from /proc for each
process, its peak over every 50 calls. At the end a run is killed half-way and taken up again.
A night's start costs the same whatever follows: `--overhead --seconds 70` tells what store and
engine cost, and nothing else, for the samples nearly whole.
Prints a table; needs a quiet machine, since most is taken by the clock.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import soundfile
from faster_whisper import WhisperModel, decode_audio

from scorer.audio.apart import opened
from scorer.heap import ENVIRONMENT
from scorer.pipeline import Scorer
from scorer.speech import weights
from scorer.store.store import Store

#: Calls whose peak of memory is told together.
STEP = 50
SAMPLES = sorted((Path(__file__).parents[1] / "samples").glob("*.wav"))


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--calls", type=int, default=300)
    parser.add_argument("--theirs", type=int, default=30, help="calls that the loop hears")
    parser.add_argument("--seconds", type=float, default=25.0)
    parser.add_argument("--engines", default="local,ray")
    parser.add_argument("--overhead", action="store_true", help="what store and engine cost, alone")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        calls = cut(Path(place) / "calls", asked.calls, asked.seconds)
        some = calls[:: max(1, len(calls) // max(asked.theirs, 1))]
        speed = loop(some[:1] if asked.overhead else some)
        say("faster-whisper's default, a loop", f"{speed:.1f} h of sound an hour", len(some))
        bare = alone(calls)
        hours = sum(map(length, calls)) / 3600
        told = f"{bare.processor:.0f} s of processor, {bare.processor / hours:.0f} an hour of sound"
        say("scored, nothing kept", told, len(calls))
        for engine in asked.engines.split(","):
            run = night(Path(place), calls, "--engine", engine)
            tell(f"scorer batch, {engine}", run, speed, len(calls), bare)
        if asked.overhead:
            return
        few = calls[: max(8, len(calls) * 4 // 15)]
        for workers in (1, 2):
            run = night(Path(place), few, "--workers", str(workers))
            tell(f"local, {workers} worker{'s'[: workers - 1]}", run, speed, len(few))
        resume(Path(place), few)


def cut(folder: Path, count: int, seconds: float) -> list[Path]:
    """So many calls, each from another place of a sample."""
    folder.mkdir()
    each = -(-count // len(SAMPLES))
    made = []
    for number in range(count):
        source, turn = SAMPLES[number % len(SAMPLES)], number // len(SAMPLES)
        info = soundfile.info(source)
        room = info.frames - round(seconds * info.samplerate) - 1
        first = round(room * turn / max(each - 1, 1))
        sound, rate = soundfile.read(source, round(seconds * info.samplerate), first, dtype="int16")
        made.append(folder / f"call{number:04}.wav")
        soundfile.write(made[-1], sound, rate, subtype="ULAW")
    return made


def loop(calls: list[Path], device: str = "cpu", compute_type: str = "int8") -> float:
    """Seconds of sound a second of faster-whisper's `transcribe` as it comes, after loading."""
    model = WhisperModel(str(weights.resolve("base")), device=device, compute_type=compute_type)
    began = time.perf_counter()
    for path in calls:
        for party in decode_audio(str(path), split_stereo=True):
            segments, _ = model.transcribe(party)
            for _ in segments:
                pass
    return sum(map(length, calls)) / (time.perf_counter() - began)


def length(path: Path) -> float:
    """Seconds of sound."""
    return float(soundfile.info(path).duration)


def scored() -> None:
    """Scores the calls named on standard input as one stream, and keeps nothing."""
    calls = [Path(line) for line in sys.stdin.read().splitlines()]
    scorer = Scorer()
    for path, spoken in scorer.hear((path, opened(path)) for path in calls):
        assert not isinstance(spoken, Exception)
        scorer.finish(spoken, path.name).card.to_dict()


@dataclass
class Told:
    """What is known of a run afterwards, from its start to its end."""

    clock: float  # seconds
    spent: dict[str, float]  # seconds of processor by kind of process
    memory: dict[str, dict[int, float]]  # process -> MB by stretch of calls
    report: dict[str, Any] = field(default_factory=dict)
    log: list[dict[str, Any]] = field(default_factory=list)

    @property
    def processor(self) -> float:
        """Seconds of all processes."""
        return sum(self.spent.values())


def alone(calls: list[Path]) -> Told:
    """The calls scored in one process, without store or engine."""
    code = "from tests.benchmarks import batch; batch.scored()"
    running = subprocess.Popen(
        [sys.executable, "-c", code],
        env={**os.environ, **ENVIRONMENT},
        stdin=subprocess.PIPE,
        text=True,
    )
    return watched(running, len(calls), input="\n".join(map(str, calls)))


def night(place: Path, calls: list[Path], *options: str) -> Told:
    """Runs the command in a home of its own, and watches its processes."""
    home = Path(tempfile.mkdtemp(dir=place))
    (home / "models").symlink_to(weights.models_home())
    told = watched(start(home, calls, *options), len(calls), home / "log.jsonl")
    [run] = Store(home=home).runs(1)
    told.report, told.log = dict(run.report), logged(home)
    return told


def logged(home: Path) -> list[dict[str, Any]]:
    """What a run's log says, line by line."""
    return [json.loads(line) for line in (home / "log.jsonl").read_text().splitlines()]


def watched(
    running: subprocess.Popen[str], calls: int, log: Path | None = None, input: str | None = None
) -> Told:
    """Waits for the end of a process, whose `log` says how many calls it has done."""
    began, watch = time.perf_counter(), Watch(running.pid, calls, log)
    watch.start()
    output, _ = running.communicate(input)
    clock = time.perf_counter() - began
    watch.over.set()
    watch.join()
    assert running.returncode == 0, output
    return Told(clock, watch.processor(), watch.memory())


def start(home: Path, calls: list[Path], *options: str) -> subprocess.Popen[str]:
    manifest = home / "night.csv"
    manifest.write_text("file,team\n" + "".join(f"{path},North\n" for path in calls))
    log = home / "log.jsonl"
    return subprocess.Popen(
        [sys.executable, "-m", "scorer.cli", "batch", str(manifest), "--log", str(log), *options],
        env={**os.environ, "SCORER_HOME": str(home)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


class Watch(threading.Thread):
    """Reads the most that every process of a run holds in each `STEP` calls."""

    def __init__(self, pid: int, calls: int, log: Path | None) -> None:
        super().__init__(daemon=True)
        self.over = threading.Event()
        self._pid, self._log, self._last = pid, log, max(0, (calls - 1) // STEP)
        self._spent: dict[int, float] = {}
        self._names: dict[int, str] = {}
        self._held: dict[int, dict[int, float]] = {}

    def run(self) -> None:
        while not self.over.wait(0.5):
            step = min(self._scored() // STEP, self._last)
            for pid, name in family(self._pid):
                if not (held := resident(pid)):
                    continue
                self._spent[pid] = processor(pid)
                self._names[pid] = name
                seen = self._held.setdefault(pid, {})
                seen[step] = max(seen.get(step, 0.0), held)

    def memory(self) -> dict[str, dict[int, float]]:
        """For each process the most that it held in each stretch of calls [MB]."""
        told: dict[str, dict[int, float]] = {}
        for pid, held in self._held.items():
            name = self._names[pid]
            more = sum(other.split(" ")[0] == name for other in told)
            told[f"{name} {more + 1}" if more else name] = held
        return told

    def _scored(self) -> int:
        there = self._log and self._log.exists()
        return self._log.read_text().count('"event": "scored"') if self._log and there else 0

    def processor(self) -> dict[str, float]:
        """Seconds of processor that each kind of process has spent, the most first."""
        told: Counter[str] = Counter()
        for pid, spent in self._spent.items():
            told[self._names[pid]] += spent
        return dict(told.most_common())


def family(pid: int) -> Iterator[tuple[int, str]]:
    """A process and all that it started, with what each of them is."""
    yield pid, "driver"
    waiting = [(pid, 0)]
    while waiting:
        parent, depth = waiting.pop(0)
        for task in Path(f"/proc/{parent}/task").glob("*/children"):
            try:
                children = [int(each) for each in task.read_text().split()]
            except OSError:
                continue
            for child in children:
                yield child, command(child, depth)
                waiting.append((child, depth + 1))


def command(pid: int, depth: int) -> str:
    """What a process is, in a word or two."""
    try:
        words = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
    except OSError:
        return "gone"
    first = words[0].decode()
    if "ray::" in first:  # a process of tasks is called by the task that it has just now
        kinds = {"_Speech": "ray-speech", "Agent": "ray-own"}
        return next((kind for part, kind in kinds.items() if part in first), "ray-tasks")
    if b"/ray/" in b" ".join(words):
        return "ray-own"
    if b"spawn_main" in b" ".join(words):
        return "worker" if depth == 0 else "opener"
    return Path(first).name[:16]


def resident(pid: int) -> float:
    """MB that a process holds, but for memory that all share (Ray's, of a fixed size); 0: gone."""
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return 0.0
    figures = dict(line.split(":", 1) for line in status.splitlines())
    held = [int(figures.get(name, "0 kB").split()[0]) for name in ("RssAnon", "RssFile")]
    return sum(held) / 1e3


def processor(pid: int) -> float:
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def resume(place: Path, calls: list[Path]) -> None:
    """Kills a run's driver at half of its calls, and takes it up again."""
    home = Path(tempfile.mkdtemp(dir=place))
    (home / "models").symlink_to(weights.models_home())
    first, store = start(home, calls, "--workers", "1"), Store(home=home)
    while len(store.calls()) < len(calls) // 2:
        time.sleep(0.1)
    first.kill()
    first.communicate()
    time.sleep(2.0)
    kept = len(store.calls())
    told = logged(home)
    begun = {one["address"] for one in told if one["event"] == "begun"}
    scored = {one["address"] for one in told if one["event"] == "scored"}
    again = start(home, calls, "--workers", "1")
    again.communicate()
    done = store.runs(1)[0].report["scored"]
    say(
        "killed at half, taken up again",
        f"{done} of {len(calls) - kept} were left; {len(begun - scored)} were in flight, "
        f"{kept + done - len(calls)} done twice",
        len(calls),
    )


def tell(name: str, told: Told, theirs: float, count: int, bare: Told | None = None) -> None:
    report = told.report
    speed = report["times_real_time"]
    say(name, f"{speed:.1f} h of sound an hour, {speed / theirs:.2f} x the loop", count)
    each = ", ".join(f"{name} {spent:.0f}" for name, spent in told.spent.items() if spent >= 1)
    hourly = told.processor / report["sound_hours"]
    say("", f"{hourly:.0f} s of processor an hour of sound ({each} in all)", count)
    if bare:
        more = told.clock / bare.clock - 1, told.processor / bare.processor - 1
        say("", f"store and engine: {more[0]:+.1%} time, {more[1]:+.1%} processor", count)
    say(
        "",
        f"the store {report['store_seconds'] / report['seconds']:.2%} of the time, beside it",
        count,
    )
    for process, held in told.memory.items():
        if len(held) > 1 and max(held.values()) > 200:
            peaks = " ".join(f"{held[step]:.0f}" for step in sorted(held))
            say("", f"{process}: MB at the peak of every {STEP} calls: {peaks}", count)


def say(name: str, told: str, count: int) -> None:
    print(f"{name:34} {count:4} calls   {told}", flush=True)


if __name__ == "__main__":
    main()
