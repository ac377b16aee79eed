"""What is told of a night, while it goes and afterwards: every figure against one made by hand."""

import fcntl
import json
import os
import re
import select
import socket
import struct
import sys
import termios
import threading
import time
import tracemalloc
import urllib.request
from datetime import UTC, datetime
from pathlib import Path

import pytest

from scorer.batch import results
from scorer.batch.events import Event
from scorer.batch.sheets import sheet
from scorer.batch.tally import Tally
from scorer.batch.watch import Bar, Log, Prometheus, Webhook
from scorer.store.access import MACHINE
from scorer.store.store import Store


def scored(name, size, sound, **more):
    return Event("scored", f"/c/{name}", "Sales", size=size, sound=sound, **more)


EVENTS = [
    Event("begun", "/c/a.wav"),
    Event("begun", "/c/b.wav"),
    scored("a.wav", 100, 360.0, quality="good", memory=9_000_000),
    scored("b.wav", 140, 3240.0, quality="poor", quality_reasons=("very quiet",), keeping=1.5),
    Event("failed", "/c/bad.wav", reason="bad.wav: is not a recording", size=10),
]


@pytest.fixture
def tally():
    """100 s into a night of 1,000 bytes in four recordings: 250 bytes, an hour of sound are done;
    so three times as long again is left."""
    tally = Tally({"to do": 4, "done": 7, "no consent": 2}, 1000, began=time.monotonic() - 100.0)
    for event in EVENTS:
        tally.add(event)
    tally.fail(EVENTS[-1], tries=3, set_aside=True)
    return tally


def test_the_figures_of_a_night(tally):
    told = tally.counts()
    assert {name: told[name] for name in ("planned", "scored", "failed", "set_aside")} == {
        "planned": 4,
        "scored": 2,
        "failed": 1,
        "set_aside": 1,
    }
    assert (told["done_before"], told["without_consent"], told["sound_hours"]) == (7, 2, 1.0)
    assert told["times_real_time"] == pytest.approx(36.0, rel=0.01)
    assert told["seconds_left"] == pytest.approx(300, abs=3)


@pytest.fixture
def terminal():
    """A terminal of 150 columns, and what is shown on it."""
    ours, theirs = os.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("4H", 24, 150, 0, 0))
    with os.fdopen(theirs, "w") as stream:
        yield stream, lambda: b"".join(iter(lambda: read(ours), b"")).decode()
    os.close(ours)


def read(end):
    """What has come, and nothing when no more comes for a moment."""
    return os.read(end, 100_000) if select.select([end], [], [], 0.3)[0] else b""


def test_a_person_at_a_terminal_sees_how_far_it_is_and_what_failed(tally, terminal, monkeypatch):
    stream, shown = terminal
    monkeypatch.setattr(sys, "stderr", stream)
    bar = Bar(4)
    bar.see(EVENTS[-1], tally)
    bar.end("finished", tally)
    told = shown()
    assert "scorer: bad.wav: is not a recording" in told
    # Two scored and one failed, of four.
    assert re.search(r"75%\|.*3/4 calls .*1\.0 h of sound, 3[56]\.\d x real time, 1 failed", told)
    assert re.search(r"0[45]:\d\d left", told)


def test_the_report_says_what_was_slow_what_failed_and_whose_sound_is_poor(tally, tmp_path):
    store = Store(home=tmp_path, person=MACHINE)
    store.run_report(store.run_started({"source": "/c"}), tally.report(), "finished")
    [run] = store.runs(1)
    store.close()
    assert run.report["quality"] == {"Sales": {"very quiet": 1}}
    assert [each["recording"] for each in run.report["slowest"]] == ["/c/b.wav", "/c/a.wav"]
    assert (run.report["most_memory_mb"], run.report["store_seconds"]) == (9, 1.5)
    rows = re.findall(r"<tr>(.*?)</tr>", sheet("run.html", run=run), re.DOTALL)
    told = [" ".join(re.sub(r"<.*?>", " ", row).split()) for row in rows]
    for row in (
        "Scored 2 of 4",
        "Scored before 7",
        "Left alone for want of consent 2",
        "/c/bad.wav bad.wav: is not a recording 3 set aside",
        "Sales very quiet 1",
    ):
        assert row in told


