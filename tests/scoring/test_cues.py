"""Cues by their wording: every shipped cue on its own examples, and the language they are in."""

import json

import pytest

from scorer.call import Call, Interval, Timing, Turn, Word
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


WORDED = {"wording": ["hold on"], "matches": ["m"], "counters": ["c"]}
SHORT_AND_LONG = (
    Turn("agent", "Hold on.", 0.0, 1.5),
    Turn("customer", "Fine, I have all day for it.", 2.0, 4.0),
    Turn("agent", "Hold on, I am still looking for it.", 5.0, 30.0),
    Turn("customer", "Thank you.", 48.5, 49.0),
    Turn("agent", "Hold on?"),
)


def places(cue: dict[str, object], turns: tuple[Turn, ...] = SHORT_AND_LONG) -> list[int]:
    """The turns in which a cue is seen."""
    entry = CueEntry.model_validate_json(json.dumps({"id": "cue", "means": "a cue", **cue}))
    found = sight(Conversation(Call("call", turns)), CueBook([(entry, {})]), {"cue"})
    return [one.turn for one in found["cue"]]


@pytest.mark.parametrize(
    ("narrowed", "turns"),
    [
        ({}, [0, 2, 4]),
        ({"at_least_seconds": 20}, [2]),  # and what has no times is not known to last
        ({"at_most_words": 5}, [0, 4]),
        ({"question": True}, [4]),
    ],
)
def test_what_narrows_a_cue_goes_with_its_wording(
    narrowed: dict[str, object], turns: list[int]
) -> None:
    assert places(WORDED | narrowed) == turns


@pytest.mark.parametrize(
    ("narrowed", "turns"),
    [
        ({}, [0, 1, 2, 3, 4]),
        ({"at_least_seconds": 20}, [2]),
        ({"at_most_words": 5}, [0, 3, 4]),
        ({"question": True}, [4]),
    ],
)
def test_what_narrows_a_cue_goes_with_length_alone(
    narrowed: dict[str, object], turns: list[int]
) -> None:
    assert places({"at_least_words": 1} | narrowed) == turns


@pytest.mark.parametrize(("seconds", "turns"), [(None, [0, 2]), (12, [2]), (18, [2]), (19, [])])
def test_of_dead_air_the_silence_is_measured(seconds: float | None, turns: list[int]) -> None:
    spoken = (
        Turn("agent", "I will look for it now, so please do bear with me.", 0.0, 12.0),
        Turn("customer", "Fine.", 20.0, 20.5),
        Turn("agent", "One moment.", 21.0, 22.5),
        Turn("customer", "Are you there?", 41.0, 42.0),
    )
    asked = {} if seconds is None else {"at_least_seconds": seconds}
    assert places({"timing": "dead_air"} | asked, spoken) == turns


@pytest.mark.parametrize(("seconds", "turns"), [(None, [0]), (15, [0]), (25, [])])
def test_of_a_hold_the_hold_is_measured(seconds: float | None, turns: list[int]) -> None:
    spoken = (Turn("agent", "One moment.", 0.0, 1.5), Turn("customer", "Yes?", 23.0, 24.0))
    timing = Timing(2.5, 1.0, 0.5, 20.0, 0.0, holds=(Interval(2.0, 22.0),))
    entry = CueEntry(id="cue", means="a cue", timing="hold", at_least_seconds=seconds)
    talk = Conversation(Call("call", spoken, timing=timing))
    assert [one.turn for one in sight(talk, CueBook([(entry, {})]), {"cue"})["cue"]] == turns


def test_what_is_asked_again_is_narrowed_too() -> None:
    lines = ("Which order is it?", "The red one.", "It is late.", "It is.", "Which order is it?")
    asks = {"id": "asks", "means": "It asks.", "wording": ("which order",)}
    asks = CueEntry.model_validate({**asks, "matches": ("m",), "counters": ("c",)})
    spoken = tuple(Turn(("agent", "customer")[at % 2], said) for at, said in enumerate(lines))
    for narrowed, turns in (({}, [4]), ({"at_least_words": 5}, [])):
        again = CueEntry.model_validate({"id": "cue", "means": "m", "again": ("asks",), **narrowed})
        book = CueBook([(asks, {}), (again, {})])
        found = sight(Conversation(Call("call", spoken)), book, {"cue"})
        assert [one.turn for one in found["cue"]] == turns


def test_a_nod_takes_nothing_from_what_was_said_before_it() -> None:
    told, nod = "customer: My boiler leaks and I was charged twice.", "customer: Mm-hm."
    back = "agent: So your boiler leaks and you were charged twice."
    echo = {"echo": {"share": 0.5, "back": 1}}
    assert seen(echo, told, back) == [1]
    assert seen(echo, told, "agent: Right, let me see.", nod, back) == [3]
