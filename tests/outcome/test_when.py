"""Times that people name, resolved from Wednesday 4 March 2026, 10:30."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scorer.outcome.when import call_clock, due, find

WEDNESDAY = datetime(2026, 3, 4, 10, 30)


def resolved(text, said=WEDNESDAY):
    (named,) = find(text)
    return due(named, said)


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("by Friday", "2026-03-06"),
        ("on Wednesday", "2026-03-11"),  # said on a Wednesday: the next one
        ("next Thursday", "2026-03-12"),  # not tomorrow: that would be "Thursday"
        ("next Tuesday at half past three", "2026-03-10T15:30"),
        ("a week on Monday", "2026-03-16"),
        ("today", "2026-03-04"),
        ("this afternoon", "2026-03-04"),
        ("tomorrow morning", "2026-03-05"),
        ("the day after tomorrow", "2026-03-06"),
        ("tomorrow, between eight and ten in the morning", "2026-03-05T10:00"),
        ("by five tomorrow", "2026-03-05T17:00"),
        ("tonight between seven and eight", "2026-03-04T20:00"),
        ("at nine o'clock", "2026-03-05T09:00"),  # half past ten has gone: tomorrow
        ("at four thirty", "2026-03-04T16:30"),
        ("before eight fifteen tomorrow", "2026-03-05T08:15"),
        ("at seven", "2026-03-05T07:00"),
        ("Monday at the latest", "2026-03-09"),
        ("by noon on Monday", "2026-03-09T12:00"),
        ("within two business days", "2026-03-06"),
        ("in three to five working days", "2026-03-11"),  # Thu, Fri, Mon, Tue, Wed
        ("in three days", "2026-03-07"),
        ("in an hour or so", "2026-03-04T11:30"),
        ("in half an hour", "2026-03-04T11:00"),
        ("within 24 hours", "2026-03-05T10:30"),
        ("in 10 to 15 minutes", "2026-03-04T10:45"),
        ("in two weeks", "2026-03-18"),
        ("within a month", "2026-04-04"),
        ("by the end of the week", "2026-03-06"),
        ("by the end of the month", "2026-03-31"),
        ("next week", "2026-03-13"),
        ("by the twelfth of March", "2026-03-12"),
        ("Thursday, March sixth", "2026-03-06"),  # the day of the month outweighs a day misnamed
        ("March 12th", "2026-03-12"),
        ("the 2nd", "2026-04-02"),
        ("before 9 a.m. on the 2nd of April", "2026-04-02T09:00"),
        ("the middle of next week", "2026-03-11"),
        ("at the back of next week", "2026-03-13"),
        ("before the week is out", "2026-03-06"),
        ("mid-March", "2026-03-15"),
        ("a fortnight today", "2026-03-18"),
        ("Friday week", "2026-03-13"),
        ("Tuesday of next week", "2026-03-10"),
        ("the Monday after next", "2026-03-16"),
        ("Tuesday next", "2026-03-10"),
        ("the next working day", "2026-03-05"),
        ("in a couple business days", "2026-03-06"),
        ("in twenty-odd minutes", "2026-03-04T10:50"),
        ("in ten, fifteen minutes", "2026-03-04T10:45"),
        ("tomorrow teatime", "2026-03-05"),
        ("around fourish", "2026-03-04T16:00"),
        ("at twenty-five past three", "2026-03-04T15:25"),
        ("by four at the very latest", "2026-03-04T16:00"),
        ("before Easter", "2026-04-05"),
        ("by Christmas", "2026-12-25"),
        ("by the end of play", "2026-03-04"),
        ("this time tomorrow", "2026-03-05"),
    ],
)
def test_a_time_becomes_its_last_moment(said, expected):
    assert resolved(said) == expected


@pytest.mark.parametrize(
    "said",
    [
        "soon",
        "as soon as possible",
        "shortly",
        "in a few days",
        "half an hour before",
        "in due course",
    ],
)
def test_what_no_calendar_holds_stays_vague(said):
    (named,) = find(said)
    assert named.vague
    assert due(named, WEDNESDAY) is None


@pytest.mark.parametrize(
    "said",
    [
        "two hundred and twelve dollars",
        "I have two dogs and a cat",
        "the lost morning",
        "for the first time",
        "number four",
        "three pence a minute",
        "at the moment",
        "I was five fifty short",
    ],
)
def test_numbers_are_no_times(said):
    assert find(said) == ()


def test_business_days_skip_the_weekend():
    friday = datetime(2026, 3, 6, 9, 0)
    assert resolved("within one business day", friday) == "2026-03-09"


def test_a_day_that_no_month_has_is_not_made_up():
    assert resolved("by the 32nd", datetime(2026, 2, 4)) is None
    assert resolved("by the 31st of February", datetime(2026, 2, 4)) is None


@pytest.mark.parametrize(
    ("today", "said", "expected"),
    [
        ("2026-02-04", "by the 31st", "2026-03-31"),
        ("2026-04-05", "on the 31st", "2026-05-31"),
        ("2026-01-31", "on the 30th", "2026-03-30"),
        ("2026-02-10", "on the thirtieth", "2026-03-30"),
        ("2026-12-31", "on the 31st", "2026-12-31"),
        ("2028-01-30", "on the 29th", "2028-02-29"),
    ],
)
def test_a_day_that_this_month_does_not_have_is_in_the_next_that_has_it(today, said, expected):
    assert resolved(said, datetime.fromisoformat(today)) == expected


def test_a_time_keeps_the_calls_own_zone():
    there = call_clock({"start": "2026-07-01T09:00:00Z", "time zone": "America/New_York"})
    assert there == datetime(2026, 7, 1, 5, 0, tzinfo=ZoneInfo("America/New_York"))
    assert resolved("in an hour", there) == "2026-07-01T06:00-04:00"


@pytest.mark.parametrize(
    ("began", "said", "expected"),
    [
        # The clock goes from 02:00 to 03:00 that night.
        ("2026-03-08T01:30", "in an hour", "2026-03-08T03:30-04:00"),
        ("2026-03-08T01:30", "within two hours", "2026-03-08T04:30-04:00"),
        ("2026-03-08T01:30", "in forty-five minutes", "2026-03-08T03:15-04:00"),
        ("2026-03-07T10:00", "within 24 hours", "2026-03-08T11:00-04:00"),
        ("2026-03-07T10:00", "at nine tomorrow", "2026-03-08T09:00-04:00"),
        ("2026-03-07T10:00", "in two days", "2026-03-09"),
        # And from 02:00 back to 01:00 that one.
        ("2026-11-01T00:30", "in two hours", "2026-11-01T01:30-05:00"),
        ("2026-10-31T10:00", "within 24 hours", "2026-11-01T09:00-05:00"),
    ],
)
def test_hours_are_as_long_as_ever_when_the_clock_changes(began, said, expected):
    there = call_clock({"start": began, "time zone": "America/New_York"})
    assert resolved(said, there) == expected


@pytest.mark.parametrize(
    "metadata", [{}, {"start": ""}, {"start": "last Tuesday"}, {"started": None}]
)
def test_no_clock_where_the_call_has_none(metadata):
    assert call_clock(metadata) is None


@pytest.mark.parametrize("said", [WEDNESDAY, datetime(9999, 12, 31, 23, 59, tzinfo=UTC)])
@pytest.mark.parametrize(
    "text",
    [
        "in 10000000 days",
        "within 99999999999 hours",
        "in 2500000 business days",
        "in 99999999999999999999 working days",
        "within 200000 months",
        f"in {'9' * 400} weeks",
        f"in {'9' * 5000} minutes",
    ],
)
def test_what_is_past_all_calendars_is_due_on_no_day(text, said):
    assert resolved(text, said) is None


def test_the_day_after_the_last_is_none():
    assert resolved("tomorrow", datetime(9999, 12, 31, 23, 59)) is None


def test_no_clock_where_the_zone_takes_it_off_the_calendar():
    first = "0001-01-01T00:00:00+00:00"
    assert call_clock({"start": first, "time zone": "America/New_York"}) is None
    assert call_clock({"start": first}) == datetime(1, 1, 1, tzinfo=UTC)


def test_an_unknown_zone_is_left_out():
    assert call_clock({"start": "2026-03-04T10:30", "time zone": "Mars/Base"}) == WEDNESDAY


@given(st.text(max_size=80))
def test_any_text_can_be_read(text):
    for named in find(text):
        assert text[named.start : named.end].strip() == named.text
        due(named, WEDNESDAY)
