"""Jobs outlive the page that submitted them, and the worker that died on them."""

import os
import signal
import subprocess
import sys
import time
from contextlib import nullcontext
from dataclasses import replace
from datetime import UTC, datetime

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


def test_what_failed_is_forgotten_after_a_while_and_what_waits_is_not(sound, monkeypatch):
    waits, failed = jobs.submit(LOCAL, [("a.wav", sound), ("b.wav", sound)], start=False)
    jobs.save(replace(failed, state="failed", error="no sound in it"))
    worker._recover()
    assert [job.name for job in jobs.jobs()] == ["a.wav", "b.wav"]
    monkeypatch.setattr(jobs, "REMEMBERED", -1.0)
    worker._recover()
    assert jobs.jobs() == [waits]
    assert not jobs.recording(failed).exists()


def test_what_is_done_says_nothing_more_of_the_call(sound, home):
    [job] = jobs.submit(LOCAL, [("a.wav", sound)], {"customer": "Ms. Ray"}, start=False)
    jobs.finish(job, "k")
    files = [path for path in home.rglob("*") if path.is_file()]
    assert [path for path in files if b"Ray" in path.read_bytes()] == []


def upload(sound, content, customer, state, call=None):
    sound.write_bytes(content)
    [job] = jobs.submit(LOCAL, [("a.wav", sound)], {"customer": customer}, start=False)
    if call:
        jobs.finish(job, call)
    else:
        jobs.save(replace(job, state=state))
    return job.key


def test_with_a_call_go_its_uploads(sound, store, keep):
    """The one that it came from, and those of the same recording that failed."""
    key = keep("sound")
    upload(sound, b"sound", "", "done", key)
    upload(sound, b"sound", "", "failed")
    others = [upload(sound, b"other", "", "failed"), upload(sound, b"other", "", "done", "k")]
    store.remove(key)
    assert [job.key for job in jobs.jobs()] == others


def test_with_a_customer_go_their_uploads_whatever_became_of_them(sound, store, keep):
    key = keep("sound", customer="C-7")
    for state in ("waiting", "running", "failed"):
        upload(sound, state.encode(), "C-7", state)
    upload(sound, b"sound", "C-7", "done", key)
    other = upload(sound, b"other", "C-8", "failed")
    assert store.remove_customer("C-7") == 1
    assert [job.key for job in jobs.jobs()] == [other]


def test_with_calls_past_their_limit_go_their_uploads(sound, store, keep):
    key = keep("sound", started="2025-01-01T10:00:00Z")
    upload(sound, b"sound", "", "done", key)
    assert store.remove_before(datetime(2026, 1, 1, tzinfo=UTC)) == 1
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
