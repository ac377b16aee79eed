"""The front end against what it replaces: faster-whisper's decoding, features and Silero VAD."""

from __future__ import annotations

import hashlib
import statistics
import subprocess
import sys
import tempfile
import threading
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
from tests.benchmarks.timing import PAIRS, Result, compare, seconds

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
        yield compare(
            "front end, two channels, 10 min mu-law",
            lambda: front_end(path),
            lambda: faster_whispers(path),
        )
        yield _memory(path)
        yield _scaling(path)


def front_end(path: Path) -> None:
    """Decoding, activity, quality, peaks, and the features of both channels, window by window."""
    recording = decode(path)
    analyse(recording)
    buffer = np.empty((80, 100 * WINDOW_S + 1), np.float32)
    for channel in recording.heard:
        for start in range(0, int(recording.duration), WINDOW_S):
            samples = recording.samples(channel, start, start + WINDOW_S)
            log_mel(samples, out=buffer[:, : len(samples) // 160 + 1])


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
    peaks = []
    for name in ("front_end", "faster_whispers"):
        code = f"from tests.benchmarks import audio; audio.peak_memory({name!r}, {str(path)!r})"
        done = subprocess.run(
            [sys.executable, "-c", code], check=True, capture_output=True, text=True
        )
        peaks.append(float(done.stdout))
    return Result("peak memory of that", peaks[0], peaks[1], peaks[1] / peaks[0], "MB")


def peak_memory(name: str, path: str) -> None:
    """Prints what a path adds to the peak memory of a process that has everything imported."""
    before = _status_mb("VmRSS")
    Path("/proc/self/clear_refs").write_text("5")  # forget the peak so far
    globals()[name](Path(path))
    print(_status_mb("VmHWM") - before)


def _status_mb(field: str) -> float:
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(field)) / 1024


def _scaling(path: Path) -> Result:
    """Two calls on two threads, against two copies of a loop that only computes: gain over one."""
    pairs = [(_gain(lambda _: front_end(path)), _gain(_arithmetic)) for _ in range(PAIRS)]
    ours, theirs = (statistics.median(gains) for gains in zip(*pairs, strict=True))
    ratio = statistics.median(a / b for a, b in pairs)
    return Result("that on two threads, gain over one", ours, theirs, ratio, "x")


def _gain(work: Callable[[int], object]) -> float:
    def both() -> None:
        threads = [threading.Thread(target=work, args=(i,)) for i in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    one = seconds(lambda: (work(0), work(1)))
    return one / seconds(both)


def _arithmetic(_: int) -> None:
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
