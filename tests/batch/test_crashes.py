"""Whatever dies in the night: nothing is lost, nothing is there twice, nothing is half-written."""

import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
import zipfile

import hostile
import postgres_server
import pytest

from scorer.audio.apart import opened
from scorer.batch.engine import LostError
from scorer.batch.item import Item
from scorer.batch.local import Local
from scorer.batch.run import alone
from scorer.batch.steps import make_ready
from scorer.errors import UnavailableError
from scorer.store.access import LOCAL, MACHINE
from scorer.store.runs import MAX_TRIES
from scorer.store.store import Store


def names(paths):
    return [path.name for path in paths]


def watched(engines):
    """The local engine, handed out to the test as well."""

    def engine(setup, workers):
        engines.append(Local(setup, workers))
        return engines[-1]

    return engine


def kill_worker(engines):
    os.kill(engines[-1].slots()[0].pid, signal.SIGKILL)


def test_a_killed_worker_loses_nothing_and_blames_nobody(night, calls, whole):
    paths, engines = calls(6), []

    def kill(event):
        """In the midst of things: some are scored, others are being heard."""
        if event.kind == "scored" and event.address == str(paths[0]):
            kill_worker(engines)

    told = night(engine=watched(engines), does=kill)
    assert told.tally.failed == 0
    assert told.store.failing() == []
    whole(told.store, names(paths))
    assert told.store.runs()[0].state == "finished"


def test_a_poison_recording_takes_no_other_along_and_is_set_aside(night, calls, whole):
    paths = calls(4)
    poison = paths[0].with_name("poison.wav")
    poison.write_bytes(b"CRASH\n")
    told = night(open=hostile.opens)
    assert told.tally.failures[str(poison)].tries == 1
    whole(told.store, names(paths))
    [failure] = told.store.failing()
    assert "crashed the decoder (by SIGSEGV)" in failure.reason
    for _ in range(MAX_TRIES - 2):  # nights in between
        told.store.failed(failure.source, failure.rubrics_sha256, failure.model, failure.reason)
    assert list(night(open=hostile.opens).tally.failures) == [str(poison)]
    assert told.store.failing()[0].set_aside
    nothing = {"limit": 0}
    assert night(wanted=nothing).plan.counts == {"done": 4, "set aside": 1}
    whole(told.store, names(paths))
    assert told.store.forgive(failure.source) == 1
    assert night(wanted=nothing).plan.counts == {"done": 4}  # it is to do, but for the limit


def test_a_fault_of_ours_in_opening_one_recording_stops_no_other(night, calls, whole):
    paths = calls(2)
    odd = [paths[0].with_name(f"odd{n}.wav") for n in range(4)]
    for path in odd:
        path.write_bytes(b"FAULT\n" + bytes(200_000))  # the largest, so the first of all
    told = night(open=hostile.opens)
    whole(told.store, names(paths))
    assert set(told.tally.failures) == {str(path) for path in odd}
    reason = told.tally.failures[str(odd[0])].reason
    assert reason.endswith("a fault in the program (ValueError: what our own code did not expect)")


def test_a_recording_that_kills_every_worker_is_found_and_set_aside(night, calls, whole):
    """Heard together with others, so that nobody knows at first which of them it was."""
    paths, engines = calls(3), []

    def kill(event):
        """Stands for a recording on which the native code of the speech model breaks."""
        if event.kind == "begun" and event.address == str(paths[1]):
            kill_worker(engines)

    told = night(engine=watched(engines), does=kill)
    assert told.seen.addresses("fault") == [paths[1].name] * MAX_TRIES
    assert "the worker died on it (by SIGKILL)" in told.tally.failures[str(paths[1])].reason
    assert told.tally.failures[str(paths[1])].last
    whole(told.store, sorted(set(names(paths)) - {paths[1].name}))


def test_workers_that_cannot_live_end_the_run(night, calls):
    calls(2)

    class Stillborn:
        def __init__(self, setup, workers):
            pass

        def slots(self):
            return [self]

        def ready(self):
            return True

        def work(self, _):
            raise LostError("by SIGKILL")

        def renew(self):
            pass

        def close(self):
            pass

    with pytest.raises(UnavailableError, match="3 workers died one after the other"):
        night(engine=Stillborn)


def command(home, *arguments):
    return subprocess.Popen(
        [sys.executable, "-m", "scorer.cli", "batch", *map(str, arguments)],
        env={**os.environ, "SCORER_HOME": str(home)},
        stderr=subprocess.PIPE,
        text=True,
    )


def test_a_killed_driver_is_taken_up_where_it_stood(home, calls, night, whole):
    paths = calls(20)
    store = Store(home=home)
    first = command(home, paths[0].parent, "--workers", 1)
    until = time.monotonic() + 120
    while len(store.calls()) < 4:
        assert time.monotonic() < until
        time.sleep(0.02)
    first.kill()
    first.communicate()
    assert 4 <= len(store.calls()) < 20
    while True:  # the worker finds that it is nobody's, and ends
        kept = len(store.calls())
        time.sleep(1.0)
        if len(store.calls()) == kept:
            break
    again = night()
    assert again.tally.scored == 20 - kept
    whole(again.store, names(paths))
    assert [one.state for one in store.runs()] == ["finished", "running"]
    assert night(wanted={"limit": 0}).plan.counts == {"done": 20}
    store.close()


