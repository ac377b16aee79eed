"""Who is on the line, beyond what the channels tell: two parties in one, or a second agent."""

from __future__ import annotations

from dataclasses import replace

from scorer.audio.recording import Recording
from scorer.audio.sound import Sound
from scorer.call import AGENT, CUSTOMER
from scorer.speech.heard import Heard
from scorer.speech.roles import seem_swapped
from scorer.speech.speakers import separate
from scorer.speech.transfer import part_agents


def tell_apart(recording: Recording, sound: Sound, heard: Heard) -> tuple[Heard, Sound, bool]:
    """Words and activity with a lane for each party, and whether the parties are known.

    A mono recording is parted by voice where that can be done with confidence; where it cannot, it
    comes back as it was, with False. On two channels a second agent after a hold gets a lane, and
    channels that seem to be swapped are remarked on.
    """
    if recording.layout == "stereo":
        return (*part_agents(recording, _remarked(sound, heard), heard), True)
    parted = separate(recording, sound, heard)
    return (*parted, True) if parted else (heard, sound, False)


def _remarked(sound: Sound, heard: Heard) -> Sound:
    """The sound, with a remark among its reasons where the two channels seem to be swapped."""
    said = {
        lane.party: " ".join(word.text for word in words)
        for lane, words in zip(sound.lanes, heard.words, strict=True)
    }
    holding = {lane.party for lane in sound.lanes if lane.hold}
    held = (holding == {CUSTOMER}) - (AGENT in holding)
    if not seem_swapped(said.get(AGENT, ""), said.get(CUSTOMER, ""), held):
        return sound
    remark = "the customer's channel holds what agents say: check that the channels are not swapped"
    quality = replace(sound.quality, reasons=(remark, *sound.quality.reasons))
    return replace(sound, quality=quality)
