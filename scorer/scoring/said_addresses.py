"""Addresses of e-mail and of pages, as they are written and as they are said.

spans("john dot smith at gmail dot com")     # ((0, 31, "[address]"),)
"""

# ruff: noqa: SIM905 (a list of words is read and edited as text)

from __future__ import annotations

import re
from collections.abc import Iterator

from scorer.scoring.sentences import EVERYDAY

ADDRESS = "[address]"

_ENDS = "com|org|net|edu|gov|info|biz|io|co|uk|eu|de|fr|es|it|nl|ie|us|ca|au|nz|in|za|me|tv|app"
_WRITTEN = re.compile(
    r"(?<![\w.+%'-])[\w.+%'-]++@[\w-]+(?:\.[\w-]+)+|@\w+"
    r"|\b(?:https?://|www\.)[^\s,;)]*\w"
    rf"|(?<![\w.-])[\w-]++(?:\.[\w-]++)*\.(?:{_ENDS})\b(?:/[\w/.?=&-]*\w)?",
    re.IGNORECASE,
)
_JOINTS = frozenset("dot point underscore score dash hyphen minus plus slash".split())
_DOT = r"(?:\s?\.\s?|\s(?:dot|point)\s)"
_PART = r"[\w+-]++"
_PROVIDERS = "gmail|googlemail|hotmail|outlook|yahoo|icloud|aol|protonmail|btinternet|live|msn"
#: "at gmail dot com" and the like; what stands before "at" is looked for backwards.
_HOST = re.compile(
    rf"(?:\sat\s|\s?@\s?)(?:{_PART}(?:{_DOT}{_PART})*{_DOT}(?:{_ENDS})\b(?:{_DOT}(?:{_ENDS})\b)?"
    rf"|(?!(?:the|a|an)\s){_PART}(?:\sdot\s{_PART})+|(?:{_PROVIDERS})\b)",
    re.IGNORECASE,
)
_PART_BEFORE = re.compile(r"[\w+'-]+(?:\.[\w+'-]+)*")
_SITE = re.compile(
    rf"\b(?:w\s?w\s?w|double u double u double u)\sdot\s{_PART}"
    rf"(?:\s(?!dot\s){_PART}(?=\sdot\s))?(?:\sdot\s{_PART})*"
    rf"|(?<!\sdot\s)(?<![\w+-]){_PART}(?:\sdot\s{_PART})*\sdot\s(?:{_ENDS})\b"
    rf"(?:\sdot\s(?:{_ENDS})\b)?",
    re.IGNORECASE,
)
_BACK = 5  # words of what stands before "at", where nothing joins them
_FURTHEST = 100  # letters
_NOT_BEFORE = EVERYDAY | frozenset(
    "email mail e-mail address addresses write wrote send sent written reach reached me him called "
    "account under online dot".split()
)


def spans(text: str) -> Iterator[tuple[int, int, str]]:
    """Every address in a text, in no order; some may overlap."""
    for pattern in (_WRITTEN, _SITE):
        for match in pattern.finditer(text):
            yield (*match.span(), ADDRESS)
    for match in _HOST.finditer(text):
        begin = _begins(text, match.start())
        if begin < match.start():
            yield begin, match.end(), ADDRESS


def _begins(text: str, end: int) -> int:
    """Where the part before "at" begins: words joined by "dot" and the like, or else those that
    are not everyday words. The one right before it always belongs to it."""
    before = list(_PART_BEFORE.finditer(text, max(0, end - _FURTHEST), end))
    begin, joined = end, True
    for count, match in enumerate(reversed(before)):
        word = match[0].lower()
        if text[match.end() : begin].strip():
            break
        if word in _JOINTS:
            joined = True
        elif joined or (word.partition("'")[0] not in _NOT_BEFORE and count < _BACK):
            joined = False
        else:
            break
        begin = match.start()
    return begin
