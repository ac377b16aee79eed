"""Two parties out of one channel: who spoke each word of a mono recording, where that can be told.

Words are gathered to phrases that one voice speaks, phrases are grouped by voice, and the roles
follow from what is said. Where the voices or the roles are in doubt the answer is None, and every
judgement about a party stays *cannot tell*.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from scorer.audio.recording import Recording
from scorer.audio.sound import Sound
from scorer.call import AGENT, CUSTOMER, Interval, Lane
from scorer.speech import voices
from scorer.speech.heard import Heard
from scorer.speech.phrases import Phrase, phrases
from scorer.speech.phrases import sound as sound_of
from scorer.speech.roles import which_is_agent

#: Phrases from this length on tell what the two voices are like [s].
TELLING = 1.2
#: Cosine between the two voices above which they may be one.
ALIKE = 0.88
#: What a change of speaker costs, in units of cosine: within a sentence, in a long pause of one,
#: after a sentence, and after a sentence and a long pause.
WITHIN, HALTING, AFTER, PAUSED = 0.30, 0.15, 0.05, 0.02
#: A pause from this length on is a long one [s].
LONG_PAUSE = 0.4

Vectors = NDArray[np.float32]


def separate(recording: Recording, sound: Sound, heard: Heard) -> tuple[Heard, Sound] | None:
    """The words and activity of a one-lane recording, parted into agent and customer.

    Returns None where one voice is heard, or where what is said does not show who is who.
    """
    if len(sound.lanes) != 1 or len(heard.words[0]) < 20:
        return None
    said = phrases(heard.words[0])
    vectors = voices.embed(sound_of(recording, 0, phrase) for phrase in said)
    parts = _two_voices(vectors, said)
    if parts is None:
        return None
    spoken = [
        " ".join(one.text for one, part in zip(said, parts, strict=True) if part == voice)
        for voice in (0, 1)
    ]
    agent = which_is_agent(spoken, first=parts[0])
    if agent is None:
        return None
    return _parted(heard, sound, said, [part == agent for part in parts])


def _two_voices(vectors: Vectors, said: Sequence[Phrase]) -> list[int] | None:
    """Which of two voices speaks each phrase, or None where there is only one to hear.

    Two means over the telling phrases, started from the most different pair; then, three times,
    the likeliest path through all phrases (Viterbi) and the voices of its two sides again.
    """
    seconds = np.array([phrase.seconds for phrase in said])
    telling = np.flatnonzero(seconds >= TELLING)
    if len(telling) < 4:
        return None
    known, weight = vectors[telling], np.minimum(seconds[telling], 4.0)
    sides = _two_means(known, weight)
    for _ in range(4):
        centres = np.stack([_mean(known[sides == side], weight[sides == side]) for side in (0, 1)])
        path = _path(vectors @ centres.T, said)
        sides = path[telling]
        if len(set(sides.tolist())) < 2:
            return None
    if float(centres[0] @ centres[1]) > ALIKE:
        return None
    return [int(side) for side in path]


def _two_means(vectors: Vectors, weight: NDArray[np.float64]) -> NDArray[np.intp]:
    """Two groups of unit vectors; of several starts the one with the tightest groups."""
    best: tuple[float, NDArray[np.intp]] | None = None
    for first in np.argsort(-weight)[:8]:
        centres = vectors[[first, int(np.argmin(vectors @ vectors[first]))]]
        for _ in range(12):
            sides = np.argmax(vectors @ centres.T, axis=1)
            if len(set(sides.tolist())) < 2:
                break
            centres = np.stack([_mean(vectors[sides == s], weight[sides == s]) for s in (0, 1)])
        fit = float(np.sum(weight * np.max(vectors @ centres.T, axis=1)))
        if best is None or fit > best[0]:
            best = fit, np.argmax(vectors @ centres.T, axis=1)
    assert best is not None
    return best[1]


def _mean(vectors: Vectors, weight: NDArray[np.float64]) -> Vectors:
    if not len(vectors):
        return np.zeros(vectors.shape[1], np.float32)
    mean = np.average(vectors, axis=0, weights=weight)
    return np.asarray(mean / max(float(np.linalg.norm(mean)), 1e-9), np.float32)


def _path(likeness: Vectors, said: Sequence[Phrase]) -> NDArray[np.intp]:
    """The voice of each phrase that fits best as a whole, where changing the speaker costs."""
    count = len(said)
    score = np.zeros((count, 2))
    came = np.zeros((count, 2), np.intp)
    for index, phrase in enumerate(said):
        fit = likeness[index] * min(phrase.seconds, 2.0)
        if index:
            cost = _change(said[index - 1], phrase)
            change = score[index - 1][:, None] - cost * (1 - np.eye(2))
            came[index] = np.argmax(change, axis=0)
            score[index] = np.max(change, axis=0) + fit
        else:
            score[index] = fit
    path = [int(np.argmax(score[-1]))]
    for index in range(count - 1, 0, -1):
        path.append(int(came[index][path[-1]]))
    return np.array(path[::-1])


def _change(before: Phrase, phrase: Phrase) -> float:
    """What it costs that another voice speaks a phrase than the one before it."""
    paused = phrase.start - before.end >= LONG_PAUSE
    if phrase.fresh:
        return PAUSED if paused else AFTER
    return HALTING if paused else WITHIN


def _parted(
    heard: Heard, sound: Sound, said: Sequence[Phrase], by_agent: Sequence[bool]
) -> tuple[Heard, Sound]:
    """Two lanes: every stretch of activity goes to who spoke in it, cut where the voice changes."""
    (lane,) = sound.lanes
    owned = [
        (word, agent) for phrase, agent in zip(said, by_agent, strict=True) for word in phrase.words
    ]
    starts, ends = [word.start for word, _ in owned], [word.end for word, _ in owned]
    speech: tuple[list[Interval], list[Interval]] = ([], [])
    for span in lane.speech:
        inside = owned[bisect_right(ends, span.start) : bisect_left(starts, span.end)]
        start = span.start
        for (word, own), (after, next_own) in pairwise(inside):
            if own != next_own:
                cut = (word.end + after.start) / 2
                speech[not own].append(Interval(start, cut))
                start = cut
        if inside:
            speech[not inside[-1][1]].append(Interval(start, span.end))
    words = tuple(tuple(word for word, own in owned if own is side) for side in (True, False))
    lanes = (
        Lane(AGENT, tuple(speech[0]), lane.hold, lane.tones),
        Lane(CUSTOMER, tuple(speech[1])),
    )
    return (
        replace(heard, words=words, provenance={**heard.provenance, "speakers": "by voice"}),
        replace(sound, lanes=lanes),
    )
