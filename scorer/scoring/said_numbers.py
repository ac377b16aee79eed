"""Numbers, codes and spelled words that tell who somebody is, in figures, in words or by letters.

    spans("it's oh seven seven double oh nine")     # ((5, 34, "[number]"),)

Three numbers in a row, four figures in a row, however they are joined, or a code of letters and
figures are taken for private. Amounts, times and lengths of time are not: "forty pounds", "10:30",
"10 to 15 days" are what a judgement may rest on.
"""

# ruff: noqa: SIM905 (a list of words is read and edited as text)

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from scorer.scoring import tokens

Hidden = tuple[int, int, str]  # where it begins and ends, and what stands for it
Kind = Literal["figures", "code", "unit", "teen", "ten", "scale", "again", "letter", "spelled"]

NAME, NUMBER = "[name]", "[number]"

_WORDS: dict[str, Kind] = {
    **dict.fromkeys("one two three four five six seven eight nine".split(), "unit"),
    **dict.fromkeys("oh zero nought naught nil".split(), "unit"),
    **dict.fromkeys(
        "ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen".split(),
        "teen",
    ),
    **dict.fromkeys("twenty thirty forty fourty fifty sixty seventy eighty ninety".split(), "ten"),
    **dict.fromkeys("hundred thousand million".split(), "scale"),
    **dict.fromkeys("double triple treble".split(), "again"),
    **dict.fromkeys(
        """
        alpha alfa bravo charlie delta echo foxtrot golf hotel india juliet juliett kilo lima mike
        november oscar papa quebec romeo sierra tango uniform victor whiskey whisky xray yankee zulu
        """.split(),
        "spelled",
    ),
}
_NOTHING = frozenset("oh zero nought naught nil".split())
_TIMES = {"double": 2, "triple": 3, "treble": 3}
_UNITS = (
    r"(?:%|(?:per ?cent|percent|pounds?|quid|pence|p|dollars?|bucks?|cents?|euros?|euro|working"
    r"|business|calendar|seconds?|secs?|minutes?|mins?|hours?|hrs?|days?|nights?|weeks?|months?"
    r"|years?|times|miles?|kilomet(?:re|er)s?|met(?:re|er)s?|people|points?|units?)\b)"
)
_MERIDIEM = r"(?:\s?(?:[ap]\s?\.?\s?m\b\.?|o['’]?clock))"
_AMOUNT = r"\d{1,3}(?:,\d{3}){1,2}(?:\.\d{1,2})?|\d{1,6}(?:\.\d{1,2})?"
_FROM = r"\d{1,3}(?:,\d{3})?(?:\.\d{1,2})?"  # of a range
_CLOCK = r"(?:[01]?\d|2[0-4])[:.][0-5]\d"
#: What looks like such a number and is an ordinary one.
_ORDINARY = re.compile(
    r"(?<![\w])(?<!\d[ .,/–—-])(?:"
    rf"[£$€]\s?(?:{_AMOUNT})(?:\s?(?:-|–|—|to|or)\s?[£$€]?(?:{_AMOUNT}))?"
    rf"|(?:{_AMOUNT})\s?[£€]"
    rf"|(?:(?:{_FROM})(?:\s?(?:-|–|—|to|or)\s?)|\d{{1,2}},?\s)?(?:{_AMOUNT})[\s-]?{_UNITS}"
    rf"|(?:{_CLOCK}|\d{{1,2}}){_MERIDIEM}?\s?[-–—]\s?(?:{_CLOCK}{_MERIDIEM}?|\d{{1,2}}{_MERIDIEM})"
    rf"|(?:{_CLOCK}|\d{{3,4}}(?={_MERIDIEM})){_MERIDIEM}?"
    r"|(?!0)\d{1,2}\.\d{1,2}|\d{3}\.\d"
    r")(?![\w])(?![ .,/–—:-]{1,2}\d)",
    re.IGNORECASE,
)
#: "S for sugar"; "I for one" and "I like ..." are none.
_GLOSSED = r"\b(?:[^\W\d_aiu]\s(?:for|like)|[^\W\d_]\sas\sin)\s[^\W\d_]{2,}\b"
_ITEM = re.compile(
    rf"(?P<short>(?<=[{tokens.APOSTROPHES}])[^\W\d_]+\b|\b[^\W\d_]+(?=[{tokens.APOSTROPHES}]\w))"
    r"|(?P<meridiem>\b(?:[ap]\.\s?m\b\.?|(?<=\d)\s?[ap]\s?m\b))"
    rf"|(?P<glossed>{_GLOSSED})"
    r"|(?P<figures>(?<!\w)\d+(?!\w))"
    r"|(?P<mixed>\w+(?:-\w+)*)",
    re.IGNORECASE,
)
_WITH_FIGURE = re.compile(r"(?=[\w-]*\d)(?=[\w-]*[^\W\d_])[\w-]+")
#: Letters and figures that are no code: "4th", "2pm", "50p", "100mbps", "3-day".
_MEASURED = re.compile(
    r"\d+(?:\.\d+)?-?(?:st|nd|rd|th|am|pm|[kmgpxhdsw]|[kmgt]b(?:ps|it)?|mbps|gbps|kbps|kg|km|cm|mm|ml"
    r"|hrs?|mins?|secs?|ish|s|days?|hours?|weeks?|months?|years?|minutes?|pounds?|euros?|dollars?"
    r"|cents?|miles?|point|star|ply|inch|watt|volt|amp|v|w|a|kwh|bn|percent)(?:-\w+)?"
    r"|covid-\d+|wi-?fi-?\d",
    re.IGNORECASE,
)
_CODE = 4  # letters and figures
_POSTCODE = re.compile(r"\b[a-z]{1,2}\d[a-z\d]?\s*\d[a-z]{2}\b", re.IGNORECASE)
_JOINT = r"[\s.,/\\()\[\]_·•+#:–—−‐‑-]{0,6}"
_SAID_JOINT = r"\b(?:dash|hyphen|slash|stroke|space|uh|um|er|erm)\b"
_JOINED = re.compile(rf"{_JOINT}(?:{_SAID_JOINT}{_JOINT})?", re.IGNORECASE)
_SMALL = "|".join(word for word, kind in _WORDS.items() if kind in ("unit", "teen", "ten"))
_NUMBER_NEXT = re.compile(rf"(?!\.\s){_JOINT}(?:\d|(?:{_SMALL})\b)", re.IGNORECASE)
_NUMBER_BEFORE = re.compile(rf"(?:\d|\b(?:{_SMALL}))(?!\.\s){_JOINT}$", re.IGNORECASE)
_ENDS = re.compile(r"[.?!]\s")
_SECRET = re.compile(
    r"\b(?:pin|cvv|cvc|code|password|passcode|three digits|last (?:three|four))(?: number| digits)?"
    r"(?:\s(?:is|are|was|of)|['’]s)?[\s:,]{1,2}(\d{2,})\b",
    re.IGNORECASE,
)
_BEFORE = re.compile(r"\b(?!I\b|A\b|OK\b)[A-Z]{1,4}[ -]$")
_AFTER = re.compile(r"[ -](?!I\b|A\b|OK\b|[AP]M\b)[A-Z]{1,4}\b(?!['’])")
_FEW = 8  # letters, by which a spelled word shows itself as one
_LONG = 7  # figures that are one number over the end of a sentence


