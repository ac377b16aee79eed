"""Effort and promises in words that no list holds, known by what they mean."""

import pytest
from spoken import call, outcome

from scorer.scoring import encoder_weights
from scorer.scoring.rubric import _load

CALLS = {
    "chased": "My oven was meant to arrive on Sunday and there is no trace of it anywhere.",
    "repeat_contact": "I have been on at your office about this a good few times since spring.",
}


def told(sentence):
    return call("A: Hello.", f"C: Good morning to you. {sentence}", "A: Let me look.", "C: Okay.")


@pytest.fixture
def no_encoder(monkeypatch):
    monkeypatch.setenv("SCORER_MINILM", "off")
    _load.cache_clear()
    yield
    _load.cache_clear()


@pytest.mark.skipif(encoder_weights.find() is None, reason=encoder_weights.REMEDY)
@pytest.mark.parametrize("kind", CALLS)
def test_effort_is_found_by_meaning_with_its_quote(kind):
    got = outcome(told(CALLS[kind]))
    assert got.effort[kind]
    assert all(evidence.quote in CALLS[kind] for evidence in got.evidence[kind])


@pytest.mark.skipif(encoder_weights.find() is None, reason=encoder_weights.REMEDY)
def test_a_promise_without_a_form_of_its_own():
    (one,) = outcome(
        call("C: When can you come?", "A: You're on the lorry for Friday, first drop.")
    ).promises
    assert (one.by, one.due) == ("agent", "2026-03-06")


@pytest.mark.usefixtures("no_encoder")
def test_without_an_encoder_wordings_are_found_all_the_same():
    got = outcome(told("I've called you three times about this."))
    assert got.effort["repeat_contact"]
    assert not outcome(told(CALLS["repeat_contact"])).effort["repeat_contact"]
