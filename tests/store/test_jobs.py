"""Jobs outlive the page that submitted them, and the worker that died on them."""

import os
import signal
import subprocess
import sys
import time
from contextlib import nullcontext
from dataclasses import replace

import pytest

from scorer import worker
from scorer.errors import ScorerError
from scorer.store import jobs
from scorer.store.access import LOCAL, Person


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
    jobs.submit(LOCAL, [("monday/call.wav", sound)], start=False)
    sound.unlink()  # the page's upload is gone; the job has its own copy
    [job] = jobs.jobs()
    assert (job.name, job.state, job.fraction) == ("call.wav", "waiting", 0.0)
    assert jobs.recording(job).read_bytes() == b"sound"


def test_jobs_stand_in_the_order_they_came(sound):
    jobs.submit(LOCAL, [(f"{n}.wav", sound) for n in range(5)], start=False)
    assert [job.name for job in jobs.jobs()] == [f"{n}.wav" for n in range(5)]


def test_a_dismissed_job_stays_dismissed(sound):
    [job] = jobs.submit(LOCAL, [("a.wav", sound)], start=False)
    jobs.dismiss(LOCAL, job.key)
    jobs.save(replace(job, fraction=0.5))  # the worker's last word on it comes late
    assert jobs.jobs() == []


RITA = Person("rita", "reviewer", frozenset({"north", "west"}))
OTHERS = [
    Person("noor", "lead", frozenset({"north"})),
    Person("rita", "agent", frozenset({"north"})),
    Person("olga", "operator"),
    Person("ada", "admin"),
]


@pytest.mark.parametrize("who", [RITA, *OTHERS], ids=lambda who: f"{who.role}-{who.name}")
def test_an_upload_is_seen_by_who_brought_it_and_by_who_sees_all(sound, monkeypatch, who):
    monkeypatch.setattr(jobs, "start_worker", lambda: None)
    [job] = jobs.submit(RITA, [("a.wav", sound)], {"team": "west"}, start=False)
    assert jobs.load(job.key) == job
    jobs.save(replace(job, state="failed", error="no sound in it"))
    sees = who in (RITA, *OTHERS[2:])
    assert [each.name for each in jobs.seen_by(who)] == ["a.wav"] * sees
    for do, left in ((jobs.retry, "waiting"), (jobs.dismiss, None)):
        with nullcontext() if who.role != "agent" else pytest.raises(ScorerError, match="cannot"):
            do(who, job.key)
        there = jobs.load(job.key)
        assert (there.state if there else None) == (left if sees else "failed")


def test_an_upload_without_its_team_is_refused_before_anything_is_copied(sound):
    with pytest.raises(ScorerError, match="no team is said; choose north or west"):
        jobs.submit(RITA, [("a.wav", sound)], start=False)
    assert jobs.jobs() == []


def test_the_bell_rings_when_there_is_something_to_do(sound, monkeypatch):
    monkeypatch.setattr(jobs, "start_worker", lambda: None)
    rung = [jobs.bell()]
    [job] = jobs.submit(LOCAL, [("a.wav", sound)])
    rung.append(jobs.bell())
    jobs.save(replace(job, state="failed", error="no sound in it"))
    assert jobs.bell() == rung[-1]
    jobs.retry(LOCAL, job.key)
    rung.append(jobs.bell())
    assert sorted(set(rung)) == rung


def test_an_idle_worker_reads_no_job_twice(sound, monkeypatch):
    [job] = jobs.submit(LOCAL, [("a.wav", sound)], start=False)
    jobs.save(replace(job, state="failed", error="no sound in it"))
    read = []
    monkeypatch.setattr(jobs, "load", lambda key, load=jobs.load: read.append(key) or load(key))
    monkeypatch.setattr(worker, "IDLE", 0.2)
    monkeypatch.setattr(worker, "POLL", 0.01)
    worker._serve(None)
    assert read == [job.key]


def test_what_is_done_is_forgotten_after_a_while(sound, monkeypatch):
    [job] = jobs.submit(LOCAL, [("a.wav", sound)], start=False)
    jobs.finish(job, "k")
    worker._recover()
    assert [each.call for each in jobs.jobs()] == ["k"]
    monkeypatch.setattr(jobs, "REMEMBERED", 0.0)
    worker._recover()
    assert jobs.jobs() == []


def test_a_file_that_cannot_be_taken_in_is_one_clear_line(tmp_path):
    with pytest.raises(ScorerError, match=r"gone\.wav: could not be taken in"):
        jobs.submit(LOCAL, [("gone.wav", tmp_path / "missing")], start=False)
    assert jobs.jobs() == []


def test_the_lock_has_one_holder_and_dies_with_it():
    with jobs.lock() as mine:
        assert mine
        with jobs.lock() as second:
            assert not second
    hold = """
import time
from scorer.store import jobs
from scorer.store.access import LOCAL, Person
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
