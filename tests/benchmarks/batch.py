"""A night of short calls on this machine, local and on Ray, beside a loop over faster-whisper.

    python -m tests.benchmarks.batch [--calls 300] [--theirs 60] [--seconds 25]

The calls are cut from the samples, each another one. Both engines score all of them from sound to
store; the loop only writes down the words of some, with faster-whisper's default `transcribe` for
each party, and is told as hours of sound an hour all the same. Memory is read from /proc for each
process. At the end a run is killed half-way and taken up again. Prints a table; needs a quiet
machine, since both are taken by the clock.
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
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import soundfile
from faster_whisper import WhisperModel, decode_audio

from scorer.speech import weights
from scorer.store.store import Store

SAMPLES = sorted((Path(__file__).parents[1] / "samples").glob("*.wav"))


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--calls", type=int, default=300)
    parser.add_argument("--theirs", type=int, default=60, help="calls that the loop hears")
    parser.add_argument("--seconds", type=float, default=25.0)
    parser.add_argument("--engines", default="local,ray")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        calls = cut(Path(place) / "calls", asked.calls, asked.seconds)
        step = max(1, len(calls) // max(asked.theirs, 1))
        speed = loop(calls[::step])
        heard = len(calls[::step])
        say("faster-whisper's default, a loop", f"{speed:.1f} h of sound an hour", heard)
        for engine in asked.engines.split(","):
            told = night(Path(place), calls, "--engine", engine)
            tell(f"scorer batch, {engine}", told, speed, len(calls))
        few = calls[: max(8, len(calls) * 2 // 5)]
        for workers in (1, 2):
            told = night(Path(place), few, "--workers", str(workers))
            tell(f"local, {workers} worker{'s'[: workers - 1]}", told, speed, len(few))
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


def loop(calls: list[Path]) -> float:
    """Seconds of sound a second of faster-whisper's `transcribe` as it comes, after loading."""
    model = WhisperModel(str(weights.resolve("base")), device="cpu", compute_type="int8")
    sound, began = 0.0, time.perf_counter()
    for path in calls:
        sound += soundfile.info(path).duration
        for party in decode_audio(str(path), split_stereo=True):
            segments, _ = model.transcribe(party)
            for _ in segments:
                pass
    return sound / (time.perf_counter() - began)


@dataclass
class Told:
    """What is known of a night afterwards."""

    report: dict[str, Any]
    processor: float  # seconds of all processes
    driver: float  # of them, the driver's own
    memory: dict[str, dict[str, float]] = field(default_factory=dict)  # process -> MB by moment


def night(place: Path, calls: list[Path], *options: str) -> Told:
    """Runs the command in a home of its own, and watches its processes."""
    home = Path(tempfile.mkdtemp(dir=place))
    (home / "models").symlink_to(weights.models_home())
    running = start(home, calls, *options)
    watch = Watch(running.pid, home)
    watch.start()
    output, _ = running.communicate()
    watch.over.set()
    watch.join()
    assert running.returncode == 0, output
    [run] = Store(home=home).runs(1)
    return Told(dict(run.report), watch.processor(), watch.driver, watch.memory)


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
    """Reads what every process of a run holds, at its 50th call and at its last."""

    def __init__(self, pid: int, home: Path) -> None:
        super().__init__(daemon=True)
        self.over, self.memory, self.driver = threading.Event(), dict[str, dict[str, float]](), 0.0
        self._pid, self._log = pid, home / "log.jsonl"
        self._spent: dict[int, float] = {}

    def run(self) -> None:
        while not self.over.wait(0.5):
            scored = self._log.read_text().count('"event": "scored"') if self._log.exists() else 0
            for number, (pid, name) in enumerate(family(self._pid)):
                held = resident(pid)
                if not held:
                    continue
                self._spent[pid] = processor(pid)
                seen = self.memory.setdefault(f"{name} {number}", {})
                when = "by call 50" if scored <= 50 else "after"
                seen[when] = max(seen.get(when, 0.0), held)
            self.driver = self._spent.get(self._pid, 0.0)

    def processor(self) -> float:
        return sum(self._spent.values())


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
    if "ray::" in first:
        return first.split(" ")[0][:24]
    if b"spawn_main" in b" ".join(words):
        return "worker" if depth == 0 else "opener"
    return Path(first).name[:16]


def resident(pid: int) -> float:
    """MB of its own and shared memory that a process holds; 0 where it is gone."""
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return 0.0
    return next((int(x.split()[1]) / 1e3 for x in status.splitlines() if x[:6] == "VmRSS:"), 0.0)


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
    told = [json.loads(line) for line in (home / "log.jsonl").read_text().splitlines()]
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


def tell(name: str, told: Told, theirs: float, count: int) -> None:
    report = told.report
    speed, seconds = report["times_real_time"], report["seconds"]
    say(name, f"{speed:.1f} h of sound an hour, {speed / theirs:.2f} x the loop", count)
    lines = [
        f"{told.processor / report['sound_hours']:.0f} s of processor an hour of sound",
        f"store {report['store_seconds'] / seconds:.2%} of the time, "
        f"driver {told.driver / max(told.processor, 1e-9):.2%} of the processor",
        *(
            f"{process}: {held['by call 50']:.0f} MB by call 50, {held['after']:.0f} MB after"
            for process, held in told.memory.items()
            if len(held) == 2 and max(held.values()) > 60
        ),
    ]
    for line in lines:
        say("", line, count)


def say(name: str, told: str, count: int) -> None:
    print(f"{name:34} {count:4} calls   {told}", flush=True)


if __name__ == "__main__":
    main()
