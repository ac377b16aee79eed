"""Satisfaction fitted to surveys: it learns from them, and its intervals hold what they claim."""

import numpy as np
import pytest
from spoken import call, outcome

from scorer.errors import ScorerError
from scorer.outcome.calibrate import LEAST, Calibration, Example, fit, read, write

PARTS = ("words_at_end", "need", "effort")


def centre(count, seed=0, noise=0.1, weights=(1.0, 1.0, 1.0), offset=0.5):
    """Surveyed calls of a centre whose customers follow `weights`, give or take `noise`."""
    rng = np.random.default_rng(seed)
    table = rng.normal(0, 0.15, (count, len(PARTS)))
    answers = np.clip(offset + table @ np.array(weights) + rng.normal(0, noise, count), 0, 1)
    return [
        Example(f"call-{seed}-{i}", dict(zip(PARTS, map(float, row), strict=True)), float(answer))
        for i, (row, answer) in enumerate(zip(table, answers, strict=True))
    ]


@pytest.mark.parametrize("level", [0.8, 0.9])
def test_intervals_hold_what_they_say_on_calls_never_seen(level):
    shares = []
    for seed in range(20):
        fitted = fit(centre(300, seed), level)
        spans = [
            (fitted.interval(fitted.predict(e.parts)), e.answer) for e in centre(300, seed + 100)
        ]
        shares.append(np.mean([low <= answer <= high for (low, high), answer in spans]))
    # 20 x 300 answers: the mean of the shares has a standard error of about 0.005 + the fit's own.
    assert abs(np.mean(shares) - level) < 0.02


def test_noisier_customers_get_wider_intervals():
    assert fit(centre(300, noise=0.2)).half_width > 1.5 * fit(centre(300, noise=0.1)).half_width


def test_it_learns_what_the_centres_customers_care_for():
    fitted = fit(centre(2000, weights=(0.2, 2.0, 1.0)))
    assert fitted.weights["need"] > 1.5 > 0.6 > fitted.weights["words_at_end"]
    assert fitted.error_after < fitted.error_before


def test_few_surveys_move_little():
    few, many = (fit(centre(n, weights=(0.2, 2.0, 1.0))) for n in (LEAST, 2000))
    assert abs(few.weights["need"] - 1) < abs(many.weights["need"] - 1)


def test_too_few_are_said_to_be_too_few():
    with pytest.raises(ScorerError, match=f"{LEAST - 1} surveys .* at least {LEAST}"):
        fit(centre(LEAST - 1))


def test_the_same_answer_everywhere_teaches_nothing():
    same = [Example(e.id, e.parts, 0.8) for e in centre(100)]
    with pytest.raises(ScorerError, match="same answer"):
        fit(same)


def test_the_same_surveys_give_the_same_calibration_in_any_order():
    examples = centre(120)
    assert fit(examples) == fit(examples[::-1])


def test_a_calibration_survives_its_file(tmp_path):
    fitted = fit(centre(100))
    write(fitted, tmp_path / "calibration.json")
    assert read(tmp_path / "calibration.json") == fitted


def test_none_is_kept_where_there_is_none(tmp_path):
    assert read(tmp_path / "calibration.json") is None


def test_a_spoilt_file_says_what_to_do(tmp_path):
    (tmp_path / "calibration.json").write_text('{"offset": 1}')
    with pytest.raises(ScorerError, match="calibrate` again"):
        read(tmp_path / "calibration.json")


def test_a_call_is_measured_with_the_centres_own_weights():
    spoken = call("C: My card is blocked.", "A: I've unblocked it.", "C: It works now, thank you!")
    shipped = outcome(spoken)
    harsh = Calibration(
        0.2, dict.fromkeys(shipped.parts["satisfaction"], 0.5), 0.1, 0.9, 100, 0.2, 0.1
    )
    own = outcome(spoken, harsh)
    assert own.satisfaction == pytest.approx(
        0.2 + 0.5 * sum(shipped.parts["satisfaction"].values()), abs=2e-3
    )
    low, high = own.satisfaction_interval
    assert high - low == pytest.approx(0.2, abs=2e-3)
