"""A night as the operator sees it: one command, its files, its words and its exit status."""

import contextlib
import io
import json
import re
import socket
import threading
import zipfile
from datetime import UTC, date, datetime, time, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from zoneinfo import ZoneInfo

import polars as pl
import pytest
from click.testing import CliRunner
from short_calls import cut

from scorer.batch.retention import apply
from scorer.cli import main
from scorer.disk import sha256
from scorer.errors import UnavailableError
from scorer.store.store import Store

DOCS = Path(__file__).parents[2] / "docs" / "batch.md"


def scorer(*arguments, status=0):
    done = CliRunner().invoke(main, [str(a) for a in arguments])
    assert done.exit_code == status, (done.exit_code, done.output, done.exception)
    return done.output


@pytest.fixture
def told():
    """A web address that is told things; yields it with what it was told."""
    said = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            said.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_):
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/hook", said
    server.shutdown()
    server.server_close()


@pytest.fixture
def manifest(tmp_path):
    """Four calls of two teams, one that is no recording, one without consent, one that is gone.

    The fourth lies in an archive, which is a storage like any other that fsspec knows.
    """
    folder = tmp_path / "calls"
    paths = cut(folder, 5)
    (folder / "broken.wav").write_bytes(b"this is no sound")
    archive = folder / "night.zip"
    with zipfile.ZipFile(archive, "w") as packed:
        packed.write(paths[3], "south/call003.wav")
    rows = [
        (paths[0], "North", "2026-03-02T22:30:00-05:00", "yes"),
        (paths[1], "North", "2026-03-02T10:00:00-05:00", "yes"),
        (paths[2], "South & West", "2026-03-02T10:00:00-05:00", "yes"),
        (f"zip://south/call003.wav::{archive}", "", "2026-03-02T10:00:00-05:00", "yes"),
        (paths[4], "North", "2026-03-02T10:00:00-05:00", ""),
        (folder / "broken.wav", "North", "", "yes"),
        (folder / "gone.wav", "North", "", "yes"),
    ]
    path = folder / "night.csv"
    lines = ["file,team,agent,started,consent"]
    lines += [
        f"{getattr(each, 'name', each)},{team},Ann,{began},{consent}"
        for each, team, began, consent in rows
    ]
    path.write_text("\n".join(lines) + "\n")
    return path


@pytest.mark.usefixtures("loaded_scorer")
def test_a_night_from_dry_run_to_morning(home, manifest, tmp_path, told):
    address, said = told
    asked = [manifest, "--require-consent", "--workers", 1, "--patience", 5]
    assert "6 to be scored, 1 without the customer's consent" in scorer(
        "batch", *asked, "--dry-run"
    )
    store = Store(home=home)
    assert len(store.calls()) == 0

    results, log, metrics = tmp_path / "results", tmp_path / "log.jsonl", tmp_path / "batch.prom"
    more = ["--results", results, "--log", log, "--metrics", metrics, "--webhook", address]
    output = scorer("batch", *asked, *more, "--report", tmp_path / "run.html", status=1)
    assert "broken.wav: is not a recording" in output
    assert "gone.wav: no such file" in output
    assert "run 1: 4 scored, 2 failed" in output
    assert store.check(deep=True) == []
    entries = {entry.id: entry for entry in store.calls()}
    assert {name: entry.team for name, entry in entries.items()} == {
        "call000.wav": "North",
        "call001.wav": "North",
        "call002.wav": "South & West",
        "call003.wav": "",
    }
    assert entries["call000.wav"].started.isoformat() == "2026-03-03T03:30:00+00:00"

    [figures] = said
    assert (figures["state"], figures["scored"], figures["failed"]) == ("finished", 4, 2)
    assert figures["without_consent"] == 1
    text = metrics.read_text()
    assert re.search(r"^scorer_batch_scored 4\.0$", text, re.MULTILINE)
    assert re.search(r"^scorer_batch_last_finished_timestamp_seconds 1\.", text, re.MULTILINE)

    lines = [json.loads(line) for line in log.read_text().splitlines()]
    assert [one["event"] for one in lines].count("scored") == 4
    assert lines[-1]["event"] == "finished"
    turns = [turn["text"] for e in store.calls() for turn in store.card(e.key)["turns"]]
    said_there = [text for text in turns if len(text) > 12]
    assert said_there
    for watched in (log, metrics, tmp_path / "run.html"):
        assert not [text for text in said_there if text in watched.read_text()], watched
    page = (tmp_path / "run.html").read_text()
    assert "4 of 6" in page
    assert "broken.wav" in page

    parquet_says_the_same(store, results)

    # A second run does nothing but try again what failed; after the third that is set aside. What
    # lies in the archive has no stamp: its content is looked at, and found to be scored.
    assert "3 to be scored, 3 scored before" in scorer("batch", *asked, status=1)
    scorer("batch", *asked, status=1)
    output = scorer("batch", *asked)
    assert "1 to be scored, 3 scored before, 2 set aside" in output
    assert "run 4: 0 scored, 0 failed" in output
    assert store.runs(1)[0].report["done_before"] == 4
    failures = scorer("runs", "failures")
    assert failures.count("set aside (3 tries)") == 2
    assert "2 recordings will be tried again" in scorer("runs", "retry", "--all")
    assert "3 to be scored, 3 scored before" in scorer("batch", *asked, "--dry-run")
    assert scorer("runs", "list").count("finished") == 4
    scorer("runs", "report", 1, "--html", tmp_path / "again.html")
    assert (tmp_path / "again.html").read_text() == page
    store.close()


