"""A second agent after a transfer: another voice on the agent's channel once it is handed over."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import islice, pairwise

import numpy as np

from scorer.audio.recording import Recording
from scorer.audio.sound import Sound
from scorer.call import AGENT, AGENT2, Interval, Lane, Word
from scorer.speech import voices
from scorer.speech.heard import Heard

#: A hold shorter than this is no transfer [s].
SHORTEST_HOLD = 4.0
#: After words that hand over, another voice may follow a pause of this length, so soon [s];
#: this many pauses are looked at.
PAUSE, SOON, LOOKED_AT = 1.0, 90.0, 6
#: Speech on either side by which the voices are known, and the least that will do [s].
ENOUGH, LEAST = 20.0, 2.5
#: Cosine between two voices below which they are two. One voice before and after a hold stays above
#: 0.85, two voices on telephone lines lie at 0.5 to 0.7.
DIFFERENT = 0.75

_HANDS_OVER = re.compile(
    r"\b(transfer|put(ting)? you (through|on|over)|connect(ing)? you|hand(ing)? (you|this) "
    r"(over|to)|pass(ing)? you (on|over|to)"
    r"|get (you )?(my|a|the) (supervisor|manager|colleague|specialist)"
    r"|leav(e|ing) you (with|in)|I have \w+ (from|here|on the line))",
    re.IGNORECASE,
)


def part_agents(recording: Recording, sound: Sound, heard: Heard) -> tuple[Heard, Sound]:
    """Words and activity with a lane of its own for a second agent, where one took over.

    The voices on either side of each hold of the agent's channel, and of the pauses that follow
    words that hand over, are compared and forgotten. A call without either, or with the same voice
    after it, comes back as it was.
    """
    for index, lane in enumerate(sound.lanes):
        if lane.party != AGENT:
            continue
        for gap in _gaps(lane, heard.words[index]):
            before = [span for span in lane.speech if span.end <= gap.start]
            after = [span for span in lane.speech if span.start >= gap.end]
            likeness = alike(recording, index, before[::-1], after)
            if likeness is not None and likeness < DIFFERENT:
                return _parted(heard, sound, index, gap.end)
    return heard, sound


def alike(
    recording: Recording,
    lane: int,
    first: Sequence[Interval],
    second: Sequence[Interval],
    least: float = LEAST,
) -> float | None:
    """Cosine between the voices of some speech and some other; None where there is too little."""
    voiced = [voice(recording, lane, spans, least) for spans in (first, second)]
    return None if voiced[0] is None or voiced[1] is None else float(voiced[0] @ voiced[1])


def _gaps(lane: Lane, words: Sequence[Word]) -> Iterator[Interval]:
    """Where another may have taken over, in order: holds, and pauses after a word of it."""
    handed = [
        words[max(0, i - 3)].start
        for i in range(len(words))
        if _HANDS_OVER.search(" ".join(word.text for word in words[max(0, i - 3) : i + 1]))
    ]
    pauses = (
        Interval(a.end, b.start)
        for a, b in pairwise(lane.speech)
        if b.start - a.end >= PAUSE and any(0 < a.end - said < SOON for said in handed)
    )
    holds = [hold for hold in lane.hold if hold.duration >= SHORTEST_HOLD]
    yield from sorted([*holds, *islice(pauses, LOOKED_AT)], key=lambda gap: gap.start)


def voice(
    recording: Recording, lane: int, spans: Sequence[Interval], least: float = LEAST
) -> voices.Floats | None:
    """The voice of the first `ENOUGH` seconds of some speech; None where there is too little."""
    chosen: list[voices.Floats] = []
    seconds = 0.0
    for span in spans:
        if seconds >= ENOUGH:
            break
        chosen.append(recording.samples(recording.heard[lane], span.start, span.end))
        seconds += span.duration
    if seconds < least:
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
