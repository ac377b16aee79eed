"""The front end against what it replaces: faster-whisper's decoding, features and Silero VAD."""

from __future__ import annotations

import hashlib
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import av
import librosa
import numpy as np
from faster_whisper.audio import decode_audio
from faster_whisper.feature_extractor import FeatureExtractor
from faster_whisper.vad import get_speech_timestamps

from scorer.audio.activity import analyse
from scorer.audio.decode import decode
from scorer.audio.frontend import log_mel
from scorer.errors import ScorerError
from scorer.paths import shipped
from tests.benchmarks.timing import PAIRS, Result, compare, effort

MINUTES = 10
WINDOW_S = 30  # what Whisper hears at once


def results() -> Iterator[Result]:
    sound = _speechlike(16_000 * WINDOW_S)
    for n_mels in (80, 128):
        theirs = FeatureExtractor(n_mels)
        yield compare(
            f"log-mel, {n_mels} bins, 30 s, against faster-whisper",
            lambda n=n_mels: log_mel(sound, n),
            lambda f=theirs: f(sound),
        )
    yield compare(
        "log-mel, 80 bins, 30 s, against librosa", lambda: log_mel(sound), lambda: _librosa(sound)
    )
    with tempfile.TemporaryDirectory() as folder:
        path = long_call(Path(folder) / "call.wav", MINUTES)
        front = compare(
            "front end, two channels, 10 min mu-law",
            lambda: front_end(path),
            lambda: faster_whispers(path),
        )
        yield front
        assert front.theirs
        ours, theirs = (MINUTES * 60 / seconds for seconds in (front.ours, front.theirs))
        yield Result("that, times real time on one core", ours, theirs, ours / theirs, "x")
        yield _memory(path)
        yield _scaling(path)
        yield from _eight_hours(path)


def front_end(path: Path) -> None:
    """Decoding, activity, quality, peaks, and the features of both channels, window by window."""
    recording = decode(path)
    analyse(recording)
    for channel in recording.heard:
        for start in range(0, int(recording.duration), WINDOW_S):
            log_mel(recording.samples(channel, start, start + WINDOW_S))


def faster_whispers(path: Path) -> None:
    extractor = FeatureExtractor()
    for channel in decode_audio(str(path), split_stereo=True):
        get_speech_timestamps(channel)
        extractor(channel)


def long_call(path: Path, minutes: float) -> Path:
    """A call of the project's own samples, one after the other, as 8 kHz mu-law stereo."""
    parts = []
    for sample in sorted(shipped("tests/samples").glob("*.wav")):
        try:
            recording = decode(sample)
        except ScorerError:
            continue
        if recording.layout == "stereo" and recording.sample_rate == 8_000:
            parts.append(np.stack([recording.raw(c, 0, 1 << 40) for c in (0, 1)]))
    if not parts:
        raise SystemExit("tests/samples holds no calls; run `make samples`")
    n = int(minutes * 60 * 8_000)
    pcm = np.concatenate(parts * (n // sum(part.shape[1] for part in parts) + 1), axis=1)[:, :n]
    with av.open(str(path), "w") as container:
        stream = container.add_stream("pcm_mulaw", rate=8_000, layout="stereo")
        frame = av.AudioFrame.from_ndarray(pcm.T.reshape(1, -1).copy(), "s16", "stereo")
        frame.sample_rate = 8_000
        container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path


def _memory(path: Path) -> Result:
    """Peak memory of a fresh process that runs each path once, in MB; the ratio is of these."""
    ours, theirs = (_apart(name, path)[0] for name in ("front_end", "faster_whispers"))
    return Result("memory that it adds at its peak", ours, theirs, theirs / ours, "MB")


def _eight_hours(path: Path) -> Iterator[Result]:
    """The same call again and again, for eight hours, in one file."""
    short, _ = _apart("front_end", path)
    with tempfile.TemporaryDirectory() as folder:
        long, effort = _apart(
            "front_end", repeated(path, Path(folder) / "long.wav", 480 // MINUTES)
        )
    yield Result("eight hours in one file, processor time", effort, None, None)
    yield Result("memory that they add, against 10 min", long, short, short / long, "MB")


def repeated(path: Path, to: Path, times: int) -> Path:
    """A WAV whose sound is that of another one, `times` over."""
    whole = path.read_bytes()
    at = whole.index(b"data") + 8
    sound = whole[at : at + int.from_bytes(whole[at - 4 : at], "little")]
    length = len(sound) * times
    head = bytearray(whole[:at])
    head[4:8], head[-4:] = (n.to_bytes(4, "little") for n in (at - 8 + length, length))
    with to.open("wb") as file:
        file.write(head)
        for _ in range(times):
            file.write(sound)
    return to


def _apart(name: str, path: Path) -> tuple[float, float]:
    """Megabytes and processor seconds that a path takes in a fresh process."""
    code = f"from tests.benchmarks import audio; audio.taken({name!r}, {str(path)!r})"
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    megabytes, seconds = (float(word) for word in done.stdout.split())
    return megabytes, seconds


def taken(name: str, path: str) -> None:
    """Prints what a path adds to the peak memory of a process that has everything imported, in MB,
    and the processor time it takes, in seconds."""
    before = _status_mb("VmRSS")
    Path("/proc/self/clear_refs").write_text("5")  # forget the peak so far
    seconds = effort(lambda: globals()[name](Path(path)))
    print(_status_mb("VmHWM") - before, seconds)


def _status_mb(field: str) -> float:
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(field)) / 1024


def _scaling(path: Path) -> Result:
    """Two calls on two threads, against two copies of a loop that only computes: gain over one."""
    pairs = [(_gain(lambda: front_end(path)), _gain(_arithmetic)) for _ in range(PAIRS)]
    ours, theirs = (statistics.median(gains) for gains in zip(*pairs, strict=True))
    ratio = statistics.median(a / b for a, b in pairs)
    return Result("two calls on two threads: gain over one thread", ours, theirs, ratio, "x")


def _gain(work: Callable[[], object]) -> float:
    one = _own_time(work) + _own_time(work)
    both: list[float] = []
    threads = [threading.Thread(target=lambda: both.append(_own_time(work))) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return one / max(both)


def _own_time(work: Callable[[], object]) -> float:
    """Seconds by the clock, less those in which this thread could have run and had no core.

    So it counts computing, and waiting for the other thread's locks, but not the machine's other
    users. The system counts in steps of a few milliseconds at the worst.
    """
    start, waited = time.perf_counter(), _waited()
    work()
    return time.perf_counter() - start - (_waited() - waited)


def _waited() -> float:
    """Seconds that this thread has waited for a core."""
    task = Path(f"/proc/self/task/{threading.get_native_id()}/schedstat")
    return int(task.read_text().split()[1]) / 1e9


def _arithmetic() -> None:
    """Half a second or so of pure arithmetic that holds no lock: SHA-256 of zeros."""
    data = bytes(1 << 22)
    for _ in range(150):
        hashlib.sha256(data)


def _librosa(sound: np.ndarray) -> np.ndarray:
    power = librosa.feature.melspectrogram(
        y=sound, sr=16_000, n_fft=400, hop_length=160, n_mels=80, pad_mode="reflect"
    )
    levels = np.log10(np.maximum(power, 1e-10))
    return (np.maximum(levels, levels.max() - 8) + 4) / 4


def _speechlike(n: int) -> np.ndarray:
    rng = np.random.default_rng(0)
    swell = np.abs(np.sin(np.arange(n) / 5_000))
    return (rng.standard_normal(n) * swell * 0.1).astype(np.float32)
