"""Seconds of talk, silence, hold and overtalk add up, and only real interruptions count."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scorer.audio.sound import Sound
from scorer.call import Interval, Lane, Quality, Turn
from scorer.conversation.timing import (
    common,
    from_turns,
    interruptions,
    measure,
    total,
    union,
)


def sound(
    agent: Lane, customer: Lane, duration: float, overlap: tuple[Interval, ...] = ()
) -> Sound:
    frames = np.zeros(round(duration * 100), np.uint8)
    return Sound((agent, customer), Quality("good"), overlap, states=(frames, frames))


def turn(speaker: str, start: float, end: float, kind: str = "turn") -> Turn:
    return Turn(speaker, "words", start, end, kind=kind)  # type: ignore[arg-type]  # any kind


def test_a_call_is_talk_hold_and_silence() -> None:
    # Agent 0-10 and 50-60, customer 9-20, hold 20-50, a tone 60-61, and 4 s of nothing.
    timing = measure(
        sound(
            Lane(
                "agent",
                (Interval(0, 10), Interval(50, 60)),
                hold=(Interval(20, 50),),
                tones=(Interval(60, 61),),
            ),
            Lane("customer", (Interval(9, 20),)),
            65.0,
            (Interval(9, 10),),
        ),
        (),
    )
    assert (timing.agent_talk, timing.customer_talk) == (20, 11)
    assert (timing.hold, timing.overlap, timing.silence) == (30, 1, 4)
    assert timing.holds == (Interval(20, 50),)


def test_music_that_falters_is_one_hold_and_speech_in_it_is_not() -> None:
    # The music stops for half a second, for two seconds, and for a word of the agent.
    music = tuple(Interval(*span) for span in ((0, 5), (5.5, 10), (12, 15), (15.6, 20)))
    agent = Lane("agent", (Interval(15.1, 15.5),), hold=music)
    timing = measure(sound(agent, Lane("customer", ()), 20.0), ())
    assert timing.holds == (Interval(0, 10), Interval(12, 15), Interval(15.6, 20))
    assert (timing.hold, timing.silence) == pytest.approx((17.4, 2.2))


def test_both_agents_of_a_transferred_call_are_the_agents_side() -> None:
    timing = from_turns([turn("agent", 0, 4), turn("agent2", 5, 7), turn("customer", 7, 8)])
    assert timing is not None
    assert (timing.agent_talk, timing.customer_talk, timing.silence) == (6, 1, 1)


def test_a_transcript_without_all_its_times_has_no_timing() -> None:
    assert from_turns([Turn("agent", "hello")]) is None
    assert from_turns([turn("agent", 0, 1), Turn("customer", "hello")]) is None
    assert from_turns([]) is None


def test_overtalk_of_a_transcript_is_the_time_of_both() -> None:
    timing = from_turns([turn("agent", 0, 5), turn("customer", 4, 8), turn("agent", 7, 9)])
    assert timing is not None
    assert timing.overlaps == (Interval(4, 5), Interval(7, 8))
    assert timing.overlap == 2


@pytest.mark.parametrize(
    ("other", "mine", "count"),
    [
        ((0, 5), (4.0, 9), 1),  # gives way after a second
        ((0, 5), (4.9, 9), 0),  # an early start of the answer
        ((0, 5), (1.0, 9), 0),  # talks on for four seconds: overtalk, but nobody gave way
        ((0, 9), (4.0, 5), 0),  # the one who started over the other stopped
        ((0, 5), (5.5, 9), 0),  # an answer
    ],
)
def test_an_interruption_is_giving_way_and_not_mere_overlap(other, mine, count: int) -> None:
    found = interruptions([turn("agent", *other), turn("customer", *mine)])
    assert len(found) == count
    for one in found:
        assert (one.by, one.start, one.end) == ("customer", mine[0], other[1])


def test_a_back_channel_interrupts_nobody() -> None:
    assert interruptions([turn("agent", 0, 5), turn("customer", 4, 5.5, "backchannel")]) == ()


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["agent", "agent2", "customer"]),
            st.integers(0, 120),
            st.integers(0, 40),
            st.sampled_from(["turn", "turn", "turn", "backchannel"]),
        ),
        max_size=30,
    )
)
def test_interruptions_are_those_of_the_definition_held_against_every_pair(drawn) -> None:
    said = [turn(who, at / 8, (at + length) / 8, kind) for who, at, length, kind in drawn]
    held = [one for one in said if one.kind == "turn"]
    every = [
        (one.speaker, one.start, other.end)
        for one in held
        for other in held
        if (one.speaker == "customer") != (other.speaker == "customer")
        and other.start < one.start  # the other had the floor,
        and 0.25 < other.end - one.start <= 2.0  # gave way within two seconds, not at once,
        and other.end < one.end  # and the one went on
    ]
    found = [(each.by, each.start, each.end) for each in interruptions(said)]
    assert sorted(found) == sorted(every)


spans = st.lists(st.tuples(st.integers(0, 50), st.integers(1, 9)), max_size=12).map(
    lambda some: [Interval(start, start + length) for start, length in some]
)


@given(spans, spans)
def test_union_and_common_time_agree_with_counting_seconds(first, second) -> None:
    def seconds(some: list[Interval]) -> set[int]:
        return {second for span in some for second in range(int(span.start), int(span.end))}

    assert total(union(first)) == len(seconds(first))
    both = common(union(first), union(second))
    assert total(both) == len(seconds(first) & seconds(second))
