"""Sentences that say the same in other words, grouped by the words they share.

For the register of rules that hurt (S13): "It's our policy that refunds take six weeks" and "It is
company policy that a refund takes up to six weeks" are one rule. No model: the words that carry
meaning, their endings cut, and how much of them two sentences share (Jaccard 1901).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

#: Sentences that share at least this part of their words are one.
ALIKE = 0.5

_COMMON_WORDS = (
    "a an the is are was were be been it its it's that this these those our we us you your i my me "
    "to of for in on at by with from as and or but so if there here do does did have has had will "
    "would can could must not no just only up about policy policies rule rules company terms says "
    "say state states system procedure condition conditions under against let won't one any"
)
_COMMON = frozenset(_COMMON_WORDS.split(" "))
_ENDING = re.compile(r"(?:ies|ing|ed|es|s)$")


@dataclass(frozen=True, slots=True)
class Group:
    """Sentences that say the same: the places of them all, the commonest wording first."""

    wording: str
    places: tuple[int, ...]


def grouped(sentences: Sequence[str]) -> list[Group]:
    """Groups of like sentences, the largest first; `places` count from 0 in `sentences`.

    Each sentence joins the group whose first wording it shares most with, or begins one: so the
    result depends on no chance, and work grows with the number of different rules, not of calls.
    """
    members: list[tuple[frozenset[str], list[int]]] = []
    by_wording: dict[str, int] = {}
    for place, sentence in enumerate(sentences):
        known = by_wording.get(sentence)
        if known is None:
            words = _words(sentence)
            known = _closest(words, [first for first, _ in members])
            if known is None:
                known = len(members)
                members.append((words, []))
            by_wording[sentence] = known
        members[known][1].append(place)
    groups = [
        Group(_commonest(sentences[p] for p in places), tuple(places)) for _, places in members
    ]
    return sorted(groups, key=lambda group: (-len(group.places), group.wording))


def _closest(words: frozenset[str], others: Sequence[frozenset[str]]) -> int | None:
    best, found = 0.0, None
    for place, other in enumerate(others):
        both = words | other
        shared = len(words & other) / len(both) if both else 1.0
        if shared >= ALIKE and shared > best:
            best, found = shared, place
    return found


def _words(sentence: str) -> frozenset[str]:
    spoken = re.findall(r"[\w']+", sentence.lower().replace("’", "'"))
    return frozenset(_ENDING.sub("", word) for word in spoken if word not in _COMMON)


def _commonest(sentences: Iterable[str]) -> str:
    counts: dict[str, int] = {}
    for sentence in sentences:
        counts[sentence] = counts.get(sentence, 0) + 1
    return min(counts, key=lambda sentence: (-counts[sentence], len(sentence), sentence))