@dataclass(frozen=True, slots=True)
class Item:
    """One figure, number word or letter, as it was said."""

    begin: int
    end: int
    kind: Kind
    word: str


def spans(text: str) -> Iterator[Hidden]:
    """Everything of the kind in a text, in no order; some may overlap."""
    for match in _POSTCODE.finditer(text):
        yield (*match.span(), NUMBER)
    for match in _SECRET.finditer(text):
        yield (*match.span(1), NUMBER)
    yield from _dates(text)
    items = list(_items(text))
    for run in _runs(text, items, over_ends=False):
        yield from _private(text, run, least=4)
    for run in _runs(text, items, over_ends=True):
        if any(_ENDS.search(text[one.end : two.begin]) for one, two in pairwise(run)):
            yield from _private(text, run, least=_LONG)


def _items(text: str) -> Iterator[Item]:
    ordinary = [one.span() for one in _ORDINARY.finditer(text) if _alone(text, *one.span())]
    for match in _ITEM.finditer(text):
        if any(start <= match.start() < end for start, end in ordinary):
            continue
        if match.lastgroup == "glossed":
            yield Item(*match.span(), "spelled", match[0].lower())
        elif match.lastgroup == "figures":
            yield Item(*match.span(), "figures", match[0])
        elif match.lastgroup == "mixed":
            yield from _word_items(match)


