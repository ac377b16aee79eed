"""`kill -9` in the middle of things: nothing lost, nothing twice, nothing half-written.

A process of its own does the work, halts right after the step that is named, and is killed there.
"""

import hashlib
import multiprocessing
import os
import time
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from types import SimpleNamespace

import pytest
from store_cards import PEAKS, judgement, turn

from scorer import worker
from scorer.errors import ScorerError
from scorer.store import jobs
from scorer.store.access import LOCAL
from scorer.store.store import Store

# Processes of their own that share what was imported, since importing is slow and not the point.
SPAWN = multiprocessing.get_context("forkserver")
SPAWN.set_forkserver_preload(["scorer.store.store"])


def halted(step, work, arguments, ready):
    """Runs `work`, and halts for good once `step` (module:function) has been done."""
    module, name = step.split(":")
    owner = import_module(module)
    if "." in name:
        kind, name = name.split(".")
        owner = getattr(owner, kind)
    done = getattr(owner, name)

    def halt(*given, **named):
        result = done(*given, **named)
        ready.set()
        time.sleep(600)
        return result

    setattr(owner, name, halt)
    work(*arguments)


def kill_after(step, work, *arguments):
    ready = SPAWN.Event()
    process = SPAWN.Process(target=halted, args=(step, work, arguments, ready))
    process.start()
    assert ready.wait(60), f"{step} was never reached"
    process.kill()
    process.join()


def keeps(url, home, path, card):
    Store(url, home=home).keep(path, card, PEAKS)


def removes(url, home, key):
    Store(url, home=home).remove(key)


def edits(url, home, key):
    store = Store(url, home=home)
    store.edit(store.judged(key)[0].id, "met", "heard it")


def backs_up(url, home, folder):
    Store(url, home=home).backup(folder)


def restores(url, home, folder):
    Store(url, home=home).restore(folder)


def opens(url, home):
    Store(url, home=home)


@pytest.fixture
def home(tmp_path):
    return tmp_path / "home"


def test_while_a_call_is_put_in(url, store, make_call, home):
    """Its file is there, its rows are not: it is no call yet, and becomes one the next time."""
    path, card = make_call()
    kill_after("scorer.store.calls:_place", keeps, url, home, path, card)
    assert not store.calls()
    key = store.keep(path, card, PEAKS)
    assert [entry.key for entry in store.calls()] == [key]
    assert store.recording(key).read_bytes() == path.read_bytes()
    assert store.check(deep=True) == []


def test_while_its_rows_are_written(url, store, make_call, home):
    path, card = make_call()
    kill_after("scorer.store.calls:_scorecard", keeps, url, home, path, card)
    assert not store.calls()
    store.keep(path, card, PEAKS)
    assert len(store.versions(store.calls()[0].key)) == 1
    assert store.check(deep=True) == []


def test_while_a_judgement_is_changed(url, store, keep, home):
    """The edit and its seal stand in one transaction: both are there or neither is."""
    key = keep()
    kill_after("scorer.store.audit:record", edits, url, home, key)
    assert store.judged(key)[0].by is None
    store.edit(store.judged(key)[0].id, "met", "heard it")
    assert store.judged(key)[0].by == "you"
    assert store.check(deep=True) == []


def test_while_a_call_is_erased(url, store, keep, home, monkeypatch):
    """The rows are gone, the file not yet: `check` says so and its sweep ends it."""
    key, other = keep("a"), keep("b")
    recording = store.recording(key)
    kill_after("scorer.store.database:Database.write", removes, url, home, key)
    assert [entry.key for entry in store.calls()] == [other]
    assert recording.exists()
    monkeypatch.setattr("scorer.store.check._GRACE", -1.0)
    [found] = store.check()
    assert found.what.endswith("belongs to no call")
    assert store.sweep() == 1
    assert not recording.exists()
    assert store.check(deep=True) == []


