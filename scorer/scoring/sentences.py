"""A turn's sentences as a sentence encoder reads them: plain words, and nobody's name.

The encoder sees what the cue patterns see (one spelling, contractions open, fillers dropped, he and
she alike) and less: every word that is written like a name becomes the same one, so that nothing it
makes of a sentence can come from who is meant (S17).
"""

# ruff: noqa: SIM905 (a list of words is read and edited as text)

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from scorer.scoring import tokens, vocabulary
from scorer.scoring.tokens import Reading

_SOMEBODY = "sam"
_LONGEST = 40  # words; speech that runs on without a full stop is read in pieces
_RUNS_ON = 12  # words without a pause: speech that nobody punctuated
_TELLING = 4  # words: a clause of fewer goes with the next
_PAUSE = re.compile(r"[,;:—–…]|[.?!]\s")
_SUBJECTS = frozenset("i we they nobody can could may".split())
_JOINS = frozenset("and but so because then okay right".split())
_LEAD_TO = vocabulary.COMMON - frozenset("it this me us them okay no now".split()) | frozenset(
    "that if when what how as because like think said say know sure hope after before until than "
    "where why who which may might shall should".split()
)
_AS_SPOKEN = {tokens.NAME: _SOMEBODY, tokens.TITLE: "", tokens.SIR: "sir"}
#: Words that are nobody's name, however they are written.
EVERYDAY = vocabulary.EMPTY | vocabulary.COMMON | vocabulary.NO_NAMES


@dataclass(frozen=True, slots=True)
class Sentence:
    """`text[begin:end]` of a turn, and the words that the encoder is given for it."""

    begin: int
    end: int
    plain: str
    words: int


def sentences(reading: Reading) -> Iterator[Sentence]:
    """The sentences of a turn in order, long ones in pieces; those without a word left out."""
    for first, last in _runs(reading):
        pieces = -(-(last + 1 - first) // _LONGEST)
        size = -(-(last + 1 - first) // pieces)
        for start in range(first, last + 1, size):
            piece = words_of(reading, start, min(start + size - 1, last))
            if piece.words:
                yield piece


def _runs(reading: Reading) -> Iterator[tuple[int, int]]:
    """The first and last word of each sentence; where nobody wrote pauses, of each clause."""
    punctuated = bool(_PAUSE.search(reading.text))
    for first, last in reading.sentences():
        if punctuated or last + 1 - first <= _RUNS_ON:
            yield first, last
            continue
        at = first
        for place in range(first + _TELLING, last + 1 - _TELLING):
            if place - at >= _TELLING and _begins_clause(reading.words, place):
                yield at, place - 1
                at = place
        yield at, last


def _begins_clause(words: tuple[str, ...], place: int) -> bool:
    """Whether a clause begins at a word: "and I", or a bare "I" that nothing before leads to."""
    if words[place] in _JOINS:
        return words[place + 1] in _SUBJECTS
    return words[place] in _SUBJECTS and words[place - 1] not in _LEAD_TO


def words_of(reading: Reading, first: int, last: int) -> Sentence:
    """The words `first..last` of a turn as the encoder is given them."""
    places = range(first, last + 1)
    said = _one_word_a_name(_word(reading, place) for place in places)
    spoken = sum(reading.words[place] not in (tokens.STOP, tokens.ASK) for place in places)
    begin, end = reading.spans[first][0], reading.spans[last][1]
    return Sentence(begin, end, " ".join(said), spoken)


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
    written = reading.text[start:end]
    # Capitals throughout are an abbreviation, or how somebody writes everything.
    if word in EVERYDAY or not written[0].isupper() or not any(map(str.islower, written)):
        return False
    begins = place == 0 or reading.words[place - 1] in (tokens.STOP, tokens.ASK)
    return not begins or reading.text[end : end + 1] == ","


def _one_word_a_name(words: Iterable[str]) -> list[str]:
    """Words without the empty ones, a name of several ("Maria de la Cruz") as one of one."""
    said: list[str] = []
    for word in filter(None, words):
        if word == _SOMEBODY:
            del said[tokens.name_goes_on(said, (_SOMEBODY,)) :]
        if word != _SOMEBODY or said[-1:] != [_SOMEBODY]:
            said.append(word)
    return said


def _word(reading: Reading, place: int) -> str:
    word = reading.words[place]
    if word in _AS_SPOKEN:
        return _AS_SPOKEN[word]
    return _SOMEBODY if like_a_name(reading, place) else word
