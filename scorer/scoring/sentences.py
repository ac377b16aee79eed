"""A turn's sentences as a sentence encoder reads them: plain words, and nobody's name.

The encoder sees what the cue patterns see (one spelling, contractions open, fillers dropped, he and
she alike) and less: every word that is written like a name becomes the same one, so that nothing it
makes of a sentence can come from who is meant (S17).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from scorer.scoring import tokens, vocabulary
from scorer.scoring.tokens import Reading

_SOMEBODY = "sam"
_LONGEST = 40  # words; speech that runs on without a full stop is read in pieces
_AS_SPOKEN = {tokens.NAME: _SOMEBODY, tokens.TITLE: "", tokens.SIR: "sir"}
_EVERYDAY = vocabulary.EMPTY | vocabulary.COMMON | vocabulary.NO_NAMES
_LIKE_A_NAME = re.compile(r"[^\W\d_a-z][^\W\d_A-Z]+(?:[-'’][^\W\d_]+)*$")


@dataclass(frozen=True, slots=True)
class Sentence:
    """`text[begin:end]` of a turn, and the words that the encoder is given for it."""

    begin: int
    end: int
    plain: str
    words: int


def sentences(reading: Reading) -> Iterator[Sentence]:
    """The sentences of a turn in order, long ones in pieces; those without a word left out."""
    for first, last in reading.sentences():
        pieces = -(-(last + 1 - first) // _LONGEST)
        size = -(-(last + 1 - first) // pieces)
        for start in range(first, last + 1, size):
            piece = words_of(reading, start, min(start + size - 1, last))
            if piece.words:
                yield piece


def words_of(reading: Reading, first: int, last: int) -> Sentence:
    """The words `first..last` of a turn as the encoder is given them."""
    places = range(first, last + 1)
    said = [_word(reading, place) for place in places]
    spoken = sum(reading.words[place] not in (tokens.STOP, tokens.ASK) for place in places)
    begin, end = reading.spans[first][0], reading.spans[last][1]
    return Sentence(begin, end, " ".join(filter(None, said)), spoken)


def plain(text: str) -> str:
    """A whole text in the words that the encoder is given."""
    return " ".join(one.plain for one in sentences(tokens.read(text)))


def like_a_name(reading: Reading, place: int) -> bool:
    """Whether a word is written as names are: with a capital, and no everyday word.

    Where a sentence begins every word has a capital; there "Nguyen, could you ..." shows by its
    comma.
    """
    word = reading.words[place]
    start, end = reading.spans[place]
    if word in _EVERYDAY or not _LIKE_A_NAME.match(reading.text[start:end]):
        return False
    begins = place == 0 or reading.words[place - 1] in (tokens.STOP, tokens.ASK)
    return not begins or reading.text[end : end + 1] == ","


def _word(reading: Reading, place: int) -> str:
    word = reading.words[place]
    if word in _AS_SPOKEN:
        return _AS_SPOKEN[word]
    return _SOMEBODY if like_a_name(reading, place) else word
