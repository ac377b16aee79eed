"""After a hold another voice may answer: that is a second agent."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from told import as_told

from scorer.call import Interval, Word
from scorer.conversation.turns import build
from scorer.speech.transfer import contrast, part_agents


def takes_over_when_it_did(heard, sound, truth):
    assert [lane.party for lane in sound.lanes] == ["agent", "customer", "agent2"]
    first_words = min(t["start"] for t in truth["turns"] if t["speaker"] == "agent2")
    assert heard.words[2][0].start == pytest.approx(first_words, abs=0.1)


def test_another_voice_after_the_hold_is_a_second_agent() -> None:
    recording, sound, heard, truth = as_told("transfer_cold")
    heard, sound = part_agents(recording, sound, heard)
    takes_over_when_it_did(heard, sound, truth)
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
    takes_over_when_it_did(heard, sound, truth)


def test_a_call_without_hold_is_left_alone() -> None:
    recording, sound, heard, _ = as_told("billing_recovered")
    assert part_agents(recording, sound, heard) == (heard, sound)


def test_a_second_agent_who_joins_the_first_is_told_by_words_and_voice() -> None:
    recording, sound, heard, truth = as_told("bereavement_warm")
    heard, sound = part_agents(recording, sound, heard)
    takes_over_when_it_did(heard, sound, truth)
    # The first agent says goodbye as well, at the end.
    for lane, party in ((0, "agent"), (2, "agent2")):
        said = [w["w"] for t in truth["turns"] if t["speaker"] == party for w in t["words"]]
        assert [word.text for word in heard.words[lane]] == said


def test_words_that_hand_over_alone_make_no_second_agent() -> None:
    recording, sound, heard, _ = as_told("billing_recovered")
    handing = [Word(text, 20.0, 20.1, 0.9) for text in ["let", "me", "transfer", "you"]]
    agent = tuple(sorted([*heard.words[0], *handing], key=lambda word: word.start))
    heard = replace(heard, words=(agent, heard.words[1]))
    assert part_agents(recording, sound, heard) == (heard, sound)


def test_another_voice_alone_makes_no_second_agent() -> None:
    recording, sound, heard, _ = as_told("bereavement_warm")
    said = [[word for word in words if word.text != "with"] for words in heard.words]
    heard = replace(heard, words=tuple(tuple(words) for words in said))
    assert part_agents(recording, sound, heard) == (heard, sound)


def test_contrast_is_what_lies_between_two_voices_beyond_what_lies_within_each() -> None:
    # Two stretches of a voice share 0.6 of their direction; across, a half of 0.4 on the mean.
    x, y, up, down = np.eye(4, dtype=np.float32)
    first = np.stack([0.6**0.5 * x + 0.4**0.5 * up, 0.6**0.5 * x + 0.4**0.5 * down])
    assert contrast(first, first) == pytest.approx(0.6 - 0.8)
    second = np.stack([0.6**0.5 * y + 0.4**0.5 * up, 0.6**0.5 * y + 0.4**0.5 * down])
    assert contrast(first, second) == pytest.approx(0.6 - 0.2)


def test_nothing_is_known_of_a_voice_from_one_stretch() -> None:
    x, y, *_ = np.eye(4, dtype=np.float32)
    assert contrast(np.stack([x]), np.stack([y, y])) == 0.0
