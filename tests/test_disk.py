"""Files appear whole or not at all, whoever writes at the same time and whatever goes wrong."""

import hashlib
import io
import stat
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from os import umask
from threading import Barrier

import numpy as np
import pytest
from full_disk import no_file_larger_than

from scorer.disk import sha256, whole
from scorer.errors import ScorerError
from scorer.outcome import calibrate
from scorer.scoring import encoder_weights, taught_files
from scorer.store import tasks
from scorer.store.access import LOCAL

#: More than any file may hold in these tests, and less than any of them writes.
SMALL = 8


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("SCORER_HOME", str(tmp_path))
    return tmp_path


def files(folder):
    return sorted(path.name for path in folder.rglob("*") if path.is_file())


def mode(path):
    return stat.S_IMODE(path.stat().st_mode)


@contextmanager
def masked(bits):
    before = umask(bits)
    try:
        yield
    finally:
        umask(before)


def test_a_file_takes_its_place_once_it_is_whole(home):
    place = home / "told"
    place.write_bytes(b"before")
    with whole(place) as out:
        out.write(b"after")
        assert place.read_bytes() == b"before"
    assert (place.read_bytes(), files(home)) == (b"after", ["told"])


@pytest.mark.parametrize("limit", [SMALL, None], ids=["full disk", "fault of ours"])
def test_where_writing_fails_nothing_changes(home, limit):
    (home / "told").write_bytes(b"before")

    def write():
        with whole(home / "told") as out:
            out.write(b"after " * 10)
            if limit is None:
                raise ValueError

    with pytest.raises(OSError if limit else ValueError), no_file_larger_than(limit or 1 << 30):
        write()
    assert ((home / "told").read_bytes(), files(home)) == (b"before", ["told"])


def test_the_content_of_a_file_and_of_a_stream(home):
    (home / "sound").write_bytes(b"sound")
    assert sha256(home / "sound") == hashlib.sha256(b"sound").hexdigest()
    assert sha256(io.BufferedReader(io.BytesIO(b"sound"))) == sha256(home / "sound")


# Those who write so.


def test_a_calibration_outlives_a_disk_that_filled_up(home):
    kept = calibrate.Calibration(0.1, {"need": 1.0}, 0.2, 0.9, 100, 0.2, 0.1)
    calibrate.write(kept, home / "calibration.json")
    with pytest.raises(ScorerError, match="make room"), no_file_larger_than(SMALL):
        calibrate.write(kept, home / "calibration.json")
    assert calibrate.read(home / "calibration.json") == kept
    assert files(home) == ["calibration.json"]


@pytest.mark.parametrize("content", [b"", b"PK half an archive"])
def test_half_of_what_was_taught_is_as_good_as_none(home, content):
    (home / "taught.npz").write_bytes(content)
    assert taught_files.ready(home / "taught.npz", "lesson") is None


def test_what_was_taught_is_there_for_every_user_of_the_machine(home):
    with masked(0o022):
        taught_files.keep(home / "taught.npz", {"lesson": np.array("lesson")})
    assert mode(home / "taught.npz") == 0o644
    assert taught_files.ready(home / "taught.npz", "lesson") is not None


def test_what_was_taught_leaves_nothing_on_a_full_disk(home):
    with no_file_larger_than(SMALL):
        taught_files.keep(home / "cache" / "taught.npz", {"lesson": np.array("lesson")})
    assert files(home) == []


def test_a_model_that_one_user_fetched_is_there_for_all(home, monkeypatch, tmp_path):
    packaged = tmp_path / "package.onnx"
    packaged.write_bytes(b"weights")
    monkeypatch.setattr(encoder_weights, "SHA256", sha256(packaged))
    monkeypatch.setattr(encoder_weights, "_installed", lambda: packaged)
    with pytest.raises(ScorerError, match="cannot write"), no_file_larger_than(3):
        encoder_weights.fetch()
    assert files(home) == ["package.onnx"]
    with masked(0o022):
        assert mode(encoder_weights.fetch()) == 0o644


def test_many_say_at_once_how_a_task_stands(home):
    (home / "tasks" / "one").mkdir(parents=True)
    together = Barrier(8)

    def say(number):
        task = tasks.Task("one", "tune", LOCAL, {}, "done", result={"said": [number] * 1_000})
        together.wait()
        for _ in range(50):
            tasks.save(task)
            assert tasks.load("one") is not None

    with ThreadPoolExecutor(8) as several:
        list(several.map(say, range(8)))
    assert files(home) == ["task.json"]
