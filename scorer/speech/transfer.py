"""A second agent after a transfer: another voice on the agent's channel once it is handed over."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np

from scorer.audio.recording import Recording
from scorer.audio.sound import Sound
from scorer.call import AGENT, AGENT2, Interval, Lane, Word
from scorer.speech import voices
from scorer.speech.heard import Heard

#: A hold shorter than this is no transfer [s].
SHORTEST_HOLD = 4.0
#: After words that hand over, another voice may follow a pause of this length, so soon [s].
PAUSE, SOON = 0.3, 90.0
#: Speech on either side by which the voices are known, and the least that will do [s].
ENOUGH, LEAST = 20.0, 2.5
#: Cosine between two voices below which they are two. One voice stays above 0.83 within a call, two
#: voices on telephone lines mostly lie at 0.5 to 0.7.
DIFFERENT = 0.75
#: Two that are more alike than that are told by `contrast`, from so much speech on either side [s].
#: One voice within a call gave 0.06 at most, in 770 places; two gave 0.10 and more, in 600 pairs.
CONTRAST, MUCH = 0.08, 5.0
#: Stretches from this length on tell what a voice is like [s].
TELLING = 0.8
#: So much nearer to the first agent's voice than to the second's is what the first says later on
#: [cosine]. What the second says lay at -0.04 and below, what the first does at 0.26 and above.
RETURNS = 0.1

#: Words in a row that are looked at together.
_REACH = 8
_HANDS_OVER = re.compile(
    r"(transfer|put(ting)? you (through|on|over)|connect(ing)? you|hand(ing)? (you|this) "
    r"(over|to)|pass(ing)? you (on|over|to)"
    r"|get (you )?(my|a|the) (supervisor|manager|colleague|specialist)"
    r"|leav(e|ing) you (with|in)"
    r"|(I have|I've got|here is|here's) (\w+[.,]? ){1,4}"
    r"(with me|from (the|our)|on the line|here\b))",
    re.IGNORECASE,
)


def part_agents(recording: Recording, sound: Sound, heard: Heard) -> tuple[Heard, Sound]:
    """Words and activity with a lane of its own for a second agent, where one took over.

    The voices on either side of each hold of the agent's channel, and of the pauses that follow
    words that hand over, are compared and forgotten. A call without either, or with the same voice
    after it, comes back as it was: another voice alone is not enough, since an agent who changes
    from a headset to a loudspeaker sounds as different as another person.
    """
    for index, lane in enumerate(sound.lanes):
        if lane.party == AGENT:
            change = _taken_over(recording, index, lane, heard.words[index])
            if change is not None:
                return _parted(heard, sound, index, _of_second(recording, index, lane, change))
    return heard, sound


@dataclass(frozen=True, slots=True)
class _Change:
    """When a second agent took over [s], and the voices before and after it."""

    since: float
    first: voices.Floats
    second: voices.Floats


def contrast(first: voices.Floats, second: voices.Floats) -> float:
    """How much more alike the stretches on either side of a gap are among themselves than across.

    About 0 where one voice speaks on both sides, whatever the line does to it throughout; a fixed
    likeness would have to be set for each kind of line.

    Args:
        first: vectors of the stretches before the gap, of length 1 [shape=(stretches, 256)].
        second: those of the stretches after it. Each side needs two stretches; else the answer
            is 0, since nothing is known.
    """
    if min(len(first), len(second)) < 2:
        return 0.0
    return min(_among(first), _among(second)) - float(np.mean(first @ second.T))


def _among(vectors: voices.Floats) -> float:
    """Mean cosine between any two of some vectors."""
    count = len(vectors)
    return float(np.sum(vectors @ vectors.T) - count) / (count * (count - 1))


def _taken_over(
    recording: Recording, index: int, lane: Lane, words: Sequence[Word]
) -> _Change | None:
    """The gap across which two voices are least alike; None where it may be one throughout."""
    told = [span for span in lane.speech if span.duration >= TELLING]
    sides = {
        gap.end: (
            enough(span for span in reversed(told) if span.end <= gap.start),
            enough(span for span in told if span.start >= gap.end),
        )
        for gap in _gaps(lane, words)
    }
    spans = list({span: None for both in sides.values() for side in both for span in side})
    known = dict(zip(spans, _vectors(recording, index, spans), strict=True))
    found: list[_Change] = []
    for since, (before, after) in sides.items():
        seconds = min(seconds_of(before), seconds_of(after))
        if seconds < LEAST:
            continue
        first, second = (np.stack([known[span] for span in side]) for side in (before, after))
        change = _Change(since, _mean(first, before), _mean(second, after))
        surely = seconds >= MUCH and contrast(first, second) >= CONTRAST
        if surely or _likeness(change) < DIFFERENT:
            found.append(change)
    return min(found, key=_likeness, default=None)


def _likeness(change: _Change) -> float:
    return float(change.first @ change.second)


def _of_second(
    recording: Recording, index: int, lane: Lane, change: _Change
) -> frozenset[Interval]:
    """The second agent's stretches: all since the change but for those in the first's voice.

    A short one goes with the last that was long enough to tell.
    """
    later = [span for span in lane.speech if span.start >= change.since]
    told = [span for span in later if span.duration >= TELLING]
    nearer = _vectors(recording, index, told) @ (change.first - change.second)
    again = {span for span, near in zip(told, nearer, strict=True) if near >= RETURNS}
    theirs: list[Interval] = []
    second = True
    for span in later:
        second = span not in again if span.duration >= TELLING else second
        if second:
            theirs.append(span)
    return frozenset(theirs)


def _vectors(recording: Recording, index: int, spans: Sequence[Interval]) -> voices.Floats:
    """The voice of each stretch [shape=(stretches, 256)]."""
    channel = recording.heard[index]
    return voices.embed(recording.samples(channel, span.start, span.end) for span in spans)


def enough(spans: Iterable[Interval]) -> list[Interval]:
    """The first `ENOUGH` seconds of some speech, in whole stretches."""
    chosen: list[Interval] = []
    for span in spans:
        if seconds_of(chosen) >= ENOUGH:
            break
        chosen.append(span)
    return chosen


def seconds_of(spans: Sequence[Interval]) -> float:
    return sum(span.duration for span in spans)


def _mean(vectors: voices.Floats, spans: Sequence[Interval]) -> voices.Floats:
    """The voice of some stretches together, the longer ones counting for more."""
    mean = np.average(vectors, axis=0, weights=[span.duration for span in spans])
    return np.asarray(mean / np.linalg.norm(mean), np.float32)


def _gaps(lane: Lane, words: Sequence[Word]) -> list[Interval]:
    """Where another may have taken over: holds, and pauses after words that hand over."""
    handed = [
        word.start
        for at, word in enumerate(words)
        if _HANDS_OVER.match(" ".join(later.text for later in words[at : at + _REACH]))
    ]
    pauses = (
        Interval(a.end, b.start)
        for a, b in pairwise(lane.speech)
        if b.start - a.end >= PAUSE and any(0 < a.end - said < SOON for said in handed)
    )
    holds = [hold for hold in lane.hold if hold.duration >= SHORTEST_HOLD]
    return [*holds, *pauses]


def _parted(
    heard: Heard, sound: Sound, index: int, theirs: frozenset[Interval]
) -> tuple[Heard, Sound]:
    """Words and activity with a lane after all others for the stretches of a second agent."""
    lane = sound.lanes[index]
    starts = [span.start for span in lane.speech]
    spoken: tuple[list[Word], list[Word]] = ([], [])
    for word in heard.words[index]:
        span = lane.speech[max(0, bisect_right(starts, word.start) - 1)]
        spoken[span in theirs].append(word)
    first = replace(lane, speech=tuple(span for span in lane.speech if span not in theirs))
    second = Lane(AGENT2, tuple(span for span in lane.speech if span in theirs))
    lanes = (*sound.lanes[:index], first, *sound.lanes[index + 1 :], second)
    words = (
        *heard.words[:index],
        tuple(spoken[False]),
        *heard.words[index + 1 :],
        tuple(spoken[True]),
    )
    return replace(heard, words=words), replace(sound, lanes=lanes)
