"""A second agent after a transfer: another voice on the agent's channel once the hold is over."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from scorer.audio.recording import Recording
from scorer.audio.sound import Sound
from scorer.call import AGENT, AGENT2, Interval, Lane, Word
from scorer.speech import voices
from scorer.speech.heard import Heard

#: A hold shorter than this is no transfer [s].
SHORTEST_HOLD = 4.0
#: Speech on either side of the hold by which the voices are known, and the least that will do [s].
ENOUGH, LEAST = 20.0, 2.5
#: Cosine between two voices below which they are two. One voice before and after a hold stays above
#: 0.85, two voices on telephone lines lie at 0.5 to 0.7.
DIFFERENT = 0.75


def part_agents(recording: Recording, sound: Sound, heard: Heard) -> tuple[Heard, Sound]:
    """Words and activity with a lane of its own for a second agent, where a hold brought one.

    The voices on either side of each hold of the agent's channel are compared, and forgotten. A
    call without a hold, or with the same voice after it, comes back as it was.
    """
    for index, lane in enumerate(sound.lanes):
        if lane.party != AGENT:
            continue
        for hold in lane.hold:
            before = [span for span in lane.speech if span.end <= hold.start]
            after = [span for span in lane.speech if span.start >= hold.end]
            if hold.duration >= SHORTEST_HOLD and _differ(recording, index, before[::-1], after):
                return _parted(heard, sound, index, hold.end)
    return heard, sound


def _differ(
    recording: Recording, lane: int, before: Sequence[Interval], after: Sequence[Interval]
) -> bool:
    voiced = [_voice(recording, lane, spans) for spans in (before, after)]
    if voiced[0] is None or voiced[1] is None:
        return False
    return float(voiced[0] @ voiced[1]) < DIFFERENT


def _voice(recording: Recording, lane: int, spans: Sequence[Interval]) -> voices.Floats | None:
    """The voice of the first `ENOUGH` seconds of some speech; None where there is too little."""
    chosen: list[voices.Floats] = []
    seconds = 0.0
    for span in spans:
        if seconds >= ENOUGH:
            break
        chosen.append(recording.samples(recording.heard[lane], span.start, span.end))
        seconds += span.duration
    if seconds < LEAST:
        return None
    (vector,) = voices.embed([np.concatenate(chosen)])
    return np.asarray(vector, np.float32)


def _parted(heard: Heard, sound: Sound, index: int, since: float) -> tuple[Heard, Sound]:
    lane = sound.lanes[index]
    words = heard.words[index]
    first = replace(lane, speech=tuple(span for span in lane.speech if span.start < since))
    second = Lane(AGENT2, tuple(span for span in lane.speech if span.start >= since))
    early: tuple[Word, ...] = tuple(word for word in words if word.start < since)
    late: tuple[Word, ...] = tuple(word for word in words if word.start >= since)
    lanes = (*sound.lanes[:index], first, *sound.lanes[index + 1 :], second)
    spoken = (*heard.words[:index], early, *heard.words[index + 1 :], late)
    return replace(heard, words=spoken), replace(sound, lanes=lanes)
