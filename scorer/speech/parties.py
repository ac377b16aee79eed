"""Who is on the line, beyond what the channels tell: two parties in one, or a second agent."""

from __future__ import annotations

from scorer.audio.recording import Recording
from scorer.audio.sound import Sound
from scorer.speech.heard import Heard
from scorer.speech.speakers import separate
from scorer.speech.transfer import part_agents


def tell_apart(recording: Recording, sound: Sound, heard: Heard) -> tuple[Heard, Sound, bool]:
    """Words and activity with a lane for each party, and whether the parties are known.

    A mono recording is parted by voice where that can be done with confidence; where it cannot, it
    comes back as it was, with False. On two channels a second agent after a hold gets a lane.
    """
    if recording.layout == "stereo":
        return (*part_agents(recording, sound, heard), True)
    parted = separate(recording, sound, heard)
    return (*parted, True) if parted else (heard, sound, False)
