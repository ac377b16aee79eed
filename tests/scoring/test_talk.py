"""What was said as words and names, and turns counted against a plain count of them all."""

import time
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scorer.call import Call, Turn
from scorer.scoring.names import addressed, heard
from scorer.scoring.talk import Conversation
from scorer.scoring.tokens import read

TURNS = st.lists(
    st.builds(
        Turn,
        st.sampled_from(["agent", "customer", "ivr"]),
        st.sampled_from(["I had called you before.", "Mm-hm.", "Which order is it?"]),
    ),
    min_size=1,
    max_size=12,
)


@given(TURNS, st.data())
def test_turns_between_are_those_that_the_other_one_takes(turns, data):
    talk = Conversation(Call("call", tuple(turns)))
    here, there = (data.draw(st.integers(0, len(turns) - 1)) for _ in range(2))
    first, last = sorted((here, there))
    taken = {
        talk.blocks[place]
        for place in range(first, last + 1)
        if talk.sides[place] == talk.sides[there] and not talk.follows[place]
    }
    if talk.sides[here] == talk.sides[there]:
        taken.discard(talk.blocks[here])
    assert talk.turns_between(here, there) == len(taken)


@given(TURNS, st.integers(0, 3), st.integers(0, 3), st.data())
def test_no_turn_that_is_near_lies_outside_of_those_near(turns, back, ahead, data):
    talk = Conversation(Call("call", tuple(turns)))
    here = data.draw(st.integers(0, len(turns) - 1))
    first, last = talk.turns_near(here, back, ahead)
    assert 0 <= first <= here <= last < len(turns)
    for there in range(len(turns)):
        if talk.turns_between(here, there) <= (back if there < here else ahead):
            assert first <= there <= last


NAMES = ["Miller", "Hồ", unicodedata.normalize("NFD", "Hồ"), "Иванова", "d'Angelo", "Smith-Jones"]


@pytest.mark.parametrize("name", NAMES)
def test_every_name_is_one_word_and_an_address(name):
    turns = (
        Turn("customer", f"Hi, my name is Anna {name}. It broke."),
        Turn("agent", f"Thank you, Ms. {name}. One moment."),
    )
    assert read(turns[1].text, heard(turns)).words[:5] == ("thank", "you", "@title", "@name", ".")
    assert [one.naming for one in addressed(turns)] == ["title"]


@pytest.mark.parametrize(
    ("given", "said", "addresses"),
    [
        ("Émond", "Thanks, Ms. Emond.", 1),  # not all write accents
        ("Duffy", "Ah, Mr. Buffy, the hip.", 1),  # nor does a recogniser hear a name alike twice
        ("Duffy", "I'll ask Mr. Jones, he knows.", 0),
    ],
)
def test_whoever_is_spoken_to_is_addressed(given, said, addresses):
    turns = (Turn("customer", f"It's Pat {given}."), Turn("agent", said))
    assert len(addressed(turns)) == addresses


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ("Certainly, miss. Hold on.", "certainly @sir . hold on ."),
        ("Certainly, sir. Hold on.", "certainly @sir . hold on ."),
        ("Thanks, Miss Lee.", "thanks @title lee ."),
        ("I don't want to miss it.", "i do not want to miss it ."),
        ("I saw the doctor. Dr. Lee.", "i saw the @title . @title lee ."),
        ("She did it herself.", "they did it themselves ."),
        ("He did it himself.", "they did it themselves ."),
        ("I do n't know.", "i do not know ."),
        ("I‘ll go, Iʼll go.", "i will go i will go ."),
    ],
)
def test_one_spelling_for_what_is_said_alike(said, words):
    assert read(said).joined.strip() == words


def test_who_says_that_they_speak_gives_no_name():
    assert heard([Turn("agent", "I'm speaking to them now. It's here.")]) == frozenset()


def test_a_hostile_name_takes_no_time():
    began = time.process_time()
    heard([Turn("customer", "Ab-" * 5000 + "Ab " * 5000)])
    assert time.process_time() - began < 2


def test_without_times_that_go_on_an_answer_is_no_nod():
    lines = [("agent", "Is it in?"), ("customer", "Yes please."), ("agent", "Good.")]
    assert not any(Conversation(Call("c", tuple(Turn(*one, 0.0, 0.0) for one in lines))).follows)
