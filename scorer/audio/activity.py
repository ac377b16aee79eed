"""From a recording to what its channels do when: one pass, in stretches, in bounded memory."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import numpy.typing as npt

from scorer.audio import kernels, quality
from scorer.audio.bands import band_levels
from scorer.audio.judge import States, judge
from scorer.audio.recording import Recording
from scorer.audio.sound import FRAMES_PER_S, Sound, State, intervals
from scorer.audio.tones import toned
from scorer.call import AGENT, CUSTOMER, Lane, Speaker

#: Frames judged at once, and frames on each side that are heard with them: 10 min and 10 s.
STRETCH, CONTEXT = 60_000, 1_000
PEAKS, _PEAKS_BLOCK = 2_000, 100


def analyse(recording: Recording) -> Sound:
    """What each channel does in every frame of 10 ms, and how good the recording is.

    Nothing depends on how loud the line is. No feature of a voice is kept: what leaves is when
    somebody speaks, never how. The first channel of a stereo recording is taken for the agent's,
    the second for the customer's.

    Args:
        recording: as `scorer.audio.decode.decode` gives it.
    """
    names = (AGENT, CUSTOMER) if len(recording.heard) > 1 else ("unknown",)
    states = _states(recording)
    speech = [lane == State.SPEECH for lane in states]
    return Sound(
        lanes=tuple(_lane(name, lane) for name, lane in zip(names, states, strict=True)),
        quality=quality.verdict(recording, names, states),
        overlap=intervals(speech[0] & speech[1]) if len(speech) > 1 else (),
        peaks=tuple(_peaks(recording, channel) for channel in recording.heard),
        states=tuple(states),
    )


def _lane(party: Speaker, states: States) -> Lane:
    return Lane(
        party=party,
        speech=intervals(states == State.SPEECH),
        hold=intervals(states == State.HOLD),
        tones=intervals(states == State.TONE),
        leaked=intervals(states == State.LEAKED),
    )


def _peaks(recording: Recording, channel: int) -> npt.NDArray[np.int16]:
    """The least and the greatest sample of each of about 2,000 stretches."""
    length = recording.store.length if recording.store else 0
    pairs = min(PEAKS, length)
    out = np.empty((2, pairs), np.int16)
    for first in range(0, pairs, _PEAKS_BLOCK):
        last = min(first + _PEAKS_BLOCK, pairs)
        bounds = first * length // pairs, last * length // pairs
        block = np.empty((2, last - first), np.int16)
        kernels.level.extremes(recording.raw(channel, *bounds), block)
        out[:, first:last] = block
    return out


def _states(recording: Recording) -> list[States]:
    """States of every heard channel, stretch after stretch, each heard with a margin around it."""
    frames = int(recording.duration * FRAMES_PER_S)
    states = [np.zeros(frames, np.uint8) for _ in recording.heard]
    stretches = max(-(-frames // STRETCH), 1)
    bounds = [frames * i // stretches for i in range(stretches + 1)]
    for start, stop in pairwise(bounds):
        first, last = max(start - CONTEXT, 0), min(stop + CONTEXT, frames)
        if last > first:
            levels = [band_levels(recording, channel, first, last) for channel in recording.heard]
            ringing = [toned(recording, channel, first, last) for channel in recording.heard]
            for lane, found in zip(states, judge(levels, ringing), strict=True):
                lane[start:stop] = found[start - first : stop - first]
    return states