def _alone(text: str, begin: int, end: int) -> bool:
    """Whether no other number goes on right before or after an ordinary one."""
    if text[end - 1].isdigit() and _NUMBER_NEXT.match(text, end):
        return False
    return not _NUMBER_BEFORE.search(text, max(0, begin - 20), begin)


def _word_items(match: re.Match[str]) -> Iterator[Item]:
    """The items in a word, or in words joined by hyphens ("forty-two", "s-m-i-t-h")."""
    whole = match[0]
    if _WITH_FIGURE.fullmatch(whole):
        if not _MEASURED.fullmatch(whole) and sum(map(str.isalnum, whole)) >= _CODE:
            yield Item(*match.span(), "code", whole)
            return
        if _MEASURED.fullmatch(whole):
            return
    for part in re.finditer(r"[^\W_]+", whole):
        word = part[0].lower()
        begin, end = match.start() + part.start(), match.start() + part.end()
        kind: Kind | None = _WORDS.get(word)
        if word.isdigit():
            kind = "figures"
        elif len(word) == 1:
            kind = "letter"
        elif _WITH_FIGURE.fullmatch(word) and not _MEASURED.fullmatch(word):
            kind = "letter"  # "Q2" within a code
        if kind:
            yield Item(begin, end, kind, word)


def _runs(text: str, items: Sequence[Item], over_ends: bool) -> Iterator[list[Item]]:
    """Items that follow each other with nothing else between than what joins them."""
    run: list[Item] = []
    for item in items:
        if run and not _goes_on(text, run[-1], item, over_ends):
            yield run
            run = []
        run.append(item)
    if run:
        yield run


def _goes_on(text: str, one: Item, two: Item, over_ends: bool) -> bool:
    between = text[one.end : two.begin]
    if one.kind == "scale" and between.strip().lower() == "and" and two.kind != "letter":
        return True
    return bool(_JOINED.fullmatch(between)) and (over_ends or not _ENDS.search(between))


def _private(text: str, run: Sequence[Item], least: int) -> Iterator[Hidden]:
    """A run where it is long enough, or has a code or a letter explained ("S for sugar") in it."""
    kept = _without_little_words(text, run)
    told = any(one.kind == "code" or " " in one.word for one in kept)
    if not kept or not (told or _enough(kept, least)):
        return
    if all(one.kind in ("letter", "spelled", "again") for one in kept):
        yield kept[0].begin, kept[-1].end, NAME
    else:
        yield _with_initials(text, kept[0].begin, kept[-1].end)


def _with_initials(text: str, begin: int, end: int) -> Hidden:
    """A number with the bracket it begins in and the capitals that go with it: "QQ 12 34 C"."""
    if begin and text[begin - 1] == "(" and ")" in text[begin:end]:
        begin -= 1
    before, after = _BEFORE.search(text, max(0, begin - 6), begin), _AFTER.match(text, end)
    return before.start() if before else begin, after.end() if after else end, NUMBER


def _enough(run: Sequence[Item], least: int) -> bool:
    if _said(run) >= max(3, least - 1):
        return True
    figures = sum(len(one.word) if one.kind == "figures" else 1 for one in run)
    return figures >= least and any(one.kind == "figures" for one in run)


