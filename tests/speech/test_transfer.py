"""After a hold another voice may answer: that is a second agent."""

import json
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest

from scorer.audio.decode import decode
from scorer.audio.recording import Recording
from scorer.audio.sound import Sound
from scorer.call import Interval, Lane, Quality, Word
from scorer.conversation.turns import build
from scorer.speech.heard import Heard
from scorer.speech.transfer import part_agents

SAMPLES = Path(__file__).parents[1] / "samples"


def as_told(name: str) -> tuple[Recording, Sound, Heard, dict]:
    """A sample call with its true activity and words."""
    truth = json.loads((SAMPLES / f"{name}.json").read_text())
    sides = {"agent": 0, "customer": 1}
    speech: list[list[Interval]] = [[], []]
    words: list[list[Word]] = [[], []]
    for turn in truth["turns"]:
        side = sides[turn["speaker"].rstrip("2")]
        speech[side] += [Interval(*span) for span in turn["speech_spans"]]
        words[side] += [Word(w["w"], w["start"], w["end"], 0.9) for w in turn["words"]]
    hold = tuple(Interval(span["start"], span["end"]) for span in truth["holds"])
    lanes = tuple(
        Lane(party, tuple(sorted(speech[side], key=lambda span: span.start)))
        for party, side in sides.items()
    )
    sound = Sound((replace(lanes[0], hold=hold), lanes[1]), Quality("good"))
    heard = Heard(tuple(tuple(sorted(lane, key=lambda w: w.start)) for lane in words), "en")
    return decode(SAMPLES / f"{name}.wav"), sound, heard, truth


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


def test_a_call_without_hold_is_left_alone() -> None:
    recording, sound, heard, _ = as_told("billing_recovered")
    assert part_agents(recording, sound, heard) == (heard, sound)
