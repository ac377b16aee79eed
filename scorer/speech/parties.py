"""Who is on the line, beyond what the channels tell.

Two parties in one channel, channels the other way round, a machine that answers first, or a second
agent.
"""

from __future__ import annotations

from dataclasses import replace

from scorer.audio.recording import Recording
from scorer.audio.sound import Sound
from scorer.call import AGENT, CUSTOMER, Quality
from scorer.speech.heard import Heard
from scorer.speech.machine import set_aside
from scorer.speech.roles import are_swapped, seem_swapped
from scorer.speech.speakers import separate
from scorer.speech.transfer import part_agents


def tell_apart(recording: Recording, sound: Sound, heard: Heard) -> tuple[Heard, Sound, bool]:
    """Words and activity with a lane for each party, and whether the parties are known.

    A mono recording is parted by voice where that can be done with confidence; where it cannot, it
    comes back as it was, with False. On two channels a second agent gets a lane, and channels that
    seem to be swapped are remarked on; where there is no doubt of it, they are exchanged. Either
    way, what a machine said before a person answered gets a lane.
    """
    if heard.provenance.get("language_unknown"):
        remark = "the language could not be told, so no words were kept: name it with --language"
        sound = replace(sound, quality=_remarked(sound.quality, remark))
    if recording.layout == "stereo":
        heard, sound = _right_way_round(heard, sound)
    agent = next((i for i, lane in enumerate(sound.lanes) if lane.party == AGENT), 0)
    heard, sound, machine = set_aside(recording, sound, heard, agent)
    known = True
    if recording.layout == "stereo":
        heard, sound = part_agents(recording, sound, heard)
    elif parted := separate(recording, sound, heard):
        heard, sound = parted
    else:
        known = False
    return (*(machine.beside(heard, sound) if machine else (heard, sound)), known)


def _right_way_round(heard: Heard, sound: Sound) -> tuple[Heard, Sound]:
    """The two channels with the agent's and the customer's told by what is said on them.

    Where it seems that they are swapped, a remark says so; where it is sure, they are exchanged and
    the remark says that.
    """
    said = {
        lane.party: " ".join(word.text for word in words)
        for lane, words in zip(sound.lanes, heard.words, strict=True)
    }
    holding = {lane.party for lane in sound.lanes if lane.hold}
    held = (holding == {CUSTOMER}) - (AGENT in holding)
    evidence = said.get(AGENT, ""), said.get(CUSTOMER, ""), held
    if not seem_swapped(*evidence):
        return heard, sound
    if not are_swapped(*evidence):
        remark = (
            "the customer's channel holds what agents say: check that the channels are not swapped"
        )
        return heard, replace(sound, quality=_remarked(sound.quality, remark))
    remark = "the channels were swapped: the agent is on the second one, as what is said shows"
    other = {AGENT: CUSTOMER, CUSTOMER: AGENT}
    lanes = tuple(replace(lane, party=other.get(lane.party, lane.party)) for lane in sound.lanes)
    return (
        replace(heard, provenance={**heard.provenance, "parties": remark}),
        replace(sound, lanes=lanes, quality=_remarked(_exchanged(sound.quality), remark)),
    )


def _remarked(quality: Quality, remark: str) -> Quality:
    return replace(quality, reasons=(remark, *quality.reasons))


def _exchanged(quality: Quality) -> Quality:
    """What was found of one party's channel, told of the other's."""
    return replace(
        quality,
        reasons=tuple(_swap(reason) for reason in quality.reasons),
        figures={_swap(name): value for name, value in quality.figures.items()},
    )


def _swap(text: str) -> str:
    return text.replace(AGENT, "\0").replace(CUSTOMER, AGENT).replace("\0", CUSTOMER)
