"""The runs of words by which a sentence is known (see `phrases`): as they are, and by their kind.

    set(runs("i rang on friday"))   # "rang", "rang on", ... and "~ ring on <day>", ...

By kind a verb stands in its dictionary form, and a day, a month or a number stands for any other,
so that what was learned of "rang on Friday" holds for "ring on Monday" as well.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from scorer.scoring.lemmas import base

_AS_THEY_ARE, _BY_KIND = 2, 3  # words in a row
_KINDS = {
    "<day>": "monday tuesday wednesday thursday friday saturday sunday",
    "<month>": "january february march april june july august september october november december",
    "<number>": "two three four five six seven eight nine ten eleven twelve thirteen fourteen "
    "fifteen sixteen twenty thirty forty fifty sixty hundred",
    "<nth>": "second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth "
    "thirteenth fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth twentieth",
    "<long>": "day days week weeks fortnight month months year years",
    "<short>": "minute minutes hour hours",
}
_KIND = {word: kind for kind, words in _KINDS.items() for word in words.split()}
_NTH = re.compile(r"\d+(?:st|nd|rd|th)$")
_ENDINGS = ("ing", "ed", "es", "s")
_STEM = 3  # letters that a word keeps at least


def runs(plain: str) -> Iterator[str]:
    """Every run of words of a sentence in plain words; one that occurs twice comes twice."""
    words = ["^", *plain.split(), "$"]
    yield from _in_a_row(words, _AS_THEY_ARE, "")
    yield from _in_a_row([_kind(word) for word in words], _BY_KIND, "~")


def _in_a_row(words: Sequence[str], most: int, mark: str) -> Iterator[str]:
    for length in range(1, most + 1):
        for first in range(len(words) - length + 1):
            yield mark + " ".join(words[first : first + length])


@lru_cache(maxsize=20_000)
def _kind(word: str) -> str:
    if word in _KIND:
        return _KIND[word]
    if word.isdigit():
        return "<number>"
    if _NTH.match(word):
        return "<nth>"
    known = base(word)
    if known != word:
        return known
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= _STEM:
            return word[: -len(ending)]
    return word
