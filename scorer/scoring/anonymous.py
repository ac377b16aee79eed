"""A call's words without who is in them, and the way back from a quote to the call.

Taken out are names heard in the call, in capitals or in small letters, wherever they come again;
every other word written like a name; numbers and codes that tell who somebody is, written, said or
spelled; and addresses of e-mail and of pages. What stays is said in docs/rubrics.md.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from scorer.call import Call, Turn
from scorer.scorecard import Evidence
from scorer.scoring import names, said_addresses, said_numbers, small_names, tokens, vocabulary
from scorer.scoring.cues import quote
from scorer.scoring.sentences import EVERYDAY, like_a_name

NAME = said_numbers.NAME
_SHORTEST = 3  # letters of a name in capitals
_LEAST = 2  # words of a quote, unless the turn has fewer
# Nobody may seem to speak who did not: a turn is sent as one line.
_BREAKS = re.compile(r"(?<!\s)\s*[\r\n\v\f\x1c-\x1e\x85\u2028\u2029]\s*")
# A word as a quote may begin and end with one; what stands for something is one, and no word said.
_WHOLE = re.compile(rf"(?P<hidden>\[(?:name|number|address)\])|\w+(?:[{tokens.APOSTROPHES}-]\w+)*")


@dataclass(frozen=True, slots=True)
class Masked:
    """Turn `place` of a call with what is private taken out.

    `origins[i]` is where character i of `text` stands in the turn; one more marks the end.
    """

    place: int
    side: str
    turn: Turn
    text: str
    origins: tuple[int, ...]


def masked(call: Call) -> tuple[Masked, ...]:
    """Every turn of a call, masked."""
    known = names.heard(call.turns) | small_names.heard(call.turns)
    return tuple(_masked(place, turn, known) for place, turn in enumerate(call.turns))


def found(turns: Sequence[Masked], quoted: str, place: int | None) -> Evidence | None:
    """Where a quote of masked words stands in the call, the turn it names first; None: nowhere.

    Only whole words count, and two of them, or all of a turn that has one. What stands for a name
    or a number may be among them, but is none.
    """
    quoted = quoted.strip()
    if not quoted:
        return None
    for one in sorted(turns, key=lambda one: one.place != place):
        words = list(_WHOLE.finditer(one.text))
        begin = one.text.find(quoted)
        while begin >= 0:
            if _told(words, begin, begin + len(quoted)):
                start, end = one.origins[begin], one.origins[begin + len(quoted)]
                return quote(one.place, one.turn, start, end)
            begin = one.text.find(quoted, begin + 1)
    return None


def _told(words: Sequence[re.Match[str]], begin: int, end: int) -> bool:
    """Whether `begin` to `end` cuts no word of a turn and holds enough of them."""
    if any(word.start() < edge < word.end() for word in words for edge in (begin, end)):
        return False
    said = [word for word in words if not word["hidden"]]
    inside = sum(begin <= word.start() < end for word in said)
    return inside >= max(1, min(_LEAST, len(words)))


def _masked(place: int, turn: Turn, known: frozenset[str]) -> Masked:
    hidden = sorted(_hidden(turn.text, known), key=lambda one: (one[0], -one[1]))
    text, at = "", 0
    origins: list[int] = []
    for start, end, stands_for in hidden:
        if start >= at:
            text += turn.text[at:start] + stands_for
            origins += [*range(at, start), *[start] * len(stands_for)]
        at = max(at, end)  # what begins inside what is hidden is hidden with it
    text += turn.text[at:]
    origins += range(at, len(turn.text) + 1)
    side = "agent" if turn.by_agent else "customer" if turn.by_customer else "other"
    return Masked(place, side, turn, text, tuple(origins))


def _hidden(text: str, known: frozenset[str]) -> set[tuple[int, int, str]]:
    named = {*_written_so(text, known), *_known(text, known), *small_names.bearers(text)}
    named |= set(_before_a_name(text, named))
    return {
        *((begin, end, NAME) for begin, end in named),
        *said_numbers.spans(text),
        *said_addresses.spans(text),
        *((*match.span(), " ") for match in _BREAKS.finditer(text)),
    }


def _written_so(text: str, known: frozenset[str]) -> Iterator[tuple[int, int]]:
    """What is written like a name: with a capital, in capitals, or in letters that have none."""
    reading = tokens.read(text, known)
    for index, (word, (begin, end)) in enumerate(zip(reading.words, reading.spans, strict=True)):
        written = text[begin:end]
        no_case = written[:1].isalpha() and written.lower() == written.upper()
        named = word == tokens.NAME or like_a_name(reading, index)
        if named or no_case or _capitals(word, written):
            yield begin, end


def _known(text: str, known: frozenset[str]) -> Iterator[tuple[int, int]]:
    """Names of the call as they come again; in small letters, those that are no plain words."""
    for match in small_names.WORD.finditer(text):
        word = tokens.bare(match[0]).removesuffix("'s")
        if word in known and not small_names.plain(word):
            yield match.span()


def _before_a_name(text: str, named: set[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """A first name that is a word too, with a capital and its surname after it: "Will Baker"."""
    begins = {begin for begin, _ in named if text[begin].isupper()}
    for match in small_names.WORD.finditer(text):
        if match[0][0].isupper() and match[0].lower() in vocabulary.NAMES_AND_WORDS:
            ahead = match.end() + 1
            if ahead in begins and text[match.end()] == " ":
                yield match.span()


def _capitals(word: str, written: str) -> bool:
    """Whether a word in capitals may be a name: some write names so, and some write all so."""
    return written.isupper() and len(written) >= _SHORTEST and word not in EVERYDAY
