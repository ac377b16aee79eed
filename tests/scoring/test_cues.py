"""Cues by their wording: every shipped cue on its own examples, and the language they are in."""

import pytest

from scorer.call import Turn, Word
from scorer.scoring.check import check
from scorer.scoring.cues import CueBook, evidence, find
from scorer.scoring.rubric import load
from scorer.scoring.schema import CueEntry


def book(*wording: str, **fields: object) -> CueBook:
    entry = CueEntry(
        id="cue", means="a cue", wording=wording, matches=("m",), counters=("c",), **fields
    )
    return CueBook([(entry, {"colour": ("red", "dark blue")})])


def quotes(cues: CueBook, text: str) -> list[str]:
    return [text[hit.start : hit.end] for hit in find(cues, Turn("agent", text))]


def test_every_shipped_cue_finds_its_examples_and_not_its_counterexamples() -> None:
    failures = check(load().cues)
    assert not failures, "\n".join(map(str, failures))


@pytest.mark.parametrize(
    ("pattern", "said", "found"),
    [
        ("apologize~", "We apologised for it.", ["apologised"]),
        ("sort~ out", "I'm sorting out the bill.", ["sorting out"]),
        ("a {colour} car", "It's a dark blue car.", ["a dark blue car"]),
        (
            "i will ... call",
            "I'll certainly give them a call.",
            ["I'll certainly give them a call"],
        ),
        ("i will ... call", "I will never call.", []),
        ("^ hold on", "Okay, hold on.", ["hold on"]),
        ("^ hold on", "Please do not hold on.", []),
        ("thank you $", "Thank you. Bye.", ["Thank you"]),
        ("thank you $", "Thank you all.", []),
        ("are you (really)? sure", "Are you sure?", ["Are you sure"]),
        ("do it now", "Do it. Now we wait.", []),  # nothing matches across a sentence's end
        ("i am (so)? sorry", "um I I'm uh so sorry", ["I I'm uh so sorry"]),
        ("they (is|are) late", "She's late.", ["She's late"]),
    ],
)
def test_pattern_language(pattern: str, said: str, found: list[str]) -> None:
    assert quotes(book(pattern), said) == found


@pytest.mark.parametrize("said", ["I'm not sorry.", "I am not really sorry", "never sorry"])
def test_negation_takes_the_meaning_away(said: str) -> None:
    assert quotes(book("sorry"), said) == []
    assert quotes(book("sorry", negation="allow"), said) == ["sorry"]


def test_a_new_clause_is_not_negated_by_the_one_before_it() -> None:
    assert quotes(book("i will fix it"), "Please don't worry I will fix it") == ["I will fix it"]


def test_an_exception_removes_only_what_it_touches() -> None:
    cues = book("problem", unless=("no problem",))
    assert quotes(cues, "No problem. You had a problem?") == ["problem"]


def test_a_hit_quotes_its_sentence_and_is_timed_by_its_words() -> None:
    said = "Hello. I am sorry about that. Bye."
    words = tuple(Word(text, start, start + 0.5, 0.9) for start, text in enumerate(said.split()))
    turn = Turn("agent", said, 0.0, 9.0, words)
    (hit,) = find(book("sorry"), turn)
    assert hit.quote == "I am sorry about that."
    assert evidence(3, turn, hit).quote == hit.quote
    # "I" is the second word (from 1.0 s), "that." the sixth (to 5.5 s).
    assert (evidence(3, turn, hit).start, evidence(3, turn, hit).end) == (1.0, 5.5)
