"""Krippendorff's alpha against constants worked out by hand, and a published example."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from scorer.analytics.agreement import agreement, alpha, drift
from scorer.analytics.shares import share

#: Krippendorff (2011), "Computing Krippendorff's alpha-reliability", example C: four observers,
#: twelve units, values 1 to 5, "." where nothing was answered.
PUBLISHED = [
    "1 2 3 3 2 1 4 1 2 . . .",
    "1 2 3 3 2 2 4 1 2 5 . 3",
    ". 3 3 3 2 3 4 2 2 5 1 .",
    "1 2 3 3 2 4 4 1 2 5 1 .",
]


def counted(observers, values="12345"):
    units = zip(*(line.split() for line in observers), strict=True)
    return np.array([[unit.count(value) for value in values] for unit in units], float)


@pytest.mark.parametrize(("metric", "printed"), [("nominal", 0.743), ("ordinal", 0.815)])
def test_the_published_example(metric, printed):
    assert round(alpha(counted(PUBLISHED), metric), 3) == printed


def test_two_people_four_calls():
    # Answers aa, ab, bb, bb. Each pair counts in both orders: o_aa = 2, o_ab = o_ba = 1, o_bb = 4;
    # n_a = 3, n_b = 5, n = 8. alpha = 1 - (n - 1) (o_ab + o_ba) / (2 n_a n_b)
    #                                = 1 - 7 * 2 / 30 = 16/30.
    counts = counted(["a a b b", "a b b b"], "ab")
    assert alpha(counts) == pytest.approx(16 / 30)
    # 6 of the 8 ordered pairs are alike.
    assert agreement(counts).same == pytest.approx(6 / 8)


def test_three_answers_weigh_each_pair_by_half():
    # One unit aab, one unit bb: m = 3 gives weights of 1/2. aab: o_aa = 2 * 1 / 2 = 1,
    # o_ab = o_ba = 2 * 1 / 2 = 1; bb: o_bb = 2. n_a = 2, n_b = 3, n = 5.
    # alpha = 1 - 4 * 2 / (2 * 2 * 3) = 1/3.
    assert alpha(np.array([[2, 1], [0, 2]])) == pytest.approx(1 / 3)


def test_a_near_miss_costs_less_where_answers_have_an_order():
    # Values 1, 2, 3 with pairs 11, 12, 33: n = (3, 1, 2), n = 6.
    # Nominal: alpha = 1 - 5 * 2 / (2 (3 * 1 + 3 * 2 + 1 * 2)) = 1 - 10/22 = 12/22.
    # Ordinal: d_12 = (3/2 + 1/2)^2 = 4,
    # d_13 = (3/2 + 1 + 2/2)^2 = 12.25, d_23 = (1/2 + 1)^2 = 2.25;
    # alpha = 1 - 5 * 2 * 4 / (2 (3 * 4 + 6 * 12.25 + 2 * 2.25)) = 1 - 40/180 = 7/9.
    counts = np.array([[2, 0, 0], [1, 1, 0], [0, 0, 2]])
    assert alpha(counts) == pytest.approx(12 / 22)
    assert alpha(counts, "ordinal") == pytest.approx(7 / 9)


def test_nothing_is_said_where_nothing_can_be_said():
    assert alpha(np.zeros((0, 3))) is None
    assert alpha(np.array([[1, 0], [0, 1]])) is None  # nobody answered what another answered
    assert alpha(np.array([[2, 0], [3, 0]])) is None  # all alike: chance would agree as well
    told = agreement(np.array([[2, 0], [3, 0]]))
    assert (told.alpha, told.low, told.same, told.units) == (None, None, 1.0, 2)
    assert drift(np.zeros((0, 2)), np.array([[1, 1]])) is None


COUNTS = arrays(np.int64, st.tuples(st.integers(1, 12), st.just(3)), elements=st.integers(0, 4))


@given(COUNTS)
def test_the_order_of_units_and_lone_answers_change_nothing(counts):
    found = alpha(counts, "ordinal")
    lone = np.vstack([counts[::-1], [[1, 0, 0]]])
    again = alpha(lone, "ordinal")
    assert found == again or found == pytest.approx(again)
    assert found is None or found <= 1 + 1e-9


@given(COUNTS)
def test_agreeing_fully_is_one_and_names_do_not_matter(counts):
    full = np.diag([2, 3, 2])
    assert alpha(full) == pytest.approx(1)
    found, renamed = alpha(counts), alpha(counts[:, [2, 0, 1]])
    assert found == renamed or found == pytest.approx(renamed)


def test_the_interval_holds_the_truth_about_as_often_as_it_says():
    # Two people who each copy the truth with probability 0.8 and guess otherwise: both copy in 0.64
    # of the cases, so alpha is 0.64 with evenly spread truths.
    generator = np.random.default_rng(5)
    held = 0
    for _ in range(120):
        truth = generator.integers(0, 3, 60)
        said = [np.where(generator.random(60) < 0.8, truth, generator.integers(0, 3, 60))
                for _ in range(2)]  # fmt: skip
        counts = sum(np.eye(3)[answers] for answers in said)
        told = agreement(counts)
        held += told.low <= 0.64 <= told.high
    assert 0.88 <= held / 120 <= 1.0


def test_drift_is_told_where_people_agree_less_and_not_by_chance():
    same, apart = np.array([[2, 0], [0, 2]] * 15), np.array([[1, 1], [1, 1], [2, 0], [0, 2]] * 8)
    low, high = drift(same, apart)
    assert high < 0
    low, high = drift(apart, apart)
    assert low < 0 < high


def test_wilsons_interval():
    # Wilson for 8 of 10 at z = 1.96: (0.8 + 0.19208 +- 1.96 sqrt(0.016 + 0.009604)) / 1.38416
    #   = (0.99208 +- 0.31362) / 1.38416 = 0.4902 and 0.9433.
    told = share(8, 10)
    assert (told.value, round(told.low, 4), round(told.high, 4)) == (0.8, 0.4902, 0.9433)
    assert share(0, 0).value is None
    assert share(0, 5).low == pytest.approx(0)
    assert share(5, 5).high == 1.0
    assert share(3, 9).few
    assert not share(3, 10).few
