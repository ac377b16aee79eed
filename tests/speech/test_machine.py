"""A menu that answers before a person does is a party of its own."""

from dataclasses import replace

from told import as_told

from scorer.conversation.turns import build
from scorer.speech.heard import Heard
from scorer.speech.machine import set_aside


def scripted(heard: Heard, until: float, script: str) -> Heard:
    """What is said on the agent's channel before `until` put in other words."""
    words = script.split()
    early = [word for word in heard.words[0] if word.start < until]
    told = [replace(word, text=words[i % len(words)]) for i, word in enumerate(early)]
    return replace(heard, words=((*told, *heard.words[0][len(early) :]), heard.words[1]))


def test_what_a_machine_says_before_another_voice_answers_is_set_aside() -> None:
    recording, sound, heard, truth = as_told("transfer_cold")
    second = min(t["start"] for t in truth["turns"] if t["speaker"] == "agent2")
    heard = scripted(heard, second, "For billing, press one. For repairs, press two.")
    rest, parted, machine = set_aside(recording, sound, heard, 0)
    assert machine is not None
    assert machine.words[-1].start < second <= rest.words[0][0].start
    assert len(machine.words) + len(rest.words[0]) == len(heard.words[0])
    heard, sound = machine.beside(rest, parted)
    assert [lane.party for lane in sound.lanes] == ["agent", "customer", "machine"]
    assert {turn.speaker for turn in build(heard, sound)} == {"agent", "customer", "machine"}


def test_an_agent_who_says_that_the_call_is_recorded_is_no_machine() -> None:
    recording, sound, heard, _ = as_told("billing_recovered")
    heard = scripted(heard, 8.0, "This call may be recorded for training.")
    assert set_aside(recording, sound, heard, 0) == (heard, sound, None)


def test_another_voice_without_a_script_is_no_machine() -> None:
    recording, sound, heard, _ = as_told("transfer_cold")
    assert set_aside(recording, sound, heard, 0) == (heard, sound, None)
