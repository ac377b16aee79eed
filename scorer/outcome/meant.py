"""What was meant, where no list of wordings can hold all ways to say it.

The cues by meaning of this room (`scorer.scoring.meaning`, and `phrases` beside it) are looked
for in sentences and in pieces of them: recognised speech runs on without full stops, and a sentence
that says three things is near the examples of none. A piece is a clause or two that stand together.

Where no encoder is on the machine nothing is found by meaning; the scorecard's provenance says so.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Collection, Iterator, Mapping
from functools import lru_cache
from operator import attrgetter

import numpy as np

from scorer.outcome.clauses import Clause, Talk
from scorer.outcome.phrases import Phrases
from scorer.scoring.cues import CueBook
from scorer.scoring.lessons import Pool, pool_of
from scorer.scoring.meaning import Meanings
from scorer.scoring.schema import Meaning
from scorer.scoring.sentences import Sentence, sentences, words_of
from scorer.scoring.solving import Doubles
from scorer.scoring.talk import Conversation, Sighting
from scorer.scoring.tokens import Reading

_SAYS_ONE_THING = 8  # words: a sentence of up to so many is read whole only
_TELLING = 4  # words: a shorter piece says too little by itself
_NEVER = 0.005  # strengths come in hundredths: below half of one it is not said how much
_TORN = 0.8  # what a piece says counts for less than what a whole sentence says


def meant(talk: Talk, book: CueBook, cues: Collection[str]) -> Iterator[Sighting]:
    """Every sentence that means one of `cues`, quoted by the piece of it that means it most, in the
    order of the call; each cue is looked for in the turns of the party it is given `by`."""
    wanted = {cue: entry for cue in cues if (entry := book.entries[cue].meaning)}
    meanings = book.meanings if wanted else None
    if meanings is None:
        return
    conversation = talk.conversation
    asked_of: dict[int, dict[str, Meaning]] = {}
    for place, side in enumerate(conversation.sides):
        asked = {cue: one for cue, one in wanted.items() if one.by in ("either", side)}
        if asked and not conversation.nods[place]:
            asked_of[place] = asked
    read = [(place, one) for place in asked_of for one in _read(talk, place)]
    strengths = _strengths(
        book, meanings, wanted, [one.plain for _, every in read for one in every]
    )
    at = 0
    for place, every in read:
        asked, end = asked_of[place], at + len(every)
        yield from _surest(place, every, {cue: strengths[cue][at:end] for cue in asked}, asked)
        at = end


def _read(talk: Talk, place: int) -> Iterator[list[Sentence]]:
    """Each telling sentence of a turn, followed by its pieces."""
    reading = talk.conversation.readings[place]
    for sentence in sentences(reading):
        if sentence.words >= _TELLING:
            yield [sentence, *_pieces(reading, sentence, talk.clauses[place])]


def _strengths(
    book: CueBook, meanings: Meanings, wanted: Mapping[str, Meaning], read: list[str]
) -> dict[str, list[float]]:
    """How surely each of many sentences means each cue; all at once, which costs less."""
    pools = {pool: _sure(book, meanings, pool, read) for pool in set(map(pool_of, wanted.values()))}
    return {
        cue: pools[pool_of(one)][:, meanings.cues[pool_of(one)].index(cue)].tolist()
        for cue, one in wanted.items()
    }


def _sure(book: CueBook, meanings: Meanings, pool: Pool, read: list[str]) -> Doubles:
    """By their vectors, and where a lesson has them by its phrases too: the mean of both odds."""
    strengths = meanings.strengths(read, pool)
    phrases = _phrases(book)
    if phrases is None or pool not in phrases.cues:
        return strengths
    near = np.clip(strengths, _NEVER, 1 - _NEVER)
    odds = (np.log(near / (1 - near)) + phrases.odds(pool, read)) / 2
    sure: Doubles = np.round(1 / (1 + np.exp(-odds)), 2)
    return sure


@lru_cache(maxsize=4)
def _phrases(book: CueBook) -> Phrases | None:
    return Phrases.taught(book.entries)


def _surest(
    place: int,
    read: list[Sentence],
    strengths: Mapping[str, list[float]],
    asked: Mapping[str, Meaning],
) -> Iterator[Sighting]:
    for cue, meaning in asked.items():
        whole, *pieces = strengths[cue]
        sure = [whole, *(_TORN * piece for piece in pieces)]
        most = max(sure)
        if most >= meaning.at_least:
            one = read[sure.index(most)]
            yield Sighting(cue, place, one.begin, one.end, one.begin, most)


def _pieces(reading: Reading, sentence: Sentence, spoken: tuple[Clause, ...]) -> Iterator[Sentence]:
    """The clauses of a long sentence, each alone and with the next."""
    if sentence.words <= _SAYS_ONE_THING:
        return
    first, after = (
        bisect_left(spoken, edge, key=attrgetter("start"))
        for edge in (sentence.begin, sentence.end)
    )
    inside = spoken[first:after]
    for together in (1, 2):
        for at in range(len(inside) - together + 1):
            begin, end = inside[at].start, inside[at + together - 1].end
            piece = _between(reading, begin, end)
            if piece and _TELLING <= piece.words < sentence.words:
                yield piece


def strength(
    conversation: Conversation, book: CueBook, cue: str, turn: int, begin: int, end: int
) -> float | None:
    """How surely `text[begin:end]` of a turn means `cue`, in [0, 1]; None without an encoder."""
    meaning = book.entries[cue].meaning if cue in book.entries else None
    meanings = book.meanings if meaning else None
    if meaning is None or meanings is None:
        return None
    piece = _between(conversation.readings[turn], begin, end)
    return _strengths(book, meanings, {cue: meaning}, [piece.plain])[cue][0] if piece else 0.0


def _between(reading: Reading, begin: int, end: int) -> Sentence | None:
    """The words that begin in `text[begin:end]` of a turn, if any do."""
    first, after = (bisect_left(reading.spans, (edge, 0)) for edge in (begin, end))
    return words_of(reading, first, after - 1) if first < after else None
