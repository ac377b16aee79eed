"""Turns counted between two places of a call, against a plain count of them all."""

from hypothesis import given
from hypothesis import strategies as st

from scorer.call import Call, Turn
from scorer.scoring.talk import Conversation

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
