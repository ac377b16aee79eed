"""Cues by their wording: every shipped cue on its own examples, and the language they are in."""

import pytest

from scorer.call import Call, Turn, Word
from scorer.scoring.check import check
from scorer.scoring.cues import CueBook, evidence, find
from scorer.scoring.pattern import PatternError
from scorer.scoring.rubric import load
from scorer.scoring.schema import CueEntry
from scorer.scoring.sightings import sight
from scorer.scoring.talk import Conversation


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


@pytest.mark.parametrize("number", ["13", "thirteen", "fourteen", "sixteen", "ninety", "thousand"])
def test_a_number_is_a_number_in_figures_and_in_words(number: str) -> None:
    assert quotes(book("within {number} days"), f"Within {number} days.") == [
        f"Within {number} days"
    ]


@pytest.mark.parametrize(
    ("wording", "problem"),
    [("call {When}", "means nothing"), ("call {when", "means nothing"), ("in {ring}", "itself")],
)
def test_what_cannot_be_read_in_a_pattern_is_said(wording: str, problem: str) -> None:
    entry = CueEntry(id="cue", means="a cue", wording=(wording,), matches=("m",), counters=("c",))
    with pytest.raises(PatternError, match=problem):
        CueBook([(entry, {"ring": ("round {ring}",), "when": ("today",)})])


def seen(cue: dict[str, object], *lines: str) -> list[int]:
    """The turns in which a cue is seen; beside it there is one of thanks."""
    thanks = CueEntry(
        id="thanks", means="thanks", wording=("thank you",), matches=("m",), counters=("c",)
    )
    entry = CueEntry.model_validate({"id": "cue", "means": "a cue", **cue})
    turns = tuple(Turn(*line.split(": ", 1)) for line in lines)
    made = CueBook([(thanks, {}), (entry, {})])
    return [one.turn for one in sight(Conversation(Call("c", turns)), made, {"cue"})["cue"]]


def test_a_cue_of_any_kind_can_be_joined_with_others() -> None:
    lines = ("customer: The boiler is leaking on the carpet, thank you.",
             "agent: The boiler is leaking on the carpet.")  # fmt: skip
    after = {"after": {"cue": ("thanks",)}}
    assert seen({"echo": {"share": 0.5}, **after}, *lines) == [1]
    assert seen({"at_least_words": 4, **after}, *lines) == [1]
    assert seen({"timing": "call_begins", "none_of": ("thanks",)}, *lines) == [1]
    assert seen({"timing": "call_begins", "at_most_words": 8}, *lines) == [1]


def test_a_nod_takes_nothing_from_what_was_said_before_it() -> None:
    told, nod = "customer: My boiler leaks and I was charged twice.", "customer: Mm-hm."
    back = "agent: So your boiler leaks and you were charged twice."
    echo = {"echo": {"share": 0.5, "back": 1}}
    assert seen(echo, told, back) == [1]
    assert seen(echo, told, "agent: Right, let me see.", nod, back) == [3]
