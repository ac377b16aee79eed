"""One sentence at a time: promises and what is none, and the sound of effort."""

from pathlib import Path

import pytest
from ruamel.yaml import YAML
from spoken import call, outcome

from scorer.outcome.promises import promises

SAID = YAML(typ="safe", pure=True).load(
    (Path(__file__).parent / "sentences.yaml").read_text(encoding="utf-8")
)


def promised(sentence):
    return promises(call("C: Hello, I want to know.", f"A: {sentence}", "C: Okay."))


@pytest.mark.parametrize(("sentence", "due"), SAID["promises"])
def test_a_promise_falls_due(sentence, due):
    assert any((promise.due or "-").startswith(due) for promise in promised(sentence))


@pytest.mark.parametrize("sentence", SAID["no_promises"])
def test_no_promise(sentence):
    assert promised(sentence) == ()


@pytest.mark.parametrize(("kind", "sentence"), SAID["effort"])
def test_effort_is_heard(kind, sentence):
    got = outcome(
        call(
            "A: Hello, how can I help?",
            f"C: {sentence} So I wanted to ask what is happening with it please.",
            "A: Let me look.",
            "C: Okay.",
        )
    )
    heard = {name for name, value in got.effort.items() if value}
    assert (kind in heard) if kind != "none" else not heard