def test_what_a_killed_run_had_fetched_goes_with_the_next(home, calls, tmp_path, monkeypatch):
    place, archive, manifest = (tmp_path / name for name in ("tmp", "night.zip", "night.csv"))
    place.mkdir()
    monkeypatch.setenv("TMPDIR", str(place))
    with zipfile.ZipFile(archive, "w") as packed:
        for path in calls(8):
            packed.write(path, path.name)
        addresses = [f"zip://{name}::{archive}" for name in packed.namelist()]
    manifest.write_text("\n".join(["file", *addresses]))
    first = command(home, manifest, "--workers", 1)
    until = time.monotonic() + 120
    while not list(place.rglob("recording.wav")):
        assert time.monotonic() < until
        time.sleep(0.01)
    first.kill()
    first.communicate()
    assert list(place.rglob("recording.wav"))
    again = command(home, manifest, "--limit", 0)
    _, told = again.communicate(timeout=120)
    assert again.returncode == 0, told
    assert not list(place.glob("scorer-*"))


def test_sigterm_ends_a_run_in_order(home, calls, whole):
    paths = calls(40)
    store = Store(home=home)
    running = command(home, paths[0].parent, "--workers", 1)
    until = time.monotonic() + 120
    while not len(store.calls()):
        assert time.monotonic() < until
        time.sleep(0.02)
    running.terminate()
    _, told = running.communicate(timeout=60)
    assert running.returncode == 130
    assert "run the same command again to go on" in told
    assert [one.state for one in store.runs()] == ["failed"]
    assert len(store.calls()) < 40
    whole(store.seen_by(LOCAL), [entry.id for entry in store.calls()])
    store.close()


def test_two_runs_do_not_do_the_same_work(home, calls):
    paths = calls(1)
    with alone(home):
        other = command(home, paths[0].parent)
        _, told = other.communicate(timeout=120)
    assert other.returncode == 4
    assert "another run is at work" in told
    assert Store(home=home).runs() == []


@pytest.fixture
def small_disk(home):
    """A disk of 4 MB under the store's recordings, and a file that fills it."""
    place = home / "recordings"
    place.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", str(place)]
    if subprocess.run(mount, capture_output=True).returncode:
        pytest.skip("only root may mount a small disk")
    ballast = place / "ballast"
    ballast.write_bytes(bytes(3_700_000))
    yield ballast
    subprocess.run(["umount", "-l", str(place)], check=True)


def test_a_full_disk_is_waited_for(small_disk, night, calls, whole):
    paths, waited = calls(6), []  # of 50 kB, beside waveforms: not all of them fit

    def make_room(event):
        if event.kind == "scored" and not waited:
            waited.append(threading.Timer(3.0, small_disk.unlink))
            waited[0].start()

    told = night(patience=60.0, does=make_room)
    assert told.tally.failed == 0
    assert told.tally.keeping > 0.5  # it did have to wait
    whole(told.store, names(paths))


def test_no_recording_is_blamed_for_a_disk_that_is_too_full_to_fetch_it(
    small_disk, calls, home, monkeypatch
):
    [path] = calls(1, seconds=60.0)  # 960 kB
    archive = home / "night.zip"
    with zipfile.ZipFile(archive, "w") as packed:
        packed.write(path, path.name)
    item = Item(f"zip://{path.name}::{archive}", path.name, "", None, None, {})
    monkeypatch.setattr(tempfile, "tempdir", str(small_disk.parent))
    store, by = Store(home=home, person=MACHINE), ("r" * 64, "m" * 64)
    with pytest.raises(UnavailableError, match="no room to fetch to"):
        make_ready(item, opened, store, by, patience=0.0)
    assert list(small_disk.parent.iterdir()) == [small_disk]
    small_disk.unlink()
    found = make_ready(item, opened, store, by, patience=0.0)
    assert found.sound[0].duration == pytest.approx(60.0, abs=0.01)
    found.close()
    store.close()


def test_a_disk_that_stays_full_stops_the_run_and_the_next_goes_on(
    small_disk, night, calls, whole, home
):
    paths = calls(6)
    with pytest.raises(UnavailableError, match="could not be kept"):
        night(patience=1.0)
    store = Store(home=home)
    assert [one.state for one in store.runs()] == ["failed"]
    assert store.failing() == []  # no recording is to blame
    assert len(store.calls()) < 6
    small_disk.unlink()
    told = night()
    whole(told.store, names(paths))


def test_a_database_that_goes_away_is_waited_for(night, calls, whole, postgres):
    paths, stopped = calls(8), []

    def stop(event):
        if event.kind == "scored" and not stopped:
            stopped.append(postgres_server.stop(postgres))
            threading.Timer(5.0, postgres_server.start, [postgres]).start()

    told = night(store=postgres.format(name="postgres"), does=stop, patience=60.0)
    assert stopped
    assert told.tally.failed == 0
    whole(told.store, names(paths))
    told.store.close()


@pytest.fixture
def postgres():
    bindir = postgres_server.binaries()
    if bindir is None:
        pytest.skip("PostgreSQL's server is not installed (Debian: postgresql)")
    with postgres_server.running(bindir) as address:
        yield address
