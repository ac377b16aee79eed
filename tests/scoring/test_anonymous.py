"""What a judge is sent of a call: no name, number or address in any form, and the rest as it is."""

import random
import string
import time

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from scorer.call import Call, Turn
from scorer.scoring import small_names
from scorer.scoring.anonymous import found, masked

CALL = Call(
    "call-4711",
    (
        Turn("customer", "My name is Ngozi Okafor, and I'm really upset. It's account 4470 1182."),
        Turn("agent", "I'm so sorry to hear that, Ms. Okafor. I'll call you on Thursday at ten."),
        Turn("customer", "Write to ngozi@example.org then."),
    ),
)


def sent(*said: str) -> str:
    """The turns as they are sent, one a line."""
    turns = tuple(
        Turn("agent" if place % 2 else "customer", text) for place, text in enumerate(said)
    )
    return "\n".join(turn.text for turn in masked(Call("c", turns)))


def test_masking_never_loses_the_way_back() -> None:
    (first, second, third) = masked(CALL)
    assert first.text == "My name is [name], and I'm really upset. It's account [number]."
    assert third.text == "Write to [address] then."
    back = found((first, second, third), "[name], and I'm", None)
    assert back is not None
    assert back.quote == "Ngozi Okafor, and I'm"


def test_names_of_every_form_are_masked() -> None:
    said = "I told DeShawn O'Brien, NGOZI OKAFOR and Ana. Write to Ana.okafor@example.org, Ana."
    (only,) = masked(Call("c", (Turn("customer", said), Turn("agent", "Hi, Ana."))))[:1]
    assert only.text == (
        "I told [name] [name], [name] [name] and [name]. Write to [address], [name]."
    )


@pytest.mark.parametrize(
    "number",
    [
        "07700.900.123", "0800/555/123", "020–7946–0018", "020—7946—0018", "(020) 7946 0018",
        "(0161) 496-0000", "456  789", "123 456  789", "12.34.56", "12-34-56", "12.34.56.78",
        "10.0.0.12", "12/03/1980", "1/2/80", "AB12CD34", "XK9-77-Q2", "C01X00T47", "SW1A 1AA",
        "sw1a 1aa", "QQ123456C", "QQ 12 34 56 C", "GB29 6016 1331 9268 19", "+44 (0) 7700 900123",
        "4111,1111,1111,1111", "1 2 3 4 5 6", "٠٧٧٠٠٩٠٠١٢٣", "447, 239, 01", "4 4 7. 2 3 9. 1",
        "oh seven seven double oh nine hundred one two three", "four four seven",
        "four four seven one double two nine", "treble seven two", "triple seven", "one double oh",
        "Three, five, nine", "forty four twenty two ninety one", "oh-seven-seven-oh",
        "n w one four r t", "x k nine seven seven q two", "victor kilo one nine uh hotel tango",
        "two oh six dash one one eight", "third of May nineteen eighty two", "12th of March 1985",
        "May third nineteen ninety", "3 may 1980",
    ],
)  # fmt: skip
def test_a_number_is_taken_out_however_it_is_said(number: str) -> None:
    assert sent(f"well it was {number}, thanks").endswith("[number], thanks")
    assert sent(f"well it was {number}, thanks").startswith("well it was ")


@pytest.mark.parametrize(
    "spelled",
    ["S M I T H", "s m i t h", "s-m-i-t-h", "S, M, I, T, H", "S.M.I.T.H", "h a double r y", "i a n",
     "S for sugar", "s for sugar m for mother", "k as in kilo", "Sierra Mike India Tango Hotel"],
)  # fmt: skip
def test_what_is_spelled_is_taken_out(spelled: str) -> None:
    assert sent(f"well that was {spelled}, thanks") == "well that was [name], thanks"


@pytest.mark.parametrize(
    "address",
    ["john.smith@example.co.uk", "john dot smith at gmail dot com", "john smith at gmail dot com",
     "j.smith at example dot org", "maria underscore g eighty two at yahoo dot co dot uk",
     "j smith at gmail", "john @ gmail . com", "john.smith at gmail.com", "www.johnsmith.com",
     "https://johnsmith.com/me", "johnsmith.com", "johnsmith dot co dot uk",
     "w w w dot johnsmith dot com"],
)  # fmt: skip
def test_an_address_is_taken_out_however_it_is_said(address: str) -> None:
    assert sent(f"my email is {address}, thanks") == "my email is [address], thanks"


@pytest.mark.parametrize(
    "said",
    [
        "forty pounds", "at half two", "Tuesday the 4th", "3 to 5 days", "twice", "24/7",
        "£1,250.00 a month", "1250 pounds", "4,500 pounds", "$1,200 to $1,500", "12.50",
        "at 10:30", "10:30-11:00", "from 9 to 5 pm", "9am-5pm", "10 a.m. or 11 a.m.", "4 pm, 5 pm",
        "between nine and five", "10-15 working days", "10 to 15 days", "20 30 minutes",
        "two or three days", "seven to ten business days", "twenty, thirty minutes",
        "three hundred and forty five dollars", "nineteen ninety nine a month", "at ten thirty",
        "two thousand three hundred and forty five pounds", "the 4th of May", "may the third",
        "I paid 40. 14 days later", "I, I, I can't do that, two three days", "35% to 40%",
        "a hundred and one", "double a month ago", "I for one", "I like that", "50p", "2–3 weeks",
        "the second time, third time", "on the dot at nine", "5GB", "this is ridiculous",
        "i'm really upset", "it's broken again", "this is appalling", "i'm angrier than before",
        "thanks for that", "the doctor said so", "i miss you", "it's called broadband",
        "my name is wrong on it", "my wife is upset", "speak to somebody", "call me back tomorrow",
    ],
)  # fmt: skip
def test_what_a_judgement_may_rest_on_stays(said: str) -> None:
    assert sent(f"so {said} okay") == f"so {said} okay"