def test_the_page_for_operators_names_options_that_there_are():
    shown = scorer("batch", "--help") + scorer("runs", "report", "--help")
    shown += scorer("report", "daily", "--help") + scorer("runs", "retry", "--help")
    for option in set(re.findall(r"(?<![\w-])--[a-z][a-z-]*", DOCS.read_text())) - {"--before"}:
        assert option in shown, option


def parquet_says_the_same(store, results):
    """The example of docs/batch.md, and what it must come to."""
    [example] = re.findall(r"```python\n(.*?)```", DOCS.read_text(), re.DOTALL)
    there = {}
    with contextlib.chdir(results.parent), contextlib.redirect_stdout(io.StringIO()) as printed:
        exec(example, there)
    assert there["calls"].height == 4
    assert "South & West" in printed.getvalue()
    calls = pl.read_parquet(results / "calls", hive_partitioning=True)
    assert calls.group_by("date", "team").len().sort("date", "team").rows() == [
        *[(day(2), None, 1), (day(2), "North", 1), (day(2), "South & West", 1)],
        (day(3), "North", 1),
    ]
    assert set(calls["call"]) == {entry.id for entry in store.calls()}
    judged = pl.scan_parquet(results / "judgements", hive_partitioning=True)
    ours = store.frame("judgements")
    assert judged.collect().height == ours.height
    assert judged.select(pl.col("score").sum()).collect().item() == pytest.approx(
        ours["score"].sum()
    )
    assert not list(results.rglob("*.part"))


def day(number):
    return date(2026, 3, number)


@pytest.mark.parametrize(
    ("arguments", "status", "says"),
    [
        (["nowhere"], 3, "nowhere: is not there"),
        ([".", "--after", "archive"], 2, "go together"),
        ([".", "--since", "at the full moon, I guess"], 2, "is no time"),
        ([".", "--model", "no-such-model"], 3, "no Whisper model"),
        ([".", "--results", "r", "--time-zone", "Mars"], 3, "is no time zone"),
        ([".", "--results", "quux://r"], 3, "quux://r: cannot be reached"),
        ([".", "--after", "archive", "--archive", "quux://r"], 3, "quux://r: cannot be reached"),
        ([".", "--dry-run"], 0, "no recordings there"),
        ([".", "--store", "mysql://a/b", "--dry-run"], 3, "not supported"),
    ],
)
@pytest.mark.usefixtures("home")
def test_what_is_wrong_is_said_before_the_night_begins(
    tmp_path, monkeypatch, arguments, status, says
):
    place = tmp_path / "empty"
    place.mkdir()
    monkeypatch.chdir(place)
    monkeypatch.setenv("SCORER_STORE", "")
    assert says in scorer("batch", *arguments, status=status)
    assert not list(place.iterdir())


@pytest.mark.usefixtures("home")
@pytest.mark.parametrize("place", ["Pacific/Kiritimati", "America/New_York"])
def test_since_means_the_days_of_the_runs_own_time_zone(tmp_path, place):
    """One call a minute before the day begins there, one as it begins."""
    there = ZoneInfo(place)
    yesterday = (datetime.now(there) - timedelta(days=1)).date()
    for said, when in (("2026-03-31", date(2026, 3, 31)), ("yesterday", yesterday)):
        begins = datetime.combine(when, time(), there).astimezone(UTC)
        rows = [begins - timedelta(minutes=1), begins]
        night = tmp_path / "night.csv"
        lines = [f"{n}.wav,{began.isoformat()}" for n, began in enumerate(rows)]
        night.write_text("\n".join(["file,started", *lines]))
        told = scorer("batch", night, "--since", said, "--time-zone", place, "--dry-run")
        assert "1 to be scored, 1 earlier than asked for" in told, said


