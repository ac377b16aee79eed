"""What is said of uploaded calls reaches them: from the form, the file's name, or a CSV."""

import errno
import os

import pytest
from test_pages import calls_page, run, texts

from scorer.errors import ScorerError
from scorer.pages.metadata import checked, from_csv, from_name
from scorer.store import jobs
from scorer.store.access import Person


@pytest.mark.parametrize(
    ("name", "pattern", "said"),
    [
        ("north_marta_17.wav", "{team}_{agent}_*", {"team": "north", "agent": "marta"}),
        (
            "marta 20260331-1405 (2).wav",
            "{agent} {started:%Y%m%d-%H%M}*",
            {"agent": "marta", "started": "2026-03-31T14:05:00"},
        ),
        ("2026-03-31T14.wav", "{started}", {"started": "2026-03-31T14:00:00"}),
        ("a.b.c.wav", "{team}.{customer}", {"team": "a", "customer": "b.c"}),
        ("x+y.wav", "x+{agent}", {"agent": "y"}),
    ],
)
def test_a_name_by_its_pattern(name, pattern, said):
    assert from_name(name, pattern) == said


@pytest.mark.parametrize(
    ("name", "pattern", "told"),
    [
        ("call.wav", "{team}_{agent}", r"call\.wav: its name is not of the form"),
        ("a_b.wav", "{team}_{floor}", r"\{floor\} is not known"),
        ("a_b.wav", "{team}_{team}", r"\{team\} is not known or stands twice"),
        ("a_b.wav", "a_b", "names no field"),
        ("a_2514.wav", "{team}_{started:%H%M}", "2514 is no time of the form %H%M"),
        ("a_late.wav", "{team}_{started}", "late is no date and time"),
    ],
)
def test_a_name_or_pattern_that_is_wrong_says_what(name, pattern, told):
    with pytest.raises(ScorerError, match=told):
        from_name(name, pattern)


def test_a_csv_beside_the_recordings():
    text = (
        "\ufefffile, Agent,started,Time zone\n"
        "a.wav, marta,2026-03-31 14:05,Europe/Berlin\n"
        "b.wav,,,\n"
    )
    assert from_csv("calls.csv", text) == {
        "a.wav": {
            "agent": "marta",
            "started": "2026-03-31T14:05:00",
            "time_zone": "Europe/Berlin",
        },
        "b.wav": {},
    }


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "needs a column file"),
        ("name,agent\na,b\n", "needs a column file"),
        ("file,agent,started\na.wav,b,soon\n", "calls.csv, line 2: soon is no date"),
        ("file,time_zone\na.wav,\nb.wav,Mars\n", "calls.csv, line 3: Mars is no time zone"),
    ],
)
def test_a_csv_that_is_wrong_says_where(text, told):
    with pytest.raises(ScorerError, match=told):
        from_csv("calls.csv", text)


def test_nothing_said_is_nothing_kept():
    assert checked("a.wav", {"team": "", "agent": " ".strip(), "started": ""}) == {}


def uploads(test, files):
    test.file_uploader[0].set_value(files).run()
    assert not test.exception
    return test


@pytest.fixture(autouse=True)
def no_worker(monkeypatch):
    monkeypatch.setattr(jobs, "start_worker", lambda: None)


def test_the_nearer_word_counts_csv_then_name_then_form():
    test = run(calls_page)
    test.text_input(key="about-team").set_value("form")
    test.text_input(key="about-agent").set_value("form")
    test.text_input(key="about-customer").set_value("form").run()
    test.text_input(key="about-names").set_value("{agent}-{customer}").run()
    csv = b"file,customer\nmarta-brandt.wav,C-17\n"
    test = uploads(
        test,
        [
            ("marta-brandt.wav", b"sound", "audio/wav"),
            ("unlike.wav", b"sound", "audio/wav"),
            ("calls.csv", csv, "text/csv"),
        ],
    )
    [job] = jobs.jobs()
    assert dict(job.metadata) == {"team": "form", "agent": "marta", "customer": "C-17"}
    assert any("unlike.wav: its name is not of the form" in text for text in texts(test))


def test_a_full_disk_is_said_and_leaves_nothing(monkeypatch):
    def full(source, target):  # noqa: ARG001
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(jobs.shutil, "copyfileobj", full)
    test = uploads(run(calls_page), [("monday.wav", b"sound", "audio/wav")])
    told = "monday.wav: could not be taken in (No space left on device); make room and try again"
    assert told in texts(test)
    assert list(jobs.folder().iterdir()) == []


def test_a_reviewers_upload_goes_to_their_team_whatever_names_and_tables_say(monkeypatch):
    rita = Person("rita", "reviewer", frozenset({"north", "west"}))
    monkeypatch.setattr("scorer.pages.person.who", lambda: rita)
    test = run(calls_page)
    test.text_input(key="about-names").set_value("{team}_*").run()
    files = [(f"{team}_17.wav", b"sound", "audio/wav") for team in ("north", "south", "west")]
    test = uploads(test, files)
    assert [dict(job.metadata)["team"] for job in jobs.jobs()] == ["north", "west"]
    assert "south_17.wav: south: not a team of yours; choose north or west" in texts(test)
