"""Names written in small letters, as many recognisers write them: they show by how people are
introduced, addressed and spoken of, since no capital shows them.

    bearers("my wife is called maria gonzalez")     # ((17, 22), (23, 31))

No list of names is used here either (see `names`). What follows "this is", "thanks" or "my wife"
is a name unless it is known as a plain word of English; what follows "my name is" or "mister" is
one unless it could not be. So a rare word may be taken for a name, which costs a judge one word,
rather than a name for a rare word.
"""

# ruff: noqa: SIM905 (a list of words is read and edited as text)

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from functools import cache

from scorer.call import Turn
from scorer.paths import shipped
from scorer.scoring import tokens, vocabulary
from scorer.scoring.sentences import EVERYDAY

Span = tuple[int, int]

WORD = re.compile(
    rf"[^\W\d_](?:[^\W\d_]|[{tokens.MARKS}])*"
    rf"(?:[{tokens.APOSTROPHES}][^\W\d_](?:[^\W\d_]|[{tokens.MARKS}])*)*"
)
_S = rf"(?:[{tokens.APOSTROPHES}]?s| is| was| would be)"
_PEOPLE = (
    "wife|husband|partner|fianc[eé]e?|girlfriend|boyfriend|son|daughter|mother|father|mum|mom|dad"
    "|mam|nan|gran|grandma|grandad|grandmother|grandfather|sister|brother|aunt|auntie|uncle|cousin"
    "|niece|nephew|friend|neighbou?r|colleague|manager|supervisor|boss|carer|nurse|landlord"
    "|landlady|solicitor|secretary|assistant|lady|gentleman|man|woman|guy|girl|lad|chap|person"
)
#: What follows is a name, whatever word it is, but for those that cannot be.
_SURE = re.compile(
    rf"\b(?:name{_S}|named|(?:(?:{_PEOPLE}) (?:is |was |{_S} )?called))[\s,:]+", re.IGNORECASE
)
#: What follows is a name if it is no plain word.
_PERHAPS = re.compile(
    r"\b(?:this is|i['’]?m|i am|it['’]?s|it is|that['’]?s|that is|here['’]?s|here is"
    r"|is (?:that|this)|call me|(?:is|was|who['’]s|are) called|(?:sur)?names?"
    r"|sp(?:eak|eaking|oke|oken) (?:to|with)|talk(?:ed|ing)? (?:to|with)|ask(?:ed)? for"
    r"|(?:told|sent|helped|served) by|hi|hello|hey|hiya|dear|thanks|thank you"
    r"|thank you (?:so|very) much|morning|afternoon|evening|bye|goodbye|okay|ok|right|sorry"
    rf"|please|cheers|(?:{_PEOPLE})(?:{_S})?)[\s,:]+",
    re.IGNORECASE,
)
_TITLED = re.compile(
    rf"(?P<before>\b\w+ )?\b(?:{'|'.join(sorted(vocabulary.TITLES))})\b\.?\s+", re.IGNORECASE
)
#: Titles that are nothing else: what follows them is a name.
_ONLY_TITLES = re.compile(r"\b(?:mr|mrs|ms|mx|dr|prof|mister|missus)\b\.?\s+$", re.IGNORECASE)
_ARTICLES = frozenset("the a an my your his her their our this that any".split())
#: Who has just said their name: "maria here".
_SPEAKS = re.compile(
    rf"(?<!\w)(?P<name>{WORD.pattern}) (?:speaking|here|calling)\b"
    rf"|\bit{_S} (?P<from>{WORD.pattern}) from\b",
    re.IGNORECASE,
)
#: What is said of a name and is none: "the name is spelled wrong".
_OF_NAMES = frozenset(
    """
    spelled spelt misspelled misspelt wrong correct incorrect right different missing same listed
    written pronounced called under down like double quite pretty difficult hard long short common
    unusual changed changing misspelling there here mispronounced given taken used
    """.split()
)
_LONGEST = 4  # words of a name
_BETWEEN = re.compile(r"[\s,-]+")
_AND = frozenset(("and", "or"))
#: How words end that are no names, whatever they begin with.
_PLAIN_ENDS = re.compile(
    r"\w{3}(?:ous|ously|ful|fully|less|able|ably|ible|ibly|tion|tions|sion|sions|ness|ingly|edly"
    r"|ically|ment|ments|ised|ized|ising|izing|ality|ility|ations?)$"
)


