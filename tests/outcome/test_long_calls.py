"""A call ten times as long takes some ten times as long, not a hundred times."""

from itertools import cycle, islice
from time import process_time

from spoken import call, outcome

from scorer.outcome.promises import promises

SAID = (
    "we have your account here", "the engineer will come on tuesday between eight and ten",
    "i will call you back", "you will get a letter by friday", "it takes three to five days",
    "i have to hold it until friday", "let me have a look at that",
)  # fmt: skip
_AT_MOST = 6  # seconds; some half of one where it is linear, and minutes where it is not


def spent(read):
    begun = process_time()
    read()
    return process_time() - begun


def test_a_turn_of_many_words_without_a_full_stop():
    words = " ".join(islice(cycle(SAID), 1300))
    spoken = call("A: Hello.", "C: i have a question", f"A: {words}", "C: okay bye")
    assert spent(lambda: outcome(spoken)) < _AT_MOST


def test_many_promises_in_many_turns():
    lines = [
        line
        for number in range(1000)
        for line in (
            f"A: I will send item number {number} to you, and I will call you back about it.",
            f"C: Okay, and what about number {number + 1}?",
        )
    ]
    spoken = call(*lines)
    assert spent(lambda: promises(spoken)) < _AT_MOST


def test_a_question_of_many_words():
    asked = "so i was wondering whether " * 2500
    spoken = call("C: Hi there.", f"A: {asked}?", "C: Thank you very much.", "A: Bye.")
    assert spent(lambda: outcome(spoken)) < _AT_MOST
