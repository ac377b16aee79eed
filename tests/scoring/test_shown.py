"""How strongly words show a behaviour, held against exchanges that readers marked and that taught
nothing (`tests/scoring/unseen/exchanges`), and what `shown` takes from a turn's courtesy."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from exchanges import UNSEEN, exchanges
from scipy.stats import rankdata

from scorer.call import Call, Turn
from scorer.paths import shipped
from scorer.scoring import courtesy, encoder_weights
from scorer.scoring.rubric import load
from scorer.scoring.score import score
from scorer.scoring.spoken import Spoken
from scorer.scoring.talk import Conversation

pytestmark = pytest.mark.skipif(
    encoder_weights.find() is None, reason=f"no encoder on this machine: {encoder_weights.REMEDY}"
)


@cache
def scored(file: str) -> tuple[list[dict[str, float]], list[dict[str, float]]]:
    """How strongly each answer shows each behaviour, and how readers marked it."""
    rubrics, some = load(shipped("rubrics")), list(exchanges(UNSEEN / f"{file}.txt"))
    shown = [
        {name: one.shown for name, one in score(each.call, rubrics).criteria.items()}
        for each in some
    ]
    return shown, [each.marks for each in some]


def ranked(strengths: np.ndarray, high: np.ndarray) -> float:
    """How often of one that is `high` and one that is not the former is the stronger."""
    ranks, many = rankdata(strengths), high.sum()
    return float((ranks[high].sum() - many * (many + 1) / 2) / (many * (~high).sum()))


# As far apart as readers' marks are: up to `low` it is not shown, from `high` on it is. What is
# asked lies two or three hundredths below what was found when it was written.
@pytest.mark.parametrize(
    ("file", "rubric", "mark", "low", "high", "least"),
    [
        ("requests_2", "respectful_address", "P", 0.5, 1.5, 0.95),
        ("service_calls", "respectful_address", "P", 0.5, 1.5, 0.92),
        ("service_calls", "empathy", "W", 0, 1, 0.88),
        ("service_calls", "ownership", "C", 0, 1, 0.92),
        ("everyday_2", "ownership", "C", 0, 1, 0.95),
        ("service_calls", "listening", "Q", 0, 1, 0.86),
        ("service_calls", "listening", "R", 0, 1, 0.76),
        ("counselling_2", "empathy", "W", 0, 1, 0.65),
        ("counselling_2", "listening", "Q", 0, 1, 0.82),
        ("lessons_2", "listening", "T", 0.5, 1.5, 0.95),
    ],
)
def test_shown_and_readers_agree_on_exchanges_that_taught_nothing(
    file: str, rubric: str, mark: str, low: float, high: float, least: float
) -> None:
    shown, marks = scored(file)
    read = np.array([one[mark] for one in marks])
    told = (read <= low) | (read >= high)
    strengths = np.array([one[rubric] for one in shown])
    assert ranked(strengths[told], read[told] >= high) >= least


def test_courtesy_by_itself_ranks_requests_that_taught_nothing() -> None:
    cues, some = load(shipped("rubrics")).cues, list(exchanges(UNSEEN / "requests_2.txt"))
    read = np.array([one.marks["P"] for one in some])
    found = [courtesy.by_turn(Spoken(Conversation(one.call), cues))[0] for one in some]
    told = (read <= 0.5) | (read >= 1.5)
    assert ranked(np.array(found)[told], read[told] >= 1.5) >= 0.91
    assert 0.5 < np.std(found) < 2  # in about such steps


def test_courtesy_is_the_same_in_any_company_and_of_turns_that_say_something() -> None:
    cues = load(shipped("rubrics")).cues
    turns = (
        Turn("agent", "Would you mind telling me the number on the back, please?"),
        Turn("customer", "..."),
        Turn("agent", "You should have read the letter. Number?"),
    )
    both = courtesy.by_turn(Spoken(Conversation(Call("call", turns)), cues))
    alone = courtesy.by_turn(Spoken(Conversation(Call("call", turns[:1])), cues))
    assert set(both) == {0, 2}
    assert both[0] == alone[0] > 1 > -0.5 > both[2]


def test_without_the_encoder_that_it_was_taught_with_it_says_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    cues = load(shipped("rubrics")).cues
    spoken = Spoken(Conversation(Call("call", (Turn("agent", "Number, please?"),))), cues)
    assert courtesy.by_turn(spoken)
    known = courtesy.taught()
    monkeypatch.setattr(courtesy, "taught", lambda: replace(known, encoder="another"))
    assert courtesy.by_turn(spoken) == {}
    monkeypatch.setattr(courtesy, "taught", lambda: None)
    assert courtesy.by_turn(spoken) == {}
