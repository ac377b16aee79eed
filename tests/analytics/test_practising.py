"""What is worth praising and practising, worked out by hand; nobody is compared with anybody."""

from datetime import UTC, datetime

import polars as pl
import pytest

from scorer.analytics.practising import change, missed, patterns, praised, shares, slips
from scorer.analytics.shares import share
from scorer.scoring.rubric import load
from scorer.store.practice import COUNTS, MOMENTS


def counts(**criteria):
    """`listening__restates={"met": 3, "missed": 2}`: on how many calls each came out how."""
    rows = [
        (0, *name.split("__"), outcome, 1.0, calls)
        for name, outcomes in criteria.items()
        for outcome, calls in outcomes.items()
    ]
    return pl.DataFrame(rows, schema=COUNTS, orient="row")


def moments(*told):
    """(call, criterion, outcome, kind), the latest first."""
    at = datetime(2026, 11, 1, tzinfo=UTC)
    rows = [
        (key, f"{key}.wav", at, *criterion.split("."), outcome, kind, 0.9, 1, "words")
        for key, criterion, outcome, kind in told
    ]
    return pl.DataFrame(rows, schema=MOMENTS, orient="row")


def test_a_share_is_of_the_calls_on_which_it_came_up():
    told = counts(listening__restates={"met": 3, "partly": 1, "missed": 2, "no_opportunity": 9})
    found = shares(told)["listening.restates"]
    assert (found.hits, found.count, found.value) == (3, 6, 0.5)


def test_a_slip_that_did_not_happen_went_well():
    told = counts(listening__does_not_ask_again={"missed": 3, "no_opportunity": 17})
    assert shares(told)["listening.does_not_ask_again"].value == 0.0
    found = shares(told, {"listening.does_not_ask_again"})["listening.does_not_ask_again"]
    assert (found.hits, found.count) == (17, 20)


def test_slips_are_what_nobody_notes_each_time_that_it_did_not_happen():
    found = slips(load().rubrics)
    assert {"listening.does_not_ask_again", "listening.lets_finish"} <= found
    assert not found & {"listening.restates", "empathy.acknowledges_feeling"}


def test_a_pattern_is_missed_often_and_surely():
    told = counts(
        a__often={"met": 27, "missed": 3},  # lower end of 3/30: Wilson's 0.035
        b__surely={"met": 1, "missed": 3},  # lower end of 3/4: Wilson's 0.301
        c__seldom={"met": 0, "missed": 2},  # twice is a bad day
        d__well={"met": 12},
        customer_satisfaction__need_met={"missed": 20},  # what became of it is not practised
    )
    assert share(3, 30).low == pytest.approx(0.0346, abs=1e-4)
    assert share(3, 4).low == pytest.approx(0.3006, abs=1e-4)
    found = [(each.name, each.missed) for each in patterns(told)]
    assert found == [("b.surely", 3), ("a.often", 3)]
    assert [each.met.value for each in patterns(told)] == [0.25, 0.9]
    assert patterns(counts(d__well={"met": 12})) == []


def test_at_most_two_patterns():
    told = counts(**{f"a__{name}": {"missed": 5} for name in "abcd"})
    assert [each.name for each in patterns(told)] == ["a.a", "a.b"]


def test_praise_goes_around_the_criteria_before_it_repeats_one():
    told = moments(
        ("1", "recovery.extra", "met", "magic"),
        ("2", "recovery.extra", "met", "magic"),
        ("3", "recovery.extra", "met", "magic"),
        ("4", "empathy.feeling", "recovered", "misery"),
        ("5", "listening.restates", "met", "truth"),
        ("6", "listening.restates", "missed", "misery"),
        ("7", "complaint_register.named", "recovered", "misery"),
        ("8", "customer_satisfaction.need", "met", "magic"),
    )
    found = praised(told)
    assert found["key"].to_list() == ["1", "4", "2", "5"]
    assert praised(told.clear()).is_empty()


def test_clips_to_practise_with_are_of_several_calls():
    told = moments(
        ("1", "a.b", "missed", "misery"),
        ("1", "a.b", "missed", "misery"),
        ("2", "a.b", "met", "magic"),
        ("3", "a.b", "missed", "misery"),
        ("4", "a.b", "missed", "misery"),
    )
    assert missed(told, "a.b")["key"].to_list() == ["1", "3"]


def test_a_change_is_told_only_where_it_is_not_chance():
    # Newcombe (1998), table II: 56/70 against 48/80 gives 0.0524 to 0.3339 by method 10.
    assert change(share(48, 80), share(56, 70)) == "It goes better than before."
    assert change(share(56, 70), share(48, 80)) == "It goes less well than before."
    assert change(share(6, 12), share(8, 12)) == "No change that is more than chance."
    assert change(share(0, 9), share(9, 9)) == "Too few calls to say whether it changed."
