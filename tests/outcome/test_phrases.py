"""Words in a row beside vectors: learned from examples, the same in every run, ready as a file."""

import numpy as np
import pytest

from scorer.outcome import phrases
from scorer.outcome.phrase_words import runs
from scorer.outcome.phrases import Phrases
from scorer.paths import shipped
from scorer.scoring.lessons import by_meaning, of_pool
from scorer.scoring.rubric import load
from scorer.scoring.schema import Meaning

AGAIN = tuple(f"i had to ring {who} again" for who in ("them", "you", "the desk", "a man", "her"))
ONCE = tuple(f"i ring {who} gladly" for who in ("them", "you", "the desk", "a man", "her"))


@pytest.fixture
def lesson():
    again = Meaning(lesson="effort", by="customer", at_least=0.5, like=AGAIN, unlike=ONCE)
    return {"effort": {"again": again}}


def odds(solved, sentences):
    weights = np.zeros((1 << 16, 1))
    weights[solved["effort_slots"]] = solved["effort_weights"]
    taught = Phrases(
        {"effort": ("again",)}, {"effort": weights}, {"effort": solved["effort_offset"]}
    )
    return taught.odds("effort", sentences)[:, 0]


def test_the_words_that_make_the_difference_are_learned(lesson):
    again, once = odds(phrases.learn(lesson), ["we had to ring Bob again", "we ring Bob gladly"])
    assert again > 0 > once


def test_the_same_examples_teach_the_same(lesson):
    first, second = (odds(phrases.learn(lesson), [*AGAIN, *ONCE]) for _ in range(2))
    assert (first == second).all()


def test_kinds_of_words_stand_for_each_other():
    assert "~ring on <day>" in set(runs("i rang on friday"))
    assert "~ring on <day>" in set(runs("we are ringing on monday"))
    assert "rang on" in set(runs("i rang on friday"))


def test_a_sentence_without_words_is_no_fault(lesson):
    assert np.isfinite(odds(phrases.learn(lesson), ["", "again"])).all()


def test_what_ships_is_what_the_shipped_examples_teach():
    cues = by_meaning(load(shipped("rubrics")).cues.entries)
    lessons = {name: of_pool(cues, name) for name in phrases.LESSONS}
    with np.load(shipped(phrases.TAUGHT)) as ready:
        # else: python -m tests.training.meaning
        assert str(ready["lesson"]) == phrases.digest_of(lessons)
