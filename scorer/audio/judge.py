"""From levels to states: what each channel does in every frame of a stretch."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from scorer.audio import kinds, voice
from scorer.audio.bands import Levels
from scorer.audio.kinds import Kind
from scorer.audio.sound import State
from scorer.audio.stretches import bridged, filled, lasting, lengths, means, runs, widened

States = npt.NDArray[np.uint8]
Mask = npt.NDArray[np.bool_]

#: Music counts as hold when it is likely over 2 s, and lasts 3 s but for rests of 2 s (frames).
HOLD_OVER, HOLD_LEAST, HOLD_REST = 201, 300, 200
#: How likely it must be from second to second, and on the whole: noise is never surely music.
HOLD_LIKELY, HOLD_SURE = 0.5, 0.8
#: Music is averaged over 2 s, so its edges are known to within 1 s (frames).
HOLD_EDGE = 100
#: The likelihood of speech from which a voice beside the music is believed.
CLEARLY = 0.8
#: A tone that rises less than this above what can have leaked in, has leaked in (dB).
TONE_DB = 6.0
#: Within hold music only a voice that is clearly one for 300 ms is speech: an announcement.
ANNOUNCED = 30
#: So close to a loud party's speech nothing of a fainter one can be told (frames).
BESIDE = 15


def judge(heard: Sequence[Levels], ringing: Sequence[Mask]) -> list[States]:
    """States of the channels of one stretch, each [shape=(frames,)].

    A channel is judged on its own first. What then counts as speech must also rise above what can
    have leaked in from the other channel; what does not has leaked.

    Args:
        heard: `scorer.audio.bands.band_levels` of one channel or of two.
        ringing: `scorer.audio.tones.toned` of the same.
    """
    judged = []
    noises = [voice.noise_floor(levels) for levels in heard]
    for channel, (levels, noise, tones) in enumerate(zip(heard, noises, ringing, strict=True)):
        loud = voice.loudness(levels)
        likely = kinds.likelihoods(levels, noise, loud)
        floor = np.maximum(noise, loud - voice.REACH)
        states = np.zeros(levels.shape[1], np.uint8)
        alone = np.zeros(levels.shape[1], bool)
        if len(heard) > 1:
            alone = voice.voiced(voice.rise(levels, floor), likely[Kind.SPEECH])
            floor = np.maximum(floor, voice.leak(levels, heard[1 - channel], noises[1 - channel]))
            # A tone fills few bands: one that stands out is enough to be this channel's own.
            tones = tones & ~_mostly(tones, (levels - floor).max(axis=0) < TONE_DB)
        above = voice.rise(levels, floor)
        states[alone & ~voice.voiced(above, likely[Kind.SPEECH])] = State.LEAKED
        own = voice.spoken(above, likely[Kind.SPEECH], likely[Kind.MUSIC])
        own = voice.faded(voice.audible(levels, own), likely[Kind.SPEECH], noise, loud)
        if len(heard) == 1:
            own |= _fainter(levels, noise, floor, own)
        hold = held(likely)
        hold &= ~_mostly(hold, above < voice.KEEPS)
        own &= ~hold | lasting(own & (likely[Kind.SPEECH] > 0.5), ANNOUNCED)
        fringe = _fringe(own & ~hold, hold, likely)
        hold, own = bridged(hold | fringe, HOLD_REST), own & ~fringe
        states[hold] = State.HOLD
        states[own] = State.SPEECH
        states[tones] = State.TONE
        judged.append(states)
    return judged


def _fainter(levels: Levels, noise: Levels, floor: Levels, own: Mask) -> Mask:
    """What a fainter party says in the pauses of a louder one, where both share the channel.

    Beside a voice that is 20 dB louder and more, a voice looks like an echo or the room. So what
    was found is blanked out, and what is left is judged by its own loudness.
    """
    taken = widened(own, BESIDE)
    rest = np.where(taken, noise, levels)
    likely = kinds.likelihoods(rest, noise, voice.loudness(rest))
    found = voice.spoken(voice.rise(rest, floor), likely[Kind.SPEECH], likely[Kind.MUSIC])
    return voice.audible(rest, found) & ~taken


def held(likely: npt.NDArray[np.float32]) -> Mask:
    """Where hold music plays, from the likelihoods of `kinds` [shape=(4, frames)]."""
    musical = likely[Kind.MUSIC]
    around = np.convolve(
        np.pad(musical, HOLD_OVER // 2), np.full(HOLD_OVER, 1 / HOLD_OVER), "valid"
    )
    found = runs(lasting(bridged(around > HOLD_LIKELY, HOLD_REST), HOLD_LEAST))
    return filled(found[means(around, found) > HOLD_SURE], len(musical))


def _fringe(own: Mask, hold: Mask, likely: npt.NDArray[np.float32]) -> Mask:
    """What was taken for speech at the edge of hold music, where its last notes die away.

    A voice beside the music is clearly one; what is short and is not belongs to the music.
    """
    found, frames = runs(own), len(own)
    beside = means(widened(hold, HOLD_EDGE), found) > 0
    unclear = means(likely[Kind.SPEECH], found) < CLEARLY
    return filled(found[beside & unclear & (lengths(found) <= HOLD_EDGE)], frames)


def _mostly(mask: Mask, other: Mask) -> Mask:
    """The stretches of `mask` that are for the most part in `other` too."""
    found = runs(mask)
    return filled(found[means(other, found) > 0.5], len(mask))