def test_a_night_that_leaves_everything_behind_tells_of_some_and_keeps_no_more(tally):
    def leaves(first, last):
        for n in range(first, last):
            tally.add(scored(f"{n}.wav", 0, 60.0, reason=f"/c/{n}.wav: could not be put away"))

    leaves(0, 600)
    tracemalloc.start()
    leaves(600, 10_600)
    grew, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert grew < 100_000  # ten thousand reasons are sixteen times as much
    assert tally.counts()["left_behind"] == 10_600
    assert len(tally.report()["not_put_away"]) == 500


def test_prometheus_may_ask_at_a_port(tally):
    pytest.importorskip("prometheus_client")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    Prometheus(f":{port}").see(EVENTS[-1], tally)
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=10) as answer:
        told = answer.read().decode()
    assert re.search(r"^scorer_batch_failed 1\.0$", told, re.MULTILINE)
    assert re.search(r"^scorer_batch_sound_hours 1\.0$", told, re.MULTILINE)


def test_figures_that_are_none_again_say_so_and_a_run_at_work_has_not_finished(tally, tmp_path):
    pytest.importorskip("prometheus_client")
    path, before = tmp_path / "batch.prom", datetime(2026, 3, 2, tzinfo=UTC)

    def shown():
        said = dict(re.findall(r"^scorer_batch_(\w+) (\S+)$", path.read_text(), re.MULTILINE))
        return float(said["failed"]), float(said["last_finished_timestamp_seconds"])

    figures = Prometheus(str(path), before)
    figures.see(EVENTS[-1], tally)
    assert shown() == (1, before.timestamp())
    tally.add(scored("bad.wav", 10, 60.0))  # tried again, it was not to blame
    figures.end("failed", tally)
    assert shown() == (0, before.timestamp())
    figures.end("finished", tally)
    assert shown() == (0, pytest.approx(time.time(), abs=60))


def test_a_log_says_when_and_a_full_disk_ends_the_log_and_not_the_night(tally, tmp_path):
    for path in (tmp_path / "log.jsonl", Path("/dev/full")):
        log = Log(path, 7)
        for event in EVENTS:
            log.see(event, tally)
        log.end("finished", tally)
    lines = [json.loads(line) for line in (tmp_path / "log.jsonl").read_text().splitlines()]
    assert [one["event"] for one in lines] == [*(event.kind for event in EVENTS), "finished"]
    assert {one["run"] for one in lines} == {7}
    assert lines[-2]["reason"] == "bad.wav: is not a recording"


def test_who_looks_on_cannot_stop_the_night(night, calls, whole):
    paths = calls(2)

    def gone(_):
        raise BrokenPipeError("the terminal was closed")

    told = night(does=gone)
    whole(told.store, [path.name for path in paths])
    assert told.store.runs()[0].state == "finished"


def test_an_address_that_answers_nonsense_is_told_of(tally, monkeypatch, capsys):
    waits = []
    monkeypatch.setattr(time, "sleep", waits.append)
    with socket.create_server(("127.0.0.1", 0)) as server:

        def answer():
            for _ in range(3):
                asked, _ = server.accept()
                asked.recv(10_000)
                asked.sendall(b"what?\r\n\r\n")
                asked.close()

        threading.Thread(target=answer, daemon=True).start()
        Webhook(f"http://127.0.0.1:{server.getsockname()[1]}/", 7).end("finished", tally)
    assert "was not told" in capsys.readouterr().err
    assert waits == [1.0, 5.0]


def test_the_page_for_operators_has_the_columns_that_the_tables_have():
    page = (Path(__file__).parents[2] / "docs" / "batch.md").read_text()
    for table, columns in results.COLUMNS.items():
        [row] = re.findall(rf"^\| `{table}` \|.*?\|(.*)\|$", page, re.MULTILINE)
        assert tuple(re.findall(r"`(\w+)`", row)) == tuple(columns), table
