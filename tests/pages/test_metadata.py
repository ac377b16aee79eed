"""What is said of uploaded calls: in the form, by the file's name, or in a CSV."""

import time

import pytest

from scorer.errors import ScorerError
from scorer.pages.metadata import checked, from_csv, from_name


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
        ("a-b-c_17_.wav", "*-{agent}_*_", {"agent": "b-c"}),
        (
            "marta_5_31 March 2026.wav",
            "{agent}_*{started:%d %B %Y}",
            {"agent": "marta", "started": "2026-03-31T00:00:00"},
        ),
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
        ("a_2026.wav", "{team}_{started:%Y%Y}", "%Y%Y: %Y is not known in a time, or stands twice"),
        ("a_2026.wav", "{team}_{started:%Q}", "%Q is not known in a time"),
        ("a.wav", "{team}" + "*" * 250, "has over 255 letters"),
    ],
)
def test_a_name_or_pattern_that_is_wrong_says_what(name, pattern, told):
    with pytest.raises(ScorerError, match=told):
        from_name(name, pattern)


def test_a_pattern_of_many_stars_takes_no_longer_than_one_of_few():
    began = time.perf_counter()
    with pytest.raises(ScorerError, match="not of the form"):
        from_name("x" * 60, "{agent}" + "*x" * 7 + "y")
    assert time.perf_counter() - began < 2  # it is read while the pages wait; tried all ways: 30 s


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
        (
            "file,agent\na.wav," + "x" * 200_000,
            "calls.csv: is no table of calls .*; save it as CSV",
        ),
        ("file,time_zone\na.wav,\nb.wav,Mars\n", "calls.csv, line 3: Mars is no time zone"),
    ],
)
def test_a_csv_that_is_wrong_says_where(text, told):
    with pytest.raises(ScorerError, match=told):
        from_csv("calls.csv", text)


def test_nothing_said_is_nothing_kept():
    assert checked("a.wav", {"team": "", "agent": " ".strip(), "started": ""}) == {}