def test_while_it_is_backed_up(url, store, keep, home, tmp_path):
    """Half a backup is refused; the store never noticed."""
    keep()
    kill_after("scorer.store.backup:_write", backs_up, url, home, tmp_path / "half")
    with pytest.raises(ScorerError, match="not a complete backup"):
        Store(home=tmp_path / "other").restore(tmp_path / "half")
    assert store.check(deep=True) == []
    store.backup(tmp_path / "whole")
    Store(home=tmp_path / "other").restore(tmp_path / "whole")


def test_while_a_backup_comes_back(bare, keep, store, tmp_path):
    """All of the tables or none: it can be restored once more."""
    key = keep()
    store.backup(tmp_path / "backup")
    other = tmp_path / "other"
    kill_after("scorer.store.backup:_go_on_counting", restores, bare, other, tmp_path / "backup")
    back = Store(bare, home=other)
    assert not back.calls()
    back.restore(tmp_path / "backup")
    assert back.card(key) == store.card(key)
    assert back.check(deep=True) == []
    back.close()


def test_while_the_tables_are_made(bare, tmp_path):
    kill_after("alembic.command:upgrade", opens, bare, tmp_path / "home")
    assert not Store(bare, home=tmp_path / "home").calls()
    assert Store(bare, home=tmp_path / "home").check() == []


# Jobs: what people upload, and the worker that scores it.


def card_of(path):
    return {
        "id": "monday.wav",
        "judgements": [judgement()],
        "outcome": {"resolution": "resolved"},
        "turns": [turn(0, "agent", "Hello.")],
        "provenance": {"recording_sha256": hashlib.sha256(Path(path).read_bytes()).hexdigest()},
    }


class Ears:
    """Stands in for listening, which is not what is killed here."""

    def recording(self, path, *_):
        card = card_of(path)
        return SimpleNamespace(card=SimpleNamespace(to_dict=lambda: card), peaks=PEAKS)


def submits(home, path):
    os.environ["SCORER_HOME"] = str(home)
    jobs.submit(LOCAL, [("monday.wav", path)], start=False)


def works(home):
    os.environ["SCORER_HOME"] = str(home)
    worker.work(jobs.jobs()[0], Ears())


@pytest.fixture
def upload(home, tmp_path, monkeypatch):
    """A submitted recording, in a home of its own."""
    monkeypatch.setenv("SCORER_HOME", str(home))
    monkeypatch.delenv("SCORER_STORE", raising=False)
    path = tmp_path / "upload"
    path.write_bytes(b"sound")
    [job] = jobs.submit(LOCAL, [("monday.wav", path)], start=False)
    return job


@pytest.mark.parametrize("step", [f"{__name__}:card_of", "scorer.store.store:Store.keep"])
def test_the_worker_while_it_scores_and_once_it_has(upload, home, step):
    """Another worker takes the job up; a recording that ends two of them is set aside."""
    kill_after(step, works, home)
    assert jobs.load(upload.key).state == "running"
    worker._recover()
    assert jobs.load(upload.key).state == "waiting"
    kill_after(step, works, home)
    worker._recover()
    failed = jobs.load(upload.key)
    assert (failed.state, failed.tries) == ("failed", 2)
    assert "stopped the worker 2 times" in failed.error
    jobs.save(replace(failed, state="waiting", tries=0))
    worker.work(jobs.load(upload.key), Ears())
    store = Store(home=home)
    [entry] = store.calls()
    assert jobs.load(upload.key).call == entry.key
    assert len(store.versions(entry.key)) == 1
    assert store.check(deep=True) == []


def test_the_page_while_it_takes_a_recording_in(upload, home, tmp_path, monkeypatch):
    """Half a job is no job, and what lay there of it is cleared away."""
    kill_after("shutil:copyfileobj", submits, home, tmp_path / "upload")
    assert [job.key for job in jobs.jobs()] == [upload.key]
    halves = list((home / "jobs").glob(".[0-9]*"))
    assert len(halves) == 1
    worker._recover()
    assert halves[0].exists()  # it may just be on its way
    monkeypatch.setattr(jobs, "HALF", -1.0)
    worker._recover()
    assert not halves[0].exists()
    assert [job.key for job in jobs.jobs()] == [upload.key]