@pytest.fixture
def nothing(tmp_path):
    """A source without recordings: its night is over at once."""
    place = tmp_path / "nothing"
    place.mkdir()
    return place


@pytest.fixture
def taken():
    """A port that somebody listens at."""
    with socket.create_server(("", 0)) as server:
        yield f":{server.getsockname()[1]}"


@pytest.mark.parametrize(
    ("told", "says"),
    [
        (["--webhook", "ftp://x"], "ftp://x: is no web address"),
        (["--metrics", ":abc"], ":abc: is no port"),
        (["--metrics", ":99999"], ":99999: is no port"),
        (["--metrics", "taken"], "no figures can be asked for there"),
        (["--log", "/dev/null/log.jsonl"], "no log can be written there"),
    ],
)
def test_a_night_that_nobody_can_be_told_of_has_failed(home, nothing, taken, tmp_path, told, says):
    told = [taken if word == "taken" else word for word in told]
    log = ["--log", tmp_path / "log.jsonl"]
    output = scorer("batch", nothing, *log, *told, status=3)
    assert says in output.splitlines()[-1]
    store = Store(home=home)
    assert [run.state for run in store.runs()] == ["failed"]
    store.close()
    if "--log" not in told:  # who could be told is
        assert json.loads(log[1].read_text())["event"] == "failed"


@pytest.mark.usefixtures("home")
def test_a_night_that_fails_does_not_say_that_none_ever_finished(nothing, tmp_path):
    metrics = tmp_path / "batch.prom"

    def finished():
        [line] = re.findall(r"^scorer_batch_last_finished\S+ (\S+)$", metrics.read_text(), re.M)
        return float(line)

    scorer("batch", nothing, "--metrics", metrics)
    first = finished()
    scorer("batch", nothing, "--metrics", metrics, "--webhook", "ftp://x", status=3)
    assert 0 < finished() == pytest.approx(first, abs=10)


@pytest.mark.usefixtures("home")
def test_a_night_that_cannot_begin_says_why_and_writes_no_report_of_another(
    nothing, tmp_path, monkeypatch
):
    def full(*_):
        raise UnavailableError("the database is full")

    page = tmp_path / "run.html"
    asked = ["batch", nothing, "--patience", 0, "--report", page]
    with monkeypatch.context() as tonight:
        tonight.setattr(Store, "run_started", full)
        assert "scorer: the database is full" in scorer(*asked, status=3)
    scorer("batch", nothing)
    monkeypatch.setattr(Store, "run_started", full)
    assert "scorer: the database is full" in scorer(*asked, status=3)
    assert not page.exists()


@pytest.mark.usefixtures("home")
def test_why_a_night_had_to_stop_is_not_hidden_by_what_its_report_failed_on(nothing):
    output = scorer(
        "batch", nothing, "--webhook", "ftp://x", "--report", "/dev/null/run.html", status=3
    )
    assert "/dev/null/run.html: cannot be written" in output
    assert "ftp://x: is no web address" in output.splitlines()[-1]


def test_an_archive_has_what_was_scored_and_the_source_no_more(night, calls, tmp_path, whole):
    paths = calls(3)
    broken = paths[0].with_name("broken.wav")
    broken.write_bytes(b"no sound")
    content = {path.name: path.read_bytes() for path in paths}
    archive = tmp_path / "archive"
    told = night(after="archive", archive=str(archive))
    assert [path.name for path in paths[0].parent.iterdir()] == ["broken.wav"]
    assert {path.name: path.read_bytes() for path in archive.iterdir()} == content
    whole(told.store, content)
    assert told.tally.left_behind == 0


def test_an_archive_that_is_not_there_is_told_of_and_the_recording_stays(calls):
    """/proc takes no folder and says so as an object store does of a bucket that it has not."""
    [path] = calls(1)
    with pytest.raises(UnavailableError, match="is scored, but could not be put away"):
        apply("archive", str(path), sha256(path), str(path.parent), "/proc/archive")
    assert path.exists()


def test_what_a_run_left_behind_the_next_one_puts_away(night, calls):
    """The first run ends between the store and the deletion; no copy of the sound is kept."""
    paths = calls(2)
    told = night(copies=False)
    assert all(path.exists() for path in paths)
    paths[1].write_bytes(paths[1].read_bytes() + b"grew since")
    again = night(after="delete", wanted={"limit": 0})
    assert [path.exists() for path in paths] == [False, True]
    assert again.plan.counts == {"done": 1}
    with pytest.raises(Exception, match="the recording is gone"):
        told.store.recording(next(iter(told.store.calls())).key)
