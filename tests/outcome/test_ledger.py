"""Promises are closed by what later calls say of them."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from spoken import call

from scorer.outcome.ledger import settle
from scorer.outcome.promises import promises
from scorer.scoring.rubric import load

LONDON = ZoneInfo("Europe/London")
PROMISED = promises(call("A: I will call you by Friday.", "C: Thanks."))  # due 6 March
SENT = promises(call("A: We'll send you the refund by Friday.", "C: Thanks."))


def later(*lines, day, id="later"):
    return call(
        *lines, metadata={"start": f"2026-03-{day:02}T09:00", "time zone": "Europe/London"}, id=id
    )


def state(made, *calls, now=20):
    (only,) = settle(made, calls, load(), datetime(2026, 3, now, 12, tzinfo=LONDON))
    return only


@pytest.mark.parametrize(("now", "expected"), [(5, "open"), (6, "open"), (7, "overdue")])
def test_without_a_later_call_it_is_open_until_it_was_due(now, expected):
    assert state(PROMISED, now=now).state == expected


@pytest.mark.parametrize(
    ("lines", "day", "expected"),
    [
        (("C: Nobody called me back.",), 9, "broken"),
        (("C: Nobody called me back.",), 5, "open"),  # it was not due yet
        (("C: Thanks for calling me back on Friday. I have another question.",), 9, "kept"),
        (("A: Hello, I'm calling you back as promised.", "C: Oh, good."), 6, "kept"),
        (("A: Hello, I'm calling you back as promised.", "C: At last."), 9, "late"),
        (("C: My parcel never came.",), 9, "overdue"),  # that was something else
        (("C: Hi, what are your opening hours?",), 9, "overdue"),
    ],
)
def test_later_words_settle_a_promised_call(lines, day, expected):
    now = 5 if day == 5 else 20
    assert state(PROMISED, later(*lines, day=day), now=now).state == expected


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("C: The refund has arrived, thanks.", "kept"),
        ("C: I still haven't received the refund.", "broken"),
        ("C: The refund came a week late.", "late"),
    ],
)
def test_later_words_settle_promised_money(said, expected):
    got = state(SENT, later(said, day=16))
    assert got.state == expected
    assert got.by_call == "later"
    assert got.evidence.quote in said


def test_the_first_later_call_that_says_so_decides():
    first = later("C: Nobody called me.", day=9, id="first")
    second = later("C: Thanks for calling me back.", day=11, id="second")
    assert state(PROMISED, second, first).by_call == "first"


def test_what_a_customer_promised_is_not_settled():
    made = promises(call("C: I'll pay it on Friday."))
    assert settle(made, [], load(), datetime(2026, 3, 20)) == ()