@cache
def _plain_words() -> frozenset[str]:
    """Words written in small letters by who writes names with a capital."""
    written = shipped("scoring/plain_words.txt").read_text(encoding="utf-8")
    return frozenset(written.split()) | EVERYDAY


def plain(word: str) -> bool:
    """Whether a word (as `tokens.bare` gives it) is known to be nobody's name."""
    word = word.removesuffix("'s")
    if word.partition("'")[0] in ("i", "you", "we", "they", "it", "that", "there", "what", "who"):
        return True
    known = _plain_words()
    if word in known or len(word) == 1 or _PLAIN_ENDS.match(word):
        return True
    return any(
        word.endswith(end) and (word[: -len(end)] in known or word[: -len(end)] + "e" in known)
        for end in ("s", "es", "ed", "ing", "ly", "n't")
    )


def heard(turns: Sequence[Turn]) -> frozenset[str]:
    """The names that anybody is given in a call in small letters, word by word."""
    return frozenset(
        word.removesuffix("'s")
        for turn in turns
        for start, end in bearers(turn.text)
        for word in [tokens.bare(turn.text[start:end])]
    )


def bearers(text: str) -> tuple[Span, ...]:
    """Each word of a name that stands where people say names."""
    words = [match.span() for match in WORD.finditer(text)]
    found = {*_after(text, words, _SURE, sure=True), *_after(text, words, _PERHAPS, sure=False)}
    for match in _TITLED.finditer(text):
        only = bool(_ONLY_TITLES.search(match[0]))
        before = (match["before"] or "").strip().lower()
        if only or not (before in _ARTICLES or before in vocabulary.BEFORE_VERBS):
            found.update(_name(text, words, match.end(), sure=only))
    for match in _SPEAKS.finditer(text):
        span = match.span("name") if match["name"] else match.span("from")
        word = tokens.bare(text[slice(*span)])
        if not plain(word) and word not in _AND:
            found.add(span)
    return tuple(sorted(found))


def _after(
    text: str, words: Sequence[Span], introduction: re.Pattern[str], sure: bool
) -> Iterator[Span]:
    # Found at every place, since one may stand within another ("hello this is maria").
    at = 0
    while match := introduction.search(text, at):
        yield from _name(text, words, match.end(), sure)
        at = match.start() + 1


def _name(text: str, words: Sequence[Span], begin: int, sure: bool) -> list[Span]:
    """The words of the name that begins at a place of the text, and of one joined to it by "and";
    none where no name does."""
    first = bisect_left(words, (begin, 0))
    ahead = words[first : first + 3 * _LONGEST]
    ahead = [span for span in ahead if tokens.bare(text[slice(*span)]) not in vocabulary.FILLERS]
    found: list[Span] = []
    joints: list[Span] = []
    for place, span in enumerate(ahead):
        gap = text[ahead[place - 1][1] if place else begin : span[0]]
        word = tokens.bare(text[slice(*span)])
        if (place and not _BETWEEN.fullmatch(gap)) or len(found) == _LONGEST:
            break
        if word in vocabulary.NAME_JOINTS or (found and word in _AND):
            joints.append(span)
        elif word in vocabulary.TITLES:
            continue
        elif _may_be(word, sure and not found, _next(text, ahead, place)):
            found += [*(one for one in joints if _joins(text, one)), span]
            joints = []
        else:
            break
    return found


def _joins(text: str, span: Span) -> bool:
    return tokens.bare(text[slice(*span)]) not in _AND


def _next(text: str, words: Sequence[Span], place: int) -> str:
    return tokens.bare(text[slice(*words[place + 1])]) if place + 1 < len(words) else ""


def _may_be(word: str, sure: bool, following: str) -> bool:
    """Whether a word may be a name where one is looked for, by what it is and what follows it."""
    if not plain(word) and word not in vocabulary.NAMES_AND_WORDS:
        return True
    also_a_word = word in vocabulary.NAMES_AND_WORDS and word not in vocabulary.NO_NAMES
    if sure:
        return also_a_word or (word not in EVERYDAY and word not in _OF_NAMES)
    return also_a_word and bool(following) and not plain(following)  # "will baker"