def _said(run: Sequence[Item]) -> int:
    """How many numbers and letters were said: "twenty two" is one, "double two" is two."""
    count, before = 0, None
    for item in run:
        if before is None or not _one_number(before, item):
            count += _TIMES.get(item.word, 1) - 1 if item.kind == "again" else 1
        before = item
    return count


def _one_number(one: Item, two: Item) -> bool:
    """Whether two number words are parts of one number, as in "two hundred and thirty five"."""
    if two.kind == "scale":
        return one.kind in ("unit", "teen", "ten", "scale", "figures") and one.word not in _NOTHING
    if one.kind == "ten":
        return two.kind == "unit" and two.word not in _NOTHING
    return one.kind == "scale" and two.kind in ("unit", "teen", "ten") and two.word not in _NOTHING


def _without_little_words(text: str, run: Sequence[Item]) -> list[Item]:
    """A run without the words at its ends that are only read as letters and numbers: "a", "I",
    "oh, ..." and a "double" with nothing after it."""
    kept = list(run)
    while kept and _little(text, kept):
        del kept[0]
    while kept and (kept[-1].kind == "again" or _only_vowels(kept[: -_FEW - 1 : -1])):
        del kept[-1]
    return kept


def _little(text: str, run: Sequence[Item]) -> bool:
    first = run[0]
    if first.word in ("oh", "o") and text[first.end : first.end + 1] in (",", "!", "."):
        return True
    if first.kind == "again" and len(run) > 1:
        return _only_vowels(run[1 : _FEW + 1])
    return _only_vowels(run)


def _only_vowels(run: Sequence[Item]) -> bool:
    """Whether a run begins with "a" or "I" and no letter that is neither stands beside them."""
    for item in run[:_FEW]:
        if item.kind not in ("letter", "spelled"):
            break
        if item.word not in ("a", "i"):
            return False
    return bool(run) and run[0].word in ("a", "i")


_MONTH = (
    "(?:january|february|march|april|may|june|july|august|september|october|november|december"
    "|jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec)\\.?"
)
_ORDINAL = "first|second|third|fourth|fifth|sixth|seventh|eighth|ninth"
_ORDINALS = (
    rf"(?:twenty|thirty)[ -](?:{_ORDINAL})|twentieth|thirtieth|{_ORDINAL}|tenth|eleventh|twelfth"
    "|thirteenth|fourteenth|fifteenth|sixteenth|seventeenth|eighteenth|nineteenth"
)
_DAY = rf"(?:(?:the )?(?:\d{{1,2}}(?:st|nd|rd|th)?|{_ORDINALS}))"
_YEAR = (
    r"(?:(?:19|20)\d\d|['’]?\d\d(?!\d|:|[ap]m)"
    rf"|(?:nineteen|twenty|eighteen)(?:[ -](?:hundred|{_SMALL})){{1,2}}"
    rf"|two thousand(?: and)?(?: (?:{_SMALL})){{0,2}}|(?:{_SMALL})(?:[ -](?:{_SMALL}))?)"
)
_DAY_MONTH = rf"(?:{_DAY}(?: of)? {_MONTH}|{_MONTH} {_DAY})"
_FULL_DATE = re.compile(rf"\b{_DAY_MONTH}[\s,]{{1,2}}{_YEAR}\b", re.IGNORECASE)
_BIRTH = re.compile(
    rf"\b(?:born|birth|birthday|d\.?o\.?b\.?)\b.{{0,30}}?\b({_DAY_MONTH}|\d{{1,2}}[/.-]\d{{1,2}})\b",
    re.IGNORECASE,
)


def _dates(text: str) -> Iterator[Hidden]:
    """Dates with their year, which are mostly of birth, and any date right after such a word."""
    for match in _FULL_DATE.finditer(text):
        yield (*match.span(), NUMBER)
    for match in _BIRTH.finditer(text):
        yield (*match.span(1), NUMBER)
