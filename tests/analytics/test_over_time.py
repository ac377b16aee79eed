"""Shares, means and changes over time, against figures worked out by hand."""

import math
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scorer.analytics import change, measures, periods
from scorer.analytics.alike import grouped
from scorer.analytics.shares import share


def tally(measure, counts, kind="share"):
    """A tally from (n, hits) a period, or (n, total, squares)."""
    rows = [
        {
            "measure": measure,
            "kind": kind,
            "period": place,
            "n": row[0],
            "total": float(row[1]),
            "squares": float(row[-1]),
        }
        for place, row in enumerate(counts)
    ]
    return pl.DataFrame(rows, schema=measures._SHAPE)


# Periods


def test_weeks_begin_on_monday_at_midnight_where_the_centre_stands():
    berlin = ZoneInfo("Europe/Berlin")
    found = periods.until(date(2026, 11, 1), 2, 7, berlin)  # a Sunday
    assert found.count == 2
    assert [edge.isoformat() for edge in found.edges] == [
        "2026-10-19T00:00:00+02:00",
        "2026-10-26T00:00:00+01:00",  # the clocks went back the night before
        "2026-11-02T00:00:00+01:00",
    ]
    assert (found.first(1), found.last(1)) == (date(2026, 10, 26), date(2026, 11, 1))
    assert found.names == ["wk 43", "wk 44"]


def test_days_end_with_the_one_asked_for():
    found = periods.until(date(2026, 11, 25), 3, 1, UTC)
    assert found.edges[0] == datetime(2026, 11, 23, tzinfo=UTC)
    assert found.edges[-1] == datetime(2026, 11, 26, tzinfo=UTC)
    assert found.names == ["23 Nov", "24 Nov", "25 Nov"]


# Estimates


@given(st.integers(1, 400).flatmap(lambda n: st.tuples(st.just(n), st.integers(0, n))))
def test_a_share_has_wilsons_interval_as_everywhere_here(counts):
    n, hits = counts
    [row] = measures.estimated(tally("resolved", [(n, hits)])).iter_rows(named=True)
    known = share(hits, n)
    for name in ("value", "low", "high"):
        assert row[name] == pytest.approx(getattr(known, name), abs=1e-9)
    assert row["few"] == known.few


def test_a_mean_has_students_interval():
    # 0.2, 0.4, 0.4, 0.6, 0.9: mean 0.5, squares 1.53; variance (1.53 - 5 * 0.25) / 4 = 0.07;
    # standard error sqrt(0.07 / 5) = 0.118322; t(4, 97.5 %) = 2.77645, so 0.5 -+ 0.328513.
    [row] = measures.estimated(tally("predicted", [(5, 2.5, 1.53)], "mean")).iter_rows(named=True)
    assert row["value"] == 0.5
    assert row["low"] == pytest.approx(0.5 - 0.328513, abs=1e-6)
    assert row["high"] == pytest.approx(0.5 + 0.328513, abs=1e-6)
    assert row["few"]


@pytest.mark.parametrize(
    ("freedom", "t"),
    [(1, 12.7062), (2, 4.3027), (4, 2.7764), (9, 2.2622), (29, 2.0452), (120, 1.9799)],
)
def test_students_t_is_that_of_the_tables(freedom, t):
    # n values about 0.5 whose squares sum up so that the standard error is 0.01.
    n = freedom + 1
    squares = n * 0.25 + freedom * n * 0.01**2
    [row] = measures.estimated(tally("predicted", [(n, n / 2, squares)], "mean")).to_dicts()
    assert (row["high"] - row["low"]) / 0.02 == pytest.approx(t, abs=1e-4)


def test_one_value_alone_has_no_interval_and_none_has_no_value():
    rows = measures.estimated(tally("predicted", [(1, 0.4, 0.16), (0, 0.0, 0.0)], "mean"))
    assert rows.select("value", "low", "high").rows() == [(0.4, None, None), (None, None, None)]


def test_few_calls_are_no_trend():
    few = measures.estimated(tally("resolved", [(9, 5)] * 8))
    assert not measures.trend_worthy(few, "resolved")
    some = measures.estimated(tally("resolved", [(9, 5), (10, 5), (10, 5), (10, 5)]))
    assert measures.trend_worthy(some, "resolved")


# From counts to tallies


def test_what_cannot_be_told_counts_for_nothing():
    answers = pl.DataFrame(
        {
            "period": [0, 0, 0, 0, 0, 1],
            "rubric": ["listening"] * 6,
            "criterion": ["restates"] * 6,
            "outcome": ["met", "partly", "missed", "cannot_tell", "proposed", "no_opportunity"],
            "calls": [3, 2, 1, 40, 5, 7],
        }
    )
    found = measures.from_judgements(answers)
    assert found.rows() == [("listening.restates", "share", 0, 6, 3.0, 3.0)]


