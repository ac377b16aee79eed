"""A menu that answers before a person does is a party of its own."""

from dataclasses import replace

from told import as_told

from scorer.call import Interval
from scorer.conversation.turns import build
from scorer.speech.heard import Heard
from scorer.speech.machine import set_aside

MENU = "For billing, press one. For repairs, press two."


def scripted(heard: Heard, until: float, script: str) -> Heard:
    """What is said on the agent's channel before `until` put in other words."""
    words = script.split()
    early = [word for word in heard.words[0] if word.start < until]
    told = [replace(word, text=words[i % len(words)]) for i, word in enumerate(early)]
    return replace(heard, words=((*told, *heard.words[0][len(early) :]), heard.words[1]))


def listening(heard: Heard, until: float) -> Heard:
    """The same with a customer who says nothing before `until`."""
    later = tuple(word for word in heard.words[1] if word.start >= until)
    return replace(heard, words=(heard.words[0], later))


def second_agent(truth: dict) -> float:
    return min(t["start"] for t in truth["turns"] if t["speaker"] == "agent2")


def test_what_a_machine_says_before_another_voice_answers_is_set_aside() -> None:
    recording, sound, heard, truth = as_told("transfer_cold")
    second = second_agent(truth)
    heard = listening(scripted(heard, second, MENU), second)
    rest, parted, machine = set_aside(recording, sound, heard, 0)
    assert machine is not None
    assert machine.words[-1].start < second <= rest.words[0][0].start
    assert len(machine.words) + len(rest.words[0]) == len(heard.words[0])
    heard, sound = machine.beside(rest, parted)
    assert [lane.party for lane in sound.lanes] == ["agent", "customer", "machine"]
    assert {turn.speaker for turn in build(heard, sound)} == {"agent", "customer", "machine"}


def test_a_person_takes_over_from_the_machine_without_a_pause_too() -> None:
    recording, sound, heard, truth = as_told("transfer_cold")
    second = second_agent(truth)
    heard = listening(scripted(heard, second, MENU), second)
    # The channel as if it never fell silent while the one took over from the other.
    lane = sound.lanes[0]
    spans = [span for span in lane.speech if span.end < second]
    spans[-1] = Interval(spans[-1].start, second)
    spans += [span for span in lane.speech if span.start >= second]
    joined = replace(
        sound, lanes=(replace(lane, speech=tuple(spans), hold=(), tones=()), sound.lanes[1])
    )
    rest, parted, machine = set_aside(recording, joined, heard, 0)
    assert machine is not None
    assert abs(rest.words[0][0].start - second) < 1.0
    assert machine.lane.speech[-1].end <= parted.lanes[0].speech[0].start


def test_who_talks_with_the_customer_is_no_machine_whatever_they_say() -> None:
    recording, sound, heard, truth = as_told("transfer_cold")
    heard = scripted(
        heard, second_agent(truth), "Please stay on the line, you are being connected."
    )
    assert set_aside(recording, sound, heard, 0) == (heard, sound, None)


def test_a_greeting_is_a_machines_where_another_voice_follows_before_the_customer_speaks() -> None:
    recording, sound, heard, truth = as_told("transfer_cold")
    second = second_agent(truth)
    greeted = scripted(heard, second, "Welcome to Oakfield and thank you for calling.")
    assert set_aside(recording, sound, listening(greeted, second), 0)[2] is not None
    assert set_aside(recording, sound, greeted, 0)[2] is None


def test_an_agent_who_says_that_the_call_is_recorded_is_no_machine() -> None:
    recording, sound, heard, _ = as_told("billing_recovered")
    heard = scripted(heard, 8.0, "This call may be recorded for training.")
    assert set_aside(recording, sound, heard, 0) == (heard, sound, None)


def test_another_voice_without_a_script_is_no_machine() -> None:
    recording, sound, heard, _ = as_told("transfer_cold")
    assert set_aside(recording, sound, heard, 0) == (heard, sound, None)


def test_a_channel_on_which_nobody_speaks_holds_no_machine() -> None:
    recording, sound, heard, _ = as_told("transfer_cold")
    silent = replace(sound, lanes=(replace(sound.lanes[0], speech=()), sound.lanes[1]))
    heard = replace(heard, words=((), heard.words[1]))
    assert set_aside(recording, silent, heard, 0) == (heard, silent, None)
