"""Jobs outlive the page that submitted them, and the worker that died on them."""

import os
import signal
import subprocess
import sys
import time
from dataclasses import replace

import pytest

from scorer.errors import ScorerError
from scorer.store import jobs


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("SCORER_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


@pytest.fixture
def sound(tmp_path):
    path = tmp_path / "upload.tmp"
    path.write_bytes(b"sound")
    return path


def test_nothing_submitted_nothing_waiting():
    assert jobs.jobs() == []


def test_a_submitted_file_waits_under_its_own_name(sound):
    jobs.submit([("monday/call.wav", sound)], start=False)
    sound.unlink()  # the page's upload is gone; the job has its own copy
    [job] = jobs.jobs()
    assert (job.name, job.state, job.fraction) == ("call.wav", "waiting", 0.0)
    assert jobs.recording(job).read_bytes() == b"sound"


def test_jobs_stand_in_the_order_they_came(sound):
    jobs.submit([(f"{n}.wav", sound) for n in range(5)], start=False)
    assert [job.name for job in jobs.jobs()] == [f"{n}.wav" for n in range(5)]


def test_a_dismissed_job_stays_dismissed(sound):
    [job] = jobs.submit([("a.wav", sound)], start=False)
    jobs.dismiss(job.key)
    jobs.save(replace(job, fraction=0.5))  # the worker's last word on it comes late
    assert jobs.jobs() == []


def test_a_file_that_cannot_be_taken_in_is_one_clear_line(tmp_path):
    with pytest.raises(ScorerError, match=r"gone\.wav: could not be taken in"):
        jobs.submit([("gone.wav", tmp_path / "missing")], start=False)
    assert jobs.jobs() == []


def test_the_lock_has_one_holder_and_dies_with_it():
    with jobs.lock() as mine:
        assert mine
        with jobs.lock() as second:
            assert not second
    hold = """
import time
from scorer.store import jobs
with jobs.lock() as mine:
    print(mine, flush=True)
    time.sleep(60)
"""
    other = subprocess.Popen(
        [sys.executable, "-c", hold], stdout=subprocess.PIPE, env=dict(os.environ)
    )
    assert other.stdout.readline() == b"True\n"
    with jobs.lock() as free:
        assert not free
    other.send_signal(signal.SIGKILL)
    other.wait()
    deadline = time.monotonic() + 5
    while time.monotonic() < deadline:
        with jobs.lock() as free:
            if free:
                return
        time.sleep(0.05)
    pytest.fail("the lock outlived its holder")
