"""Words in a row that one voice speaks: what voices are told apart by."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from scorer.audio.recording import Recording
from scorer.call import Word
from scorer.speech.voices import Floats

#: A phrase ends at a pause of this length [s], at the end of a sentence, or when it gets long.
PAUSE = 0.2
LONGEST = 4.0
#: A short word alone is too little to know a voice by: so much around it is taken as well [s].
LEAST = 0.6


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words in a row that one voice speaks, and whether a sentence ended before them."""

    words: tuple[Word, ...]
    fresh: bool

    @property
    def start(self) -> float:
        return self.words[0].start

    @property
    def end(self) -> float:
        return self.words[-1].end

    @property
    def seconds(self) -> float:
        return max(self.end - self.start, 0.05)

    @property
    def text(self) -> str:
        return " ".join(word.text for word in self.words)


def phrases(words: Sequence[Word]) -> list[Phrase]:
    """The phrases that words in order of time make."""
    groups: list[list[Word]] = []
    fresh: list[bool] = []
    for word in words:
        last = groups[-1][-1] if groups else None
        ended = last is None or last.text.endswith((".", "?", "!"))
        if last is None or ended or word.start - last.end >= PAUSE or _long(groups[-1]):
            groups.append([word])
            fresh.append(ended)
        else:
            groups[-1].append(word)
    return [Phrase(tuple(group), new) for group, new in zip(groups, fresh, strict=True)]


def sound(recording: Recording, lane: int, phrase: Phrase) -> Floats:
    """The sound of a phrase at 16 kHz, and what surrounds a short one closely."""
    spare = max(0.0, LEAST - (phrase.end - phrase.start)) / 2
    start = max(0.0, phrase.start - spare)
    heard = recording.samples(recording.heard[lane], start, phrase.end + spare)
    return heard if len(heard) else np.zeros(1600, np.float32)


def _long(words: Sequence[Word]) -> bool:
    return words[-1].end - words[0].start > LONGEST
