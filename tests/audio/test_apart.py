"""Hostile recordings cost a child's life and one clear line, and the next one opens."""

import os
import signal
import threading
import time

import hostile
import numpy as np
import pytest
import soundfile
from sounds import voice

from scorer.audio.apart import Apart, Limits, opened
from scorer.errors import ScorerError


@pytest.fixture
def good(tmp_path):
    path = tmp_path / "good.wav"
    soundfile.write(path, np.stack([voice(3.0), voice(3.0, seed=1)], axis=1) * 0.3, 8000, "PCM_16")
    return path


@pytest.fixture
def apart():
    made = []

    def make(**limits):
        made.append(Apart(Limits(**limits), hostile.opens))
        return made[-1]

    yield make
    for one in made:
        one.close()


def test_what_comes_back_is_what_opening_here_gives(good, apart):
    there, here = apart()(good), opened(good)
    assert there[0] == here[0]
    assert there[1].lanes == here[1].lanes
    for channel in (0, 1):
        np.testing.assert_array_equal(
            there[0].samples(channel, 0.5, 2.5), here[0].samples(channel, 0.5, 2.5)
        )


def test_the_sound_outlives_the_child(good, apart):
    one = apart()
    recording, _ = one(good)
    one.close()
    assert np.abs(recording.samples(0)).max() > 0


@pytest.mark.parametrize(
    ("harm", "limits", "told"),
    [
        ("CRASH", {}, r"crashed the decoder \(by SIGSEGV\)"),
        ("SPIN", {"cpu": 0}, "took too long"),
        ("HANG", {"seconds": 1}, "took too long"),
        ("EAT", {"memory": 1 << 28}, "needs more memory"),
    ],
)
def test_harm_is_one_line_and_the_next_one_opens(good, apart, tmp_path, harm, limits, told):
    path = tmp_path / "bad.wav"
    path.write_bytes(harm.encode() + b"\n")
    one = apart(**limits)
    with pytest.raises(ScorerError, match=f"bad.wav: {told}") as caught:
        one(path)
    assert "\n" not in str(caught.value)
    assert one(good)[0].duration == pytest.approx(3.0, abs=0.01)


def test_a_small_file_with_days_of_sound_fills_no_disk(tmp_path, apart):
    """FLAC says "constant" in a few bytes: a megabyte may hold hours."""
    path = tmp_path / "bomb.flac"
    soundfile.write(path, np.zeros((4_000_000, 2), np.int16), 8000)
    assert path.stat().st_size < 100_000
    with pytest.raises(ScorerError, match="holds more sound than a call could"):
        apart(disk=8_000_000)(path)  # of 16 MB


def test_a_kill_from_outside_is_told_as_such(apart, tmp_path):
    path = tmp_path / "slow.wav"
    path.write_bytes(b"HANG\n")
    one = apart()

    def kill():
        while one._child is None or one._child.pid is None:
            time.sleep(0.01)
        os.kill(one._child.pid, signal.SIGKILL)

    threading.Thread(target=kill).start()
    with pytest.raises(ScorerError, match="stopped from outside"):
        one(path)


def test_what_cannot_be_read_is_said_as_ever(tmp_path):
    one = Apart()
    with pytest.raises(ScorerError, match=r"gone\.wav: no such file"):
        one(tmp_path / "gone.wav")
    one.close()