def test_promises_nobody_spoke_of_are_neither_kept_nor_broken():
    counted = pl.DataFrame(
        {
            "period": [0, 0, 0, 0],
            "status": ["kept", "late", "broken", None],
            "promises": [6, 1, 3, 90],
        }
    )
    assert measures.from_promises(counted).rows() == [("promises_kept", "share", 0, 10, 6.0, 6.0)]


def test_predicted_and_surveyed_are_never_mixed():
    answered = pl.DataFrame(
        {
            "period": [0, 0],
            "team": ["North", "North"],
            "queue": ["", ""],
            "topic": ["", ""],
            "kind": ["csat", "nps"],
            "answers": [2, 5],
            "total": [1.0, 4.0],
            "squares": [0.5, 4.0],
            "bad": [0, 1],
        }
    )
    assert measures.from_surveys(answered).rows() == [("surveyed", "mean", 0, 2, 1.0, 0.5)]


# Changes


def test_a_change_is_told_with_its_week():
    # 30 of 100 for four weeks, then 60 of 100. At the edge: pooled p = 0.45, error
    # sqrt(0.45 * 0.55 * (1/400 + 1/400)) = 0.035178, z = 0.3 / 0.035178 = 8.528;
    # p = erfc(8.528 / sqrt 2) = 1.5e-17, times 7 edges.
    counts = [(100, 30)] * 4 + [(100, 60)] * 4
    [row] = change.changes(tally("resolved", counts)).iter_rows(named=True)
    assert (row["since"], row["before"], row["after"]) == (4, 0.3, 0.6)
    assert (row["n_before"], row["n_after"]) == (400, 400)
    assert row["p"] == pytest.approx(7 * math.erfc(8.5280 / math.sqrt(2)), rel=0.01)


def test_more_measures_looked_at_make_each_harder_to_believe():
    # Before 20 of 50, after 31 of 50: pooled p = 0.51, error 0.09998, z = 2.2004, p = 0.02778.
    moved, still = [(50, 20), (50, 31)], [(50, 25), (50, 25)]
    [row] = change.changes(tally("resolved", moved)).iter_rows(named=True)
    assert row["p"] == pytest.approx(0.02778, abs=2e-4)
    two = pl.concat([tally("resolved", moved), tally("recovered", still)])
    assert change.changes(two).height == 0  # 0.0556 now
    apart = pl.concat([tally("resolved", moved), tally("listening.restates", still)])
    assert change.changes(apart).height == 1  # another family
    assert change.tested(two) == 2


def test_holm_gives_the_second_smallest_one_comparison_less():
    strong, weaker = [(100, 30), (100, 70)], [(50, 20), (50, 32)]
    # weaker: pooled 0.52, error 0.09992, z = 2.4019, p = 0.01631; second of three: times 2
    found = change.changes(
        pl.concat(
            [
                tally("resolved", strong),
                tally("recovered", weaker),
                tally("little_effort", [(50, 25), (50, 25)]),
            ]
        )
    )
    assert found["measure"].to_list() == ["resolved", "recovered"]
    assert found["p"][1] == pytest.approx(2 * 0.01631, abs=3e-4)


def test_a_mean_changes_by_welchs_test():
    # 50 values of variance 0.04 around 0.5, then 0.7: squares = 49 * 0.04 + 50 * mean^2.
    def week(mean):
        return 50, 50 * mean, 49 * 0.04 + 50 * mean**2

    [row] = change.changes(tally("predicted", [week(0.5), week(0.7)], "mean")).iter_rows(named=True)
    # error sqrt(0.04/50 * 2) = 0.04, z = 5
    assert row["p"] == pytest.approx(math.erfc(5 / math.sqrt(2)), rel=1e-6)


def test_nothing_is_told_from_a_handful():
    assert change.changes(tally("resolved", [(19, 0), (19, 19)])).height == 0
    assert change.changes(tally("resolved", [])).height == 0


@given(st.lists(st.tuples(st.integers(20, 60), st.just(0.5)), min_size=2, max_size=8))
def test_what_never_moves_never_changed(weeks):
    counts = [(2 * n, n) for n, _ in weeks]
    assert change.changes(tally("resolved", counts)).height == 0


# Sentences alike


def test_a_rule_in_other_words_is_the_same_rule():
    sentences = [
        "It's our policy that refunds take six weeks.",
        "Our policy is that damage must be reported within a day.",
        "It is company policy that a refund takes up to six weeks.",
        "It's our policy that refunds take six weeks.",
    ]
    first, second = grouped(sentences)
    assert (first.wording, first.places) == (sentences[0], (0, 2, 3))
    assert (second.wording, second.places) == (sentences[1], (1,))
    assert grouped([]) == []


@given(st.lists(st.sampled_from(["our policy is this", "fees apply", "fee applies", "no"])))
def test_every_sentence_is_in_one_group(sentences):
    places = [place for group in grouped(sentences) for place in group.places]
    assert sorted(places) == list(range(len(sentences)))