@pytest.mark.parametrize(
    "said",
    [
        "my name is {}", "my name's {}", "this is {}", "it's {} calling", "i'm {}", "hi {} it's me",
        "my wife is called {}", "my wife's name is {}", "my husband {} said so", "mister {}",
        "dr {}", "mrs {}", "mr. {}", "doctor {}", "the name's {}", "you can call me {}",
        "am i speaking to {}", "is that {}", "thanks {}", "good morning {}", "{} here",
        "{} speaking", "i told your colleague {} so", "My Name Is {}", "THIS IS {}",
        "surname {}", "my friend maeve and {}", "may i speak with {} please", "this is um {}",
        "Hi, this is {}.",
    ],
)  # fmt: skip
@pytest.mark.parametrize("name", ["deborah", "o'donnell", "gonzález", "khan"])
def test_a_name_in_small_letters_is_taken_out_wherever_it_comes_again(said: str, name: str) -> None:
    told = sent(said.format(name), f"okay i told {name} so", f"{name.upper()}'s and {name}'s bill")
    assert name not in told.lower()
    assert told.splitlines()[1:] == ["okay i told [name] so", "[name] and [name] bill"]


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("my wife's name is maria gonzalez and she is with dr patel and mister khan",
         "my wife's name is [name] [name] and she is with dr [name] and mister [name]"),
        ("the name's smith, john smith, you see", "the name's [name], [name] [name], you see"),
        ("your colleague dave and tracy did", "your colleague [name] and [name] did"),
        ("my name is will and i will call", "my name is [name] and i will call"),
        ("Ask Will Baker or May Young.", "Ask [name] [name] or [name] [name]."),
        ("Ask for 王伟.", "Ask for [name]."),
        ("my name is maria van der berg", "my name is [name] [name] [name] [name]"),
    ],
)  # fmt: skip
def test_names_with_what_belongs_to_them(said: str, told: str) -> None:
    assert sent(said) == told


_DIGITS = "zero one two three four five six seven eight nine".split()  # noqa: SIM905
_JOINTS = ("", " ", "  ", "-", "–", ".", "/", " - ", ", ", ") ", " / ")


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_no_number_gets_through(data: st.DataObject) -> None:
    """Nine figures and more, each as a figure or a word, joined in any way. Fewer may be a time or
    an amount: "9.30-17.00"."""
    said, before = "", ""
    for figure in data.draw(st.lists(st.integers(0, 9), min_size=9, max_size=14)):
        one = data.draw(st.sampled_from((str(figure), _DIGITS[figure])))
        joints = _JOINTS[1:] if before.isalpha() or one.isalpha() else _JOINTS
        said += (data.draw(st.sampled_from(joints)) if said else "") + one
        before = one
    assert sent(f"well it was {said}, thanks") == "well it was [number], thanks"


_INTRODUCED = ("my name is {}", "this is {}", "mister {}", "my wife is called {}", "hi {} it's me")


@settings(max_examples=300, deadline=None)
@given(
    st.text(string.ascii_lowercase, min_size=5, max_size=10).map("x{}".format),
    st.sampled_from(_INTRODUCED),
    st.sampled_from((str.lower, str.upper, str.title)),
    st.sampled_from((str.lower, str.upper, str.title)),
)
def test_no_name_that_was_introduced_gets_through(name, introduced, first, again) -> None:
    assume(not small_names.plain(name))  # "xable" could be a word
    told = sent(f"so {introduced.format(first(name))}", f"and then {again(name)} said so")
    assert name not in told.lower()


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=80) | st.text("aI 19.,-@\n'[]name", max_size=60))
def test_what_is_sent_knows_where_it_stands(text: str) -> None:
    (turn,) = masked(Call("c", (Turn("customer", text),)))
    assert len(turn.origins) == len(turn.text) + 1
    assert list(turn.origins) == sorted(turn.origins)
    assert turn.origins[-1] == len(text)
    assert len(turn.text.splitlines()) <= 1
    kept = set(range(len(text)))
    for place, origin in enumerate(turn.origins[:-1]):
        if origin in kept and turn.text[place] == text[origin]:
            kept.discard(origin)
    assert not kept or any(mark in turn.text for mark in "[ ")


@settings(max_examples=300, deadline=None)
@given(st.integers(0, 10_000))
def test_a_quote_is_whole_words_of_the_call(seed: int) -> None:
    turns = masked(CALL)
    chance = random.Random(seed)
    turn = chance.choice(turns)
    begin, end = sorted(chance.sample(range(len(turn.text) + 1), 2))
    evidence = found(turns, turn.text[begin:end], turn.place)
    if evidence is not None:
        said = CALL.turns[evidence.turn].text
        assert evidence.quote in said
        assert len(evidence.quote.split()) >= 2
        at = said.index(evidence.quote)
        after = said[at + len(evidence.quote) :]
        assert not (at and said[at - 1].isalnum() and evidence.quote[0].isalnum())
        assert not (after and after[0].isalnum() and evidence.quote[-1].isalnum())


@pytest.mark.parametrize(
    "piece",
    ["at ", "one two ", "x at gmail dot com ", "1-", " ", "it is ", "a dot ", "A1-", "x", "a-"],
)
def test_a_long_turn_takes_no_long_time(piece: str) -> None:
    begun = time.monotonic()
    sent(piece * (20_000 // len(piece)))
    assert time.monotonic() - begun < 10
