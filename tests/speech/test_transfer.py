"""After a hold another voice may answer: that is a second agent."""

from dataclasses import replace
from itertools import pairwise

import pytest
from told import as_told

from scorer.call import Interval
from scorer.conversation.turns import build
from scorer.speech.transfer import part_agents


def test_another_voice_after_the_hold_is_a_second_agent() -> None:
    recording, sound, heard, truth = as_told("transfer_cold")
    heard, sound = part_agents(recording, sound, heard)
    assert [lane.party for lane in sound.lanes] == ["agent", "customer", "agent2"]
    first_words = min(t["start"] for t in truth["turns"] if t["speaker"] == "agent2")
    assert heard.words[2][0].start == pytest.approx(first_words, abs=0.1)
    assert {turn.speaker for turn in build(heard, sound)} == {"agent", "customer", "agent2"}


def test_the_same_voice_after_a_hold_is_the_same_agent() -> None:
    recording, sound, heard, _ = as_told("billing_recovered")
    # A hold that never was, in the middle of a call with one agent.
    pauses = [Interval(a.end, b.start) for a, b in pairwise(sound.lanes[0].speech)]
    middle = max(pauses, key=lambda pause: pause.duration)
    sound = replace(sound, lanes=(replace(sound.lanes[0], hold=(middle,)), sound.lanes[1]))
    assert middle.duration > 4.0
    assert part_agents(recording, sound, heard) == (heard, sound)


def test_another_voice_is_a_second_agent_without_a_hold_too_once_the_call_is_handed_over() -> None:
    recording, sound, heard, truth = as_told("transfer_cold")
    sound = replace(sound, lanes=(replace(sound.lanes[0], hold=()), sound.lanes[1]))
    heard, sound = part_agents(recording, sound, heard)
    assert [lane.party for lane in sound.lanes] == ["agent", "customer", "agent2"]
    first_words = min(t["start"] for t in truth["turns"] if t["speaker"] == "agent2")
    assert heard.words[2][0].start == pytest.approx(first_words, abs=0.1)


def test_a_call_without_hold_is_left_alone() -> None:
    recording, sound, heard, _ = as_told("billing_recovered")
    assert part_agents(recording, sound, heard) == (heard, sound)
