"""Many processes write at once, on both engines, and nothing is lost, doubled or half-written."""

import hashlib
import multiprocessing
import threading
import time
from datetime import UTC, datetime

import postgres_server
import pytest
from sqlalchemy import func, insert, select
from store_cards import PEAKS

from scorer.store.access import Person
from scorer.store.schema import audit, calls, edits, judgements, notes, runs, scorecards, turns
from scorer.store.store import Store

WRITERS, EACH = 8, 5
# Processes of their own that share what was imported, since importing is slow and not the point.
SPAWN = multiprocessing.get_context("forkserver")
SPAWN.set_forkserver_preload(["scorer.store.store"])


def card(content):
    return {
        "id": f"{content}.wav",
        "judgements": [
            {"rubric": "empathy", "criterion": c, "outcome": "met", "score": 1.0, "confidence": 0.9}
            for c in "abc"
        ],
        "outcome": {"resolution": "resolved"},
        "turns": [{"speaker": "agent", "text": f"Hello from {content}."}] * 5,
        "provenance": {"recording_sha256": hashlib.sha256(content.encode()).hexdigest()},
    }


def writer(url, home, number, begin):
    """Puts in calls of its own and calls that all others put in too, with edits and notes."""
    begin.wait()
    store = Store(url, home=home)
    reviewer = store.seen_by(Person(f"person{number}", "admin"))
    for each in range(EACH):
        for content in (f"own {number} {each}", f"shared {each}"):
            path = home / f"{number} {content}.wav"
            path.write_bytes(content.encode())
            key = store.keep(path, card(content), PEAKS)
        reviewer.edit(store.judged(key)[0].id, "partly", f"by {number}")
        reviewer.note(key, f"{number} {each}")
    store.close()


def count(connection, table):
    return connection.execute(select(func.count()).select_from(table)).scalar()


def test_eight_writers_lose_nothing(bare, tmp_path):
    """The store does not exist when they start: making its tables is part of the race."""
    home = tmp_path / "home"
    home.mkdir()
    begin = SPAWN.Barrier(WRITERS)
    workers = [SPAWN.Process(target=writer, args=(bare, home, n, begin)) for n in range(WRITERS)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(timeout=120)
    assert [worker.exitcode for worker in workers] == [0] * WRITERS

    store = Store(bare, home=home)
    there = WRITERS * EACH + EACH
    with store._database.read() as connection:
        assert count(connection, calls) == count(connection, scorecards) == there
        assert count(connection, turns) == 5 * there
        assert count(connection, judgements) == 3 * there
        said = connection.execute(select(notes.c.text)).scalars().all()
        assert sorted(said) == sorted(f"{n} {e}" for n in range(WRITERS) for e in range(EACH))
        assert count(connection, edits) == WRITERS * EACH
        assert count(connection, audit) == there + 2 * WRITERS * EACH
    assert store.check(deep=True) == []
    store.close()


def test_a_long_transaction_of_another_process_is_waited_for(url):
    """A nightly run writes for two seconds; the page's edit comes in the middle of it."""
    store = Store(url)
    started = threading.Event()

    def night(connection):
        connection.execute(insert(runs).values(state="finished", started=datetime.now(UTC)))
        started.set()
        time.sleep(2)

    other = threading.Thread(target=store._database.write, args=(night,))
    other.start()
    started.wait(10)
    before = time.monotonic()
    assert store.runs() == []  # readers wait for no one
    assert time.monotonic() - before < 1.5
    store.run_started({})
    other.join()
    assert {run.state for run in store.runs()} == {"running", "finished"}
    store.close()


def test_a_transaction_that_fails_leaves_nothing(store):
    def half(connection):
        connection.execute(insert(runs).values(state="running", started=datetime.now(UTC)))
        raise RuntimeError("power cut")

    with pytest.raises(RuntimeError):
        store._database.write(half)
    assert store.runs() == []


def test_a_record_is_written_once_when_nobody_knows_whether_the_commit_happened(store, keep):
    """The connection breaks after the commit: the transaction runs again and finds its record."""
    key = keep()
    database = store._database
    broke = []

    def breaking(work):
        first = database.write(work)
        broke.append(first)
        return database.write(work)

    class Breaking:
        write = staticmethod(breaking)

        def __getattr__(self, name):
            return getattr(database, name)

    other = store.seen_by(Person("ada", "admin"))
    other._database = Breaking()
    number = other.note(key, "once")
    assert broke == [number]
    assert [event.text for event in store.history(key) if event.kind == "note"] == ["once"]
    other.edit(store.judged(key)[0].id, "met", "once")
    assert len([event for event in store.history(key) if event.kind == "edit"]) == 1


def test_a_server_that_restarts_is_met_again(server, new_database, tmp_path, make_call):
    url = new_database()
    store = Store(url, home=tmp_path / "home")
    first = store.keep(*make_call("before"), PEAKS)
    postgres_server.restart(server)
    second = store.keep(*make_call("after"), PEAKS)
    assert {entry.key for entry in store.calls()} == {first, second}
    store.close()


def endless(url, home, ready):
    store = Store(url, home=home)
    for number in range(100_000):
        path = home / "endless.wav"
        path.write_bytes(str(number).encode())
        store.keep(path, card(str(number)), PEAKS)
        if number == 3:
            ready.set()


def test_a_writer_that_is_killed_leaves_whole_calls_only(url, tmp_path):
    home = tmp_path / "killed"
    home.mkdir()
    ready = SPAWN.Event()
    worker = SPAWN.Process(target=endless, args=(url, home, ready))
    worker.start()
    assert ready.wait(60)
    worker.kill()
    worker.join()
    store = Store(url, home=home)
    before = len(store.calls())
    assert before >= 4
    assert store.check(deep=True) == []
    path = home / "next.wav"
    path.write_bytes(b"next")
    store.keep(path, card("next"), PEAKS)  # no lock was left behind
    assert len(store.calls()) == before + 1
    store.close()
