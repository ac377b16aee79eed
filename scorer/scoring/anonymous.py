"""A call's words without who is in them, and the way back from a quote to the call.

Taken out are names heard in the call, every other word written like a name, titles' bearers,
numbers of four digits and more (accounts, telephones, cards) and e-mail addresses.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from scorer.call import Call, Turn
from scorer.scorecard import Evidence
from scorer.scoring import names, tokens
from scorer.scoring.cues import quote
from scorer.scoring.sentences import EVERYDAY, like_a_name

_PRIVATE = re.compile(
    r"(?P<mail>[\w.+-]+@[\w-]+(?:\.[\w-]+)+)|(?P<handle>@\w+)"
    r"|(?P<number>\+?\d(?:[ -]?\d){3,})"
)


_SHORTEST = 3  # letters of a name in capitals


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
    known = names.heard(call.turns)
    return tuple(_masked(place, turn, known) for place, turn in enumerate(call.turns))


def found(turns: Sequence[Masked], quoted: str, place: int | None) -> Evidence | None:
    """Where a quote of masked words stands in the call, the turn it names first; None: nowhere."""
    quoted = quoted.strip()
    if not re.search(r"\w", quoted):
        return None
    for one in sorted(turns, key=lambda one: one.place != place):
        begin = one.text.find(quoted)
        if begin >= 0:
            start, end = one.origins[begin], one.origins[begin + len(quoted)]
            return quote(one.place, one.turn, start, end)
    return None


def _masked(place: int, turn: Turn, known: frozenset[str]) -> Masked:
    hidden = sorted(
        {*_names(turn.text, known), *_numbers(turn.text)}, key=lambda one: (one[0], -one[1])
    )
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


def _names(text: str, known: frozenset[str]) -> list[tuple[int, int, str]]:
    reading = tokens.read(text, known)
    return [
        (begin, end, "[name]")
        for index, (word, (begin, end)) in enumerate(zip(reading.words, reading.spans, strict=True))
        if word == tokens.NAME or like_a_name(reading, index) or _capitals(word, text[begin:end])
    ]


def _capitals(word: str, written: str) -> bool:
    """Whether a word in capitals may be a name: some write names so, and some write all so."""
    return written.isupper() and len(written) >= _SHORTEST and word not in EVERYDAY


def _numbers(text: str) -> list[tuple[int, int, str]]:
    return [
        (*match.span(), "[number]" if match.lastgroup == "number" else "[address]")
        for match in _PRIVATE.finditer(text)
    ]
