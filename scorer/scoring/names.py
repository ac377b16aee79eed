"""Who is addressed how: the names heard in a call, and the agent's use of them (S4).

No list of names is used, so none is known better than another: a name is what stands, with a
capital, where people say names ("my name is ...", "Mr ...", "thank you, ...").
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from scorer.call import Turn
from scorer.scoring import tokens, vocabulary

Naming = Literal["title", "first_name_invited", "first_name_uninvited"]

_TITLE = rf"(?:{'|'.join(sorted(title.capitalize() for title in vocabulary.TITLES))})\b\.?"
_LETTER = rf"[\w{tokens.APOSTROPHES}{tokens.MARKS}]"
# A capital and then a letter that is none, somewhere: no "IBAN". Each part can be read in one way
# only, so that no name takes long.
_NAME = (
    rf"(?!{_TITLE}){tokens.JOINTS}{tokens.ELIDED}?(?={_LETTER}*[^\W\d_A-Z])"
    rf"[^\W\d_a-z]{_LETTER}*(?:-{_LETTER}+)*"
)
_FULL = rf"({_NAME}(?: {_NAME}){{0,2}})"
_GIVES = re.compile(
    r"\b(?i:my name is|my name['’]?s|name is|the name['’]s|this is|i['’]m|i am|it['’]s|it is"
    rf"|call me|speaking (?:to|with)|is (?:that|this))[ ,]+(?:{_TITLE} )?{_FULL}"
)
# "Am I speaking with ...": the name that follows is the other's, not one's own.
_ASKS = re.compile(r"(?i:speaking (?:to|with)|is (?:that|this))")
_SPEAKING = re.compile(rf"\b{_FULL}(?: here\b| speaking\b)")
_TITLED = re.compile(rf"\b(?i:{_TITLE})[ ]+({_NAME})")
# Said to their face, whatever a recogniser made of the name: "Okay, Mr. Buffy, I'll ...".
_TO_THEM = re.compile(
    r"(?:^|[.?!] )(?:(?i:ah|oh|so|now|and|okay|ok|right|well|sure|all right|alright|yes|yeah|no"
    r"|lovely|great|perfect|sorry|thank you|thanks|hello|hi|bye|goodbye"
    r"|(?:good )?(?:morning|afternoon|evening)),? )*"
    rf"((?i:{_TITLE})[ ]+{_NAME})(?=[,.?!;]|$)"
)
_AFTER_TITLE = re.compile(rf"\b{_TITLE} ?$")
_VOCATIVE = re.compile(
    r"\b(?i:thank you|thanks|hi|hello|okay|ok|right|sorry|please|morning|afternoon|evening|perfect"
    r"|understand|lovely|great|bye|goodbye|welcome|sure|all right|alright|that|you|day|problem)"
    rf"(?:(?i: so much| very much))?,[ ]+({_NAME})(?=[,.?!;]|$)"
    rf"|\b(?i:thank you|thanks|hi|hello|morning|afternoon|evening|goodbye),?[ ]+({_NAME})"
    r"(?=[,.?!;]|$)"
    rf"|(?:^|[.?!] )(?i:okay|ok|right|well|sure|all right|alright|yeah|yes) ({_NAME}),"
)
_INVITES = re.compile(
    r"(?i:\b(?:calls? me|you can call me|(?:just|please) call me|please use my first name)\b"
    r"|\bfirst name(?:['’]s| is)? (?:is )?(?:fine|okay|ok)\b)"
)
_ASKS_LEAVE = re.compile(
    r"(?i:\b(?:may|can|could|is it okay if|do you mind if|all right if|shall) i (?:call you"
    r"|use your first name|address you)|\bi call you\b"
    r"|\bwhat (?:should|may|can|would you like me to|do you prefer) .{0,20}call)"
)
_AGREES = re.compile(
    r"(?i:\b(?:yes|yeah|sure|of course|please do|that['’]s fine|fine|go ahead|okay)\b)"
)


_SAME = 3  # letters


@dataclass(frozen=True, slots=True)
class Address:
    """The agent speaks to the customer by title or by name, at `turn.text[start:end]`."""

    turn: int
    start: int
    end: int
    naming: Naming


def heard(turns: Sequence[Turn]) -> frozenset[str]:
    """Every name heard in a call, word by word, in lower case and without accents."""
    found = set[str]()
    for turn in turns:
        for pattern in (_GIVES, _SPEAKING, _TITLED, _VOCATIVE):
            for match in pattern.finditer(turn.text):
                found.update(_words(next(filter(None, match.groups()))))
    return frozenset(found)


def _given(turns: Iterable[Turn]) -> Iterator[tuple[str, str]]:
    """Each name that somebody gives as their own, and the words that it was given in."""
    for turn in turns:
        for pattern in (_GIVES, _SPEAKING):
            for match in pattern.finditer(turn.text):
                for word in _words(match[1]):
                    yield word, match[0]


def addressed(turns: Sequence[Turn]) -> tuple[Address, ...]:
    """Each time that an agent addresses the customer by title and surname or by a first name.

    A first name is invited once the customer offers it ("call me ..."), agrees when asked, or
    gives nothing else when asked for a name.
    """
    agents, customers = (
        _given(t for t in turns if t.by_agent),
        _given(t for t in turns if t.by_customer),
    )
    own = {word for word, said in agents if not _ASKS.search(said)}
    given = {word for word, _ in customers}
    own -= given  # two people can have one name
    found: list[Address] = []
    invited = False
    asked_leave = False
    for place, turn in enumerate(turns):
        if turn.by_customer:
            invited = invited or bool(_INVITES.search(turn.text)) or _first_only(turn.text)
            invited = invited or (asked_leave and bool(_AGREES.search(turn.text)))
            asked_leave = False
        elif turn.by_agent:
            asked_leave = bool(_ASKS_LEAVE.search(turn.text))
            found += [Address(place, *span, "title") for span in _titles(turn.text, given)]
            naming: Naming = "first_name_invited" if invited else "first_name_uninvited"
            spans = _first_names(turn.text, given, own)
            if place == 0:  # "Good morning, Lakeview": the company, before anybody gave a name
                spans = [(a, b) for a, b in spans if tokens.bare(turn.text[a:b]) in given]
            found += [Address(place, *span, naming) for span in spans]
    return tuple(found)


def _titles(text: str, given: set[str]) -> list[tuple[int, int]]:
    """Titles with a surname, not of somebody else where the customer gave theirs."""
    begun = {_begins(word) for word in given}
    theirs = {one.span(1) for one in _TO_THEM.finditer(text)}
    return [
        one.span()
        for one in _TITLED.finditer(text)
        if not given or one.span() in theirs or begun & set(map(_begins, _words(one[1])))
    ]


def _first_names(text: str, given: set[str], own: set[str]) -> list[tuple[int, int]]:
    spans = [
        match.span(group)
        for match in _VOCATIVE.finditer(text)
        for group in (1, 2, 3)
        if match[group] and _words(match[group])
    ]
    starts = re.finditer(rf"(?:^|[.?!,] )({_NAME})(?=[,.?!])", text)
    spans += [
        match.span(1)
        for match in starts
        if tokens.bare(match[1]) in given and not _AFTER_TITLE.search(text[: match.start(1)])
    ]
    spans = sorted(set(spans))  # one name may stand in two of these places
    return [(begin, end) for begin, end in spans if tokens.bare(text[begin:end]) not in own]


def _first_only(text: str) -> bool:
    """Whether the customer introduced themself by one name alone."""
    return any(
        " " not in match[1].strip() and _words(match[1]) and not _TITLED.search(match[0])
        for match in _GIVES.finditer(text)
        if re.match(r"(?i:my name|name is|the name|it['’]s|it is|this is|i['’]m)", match[0])
    )


def _begins(word: str) -> str:
    """What a name has in common with itself as a recogniser hears it the next time: "Benny", said
    by its bearer, and "Mr. Bennett"."""
    return word[:_SAME]


def _words(name: str) -> list[str]:
    return [
        word.removesuffix("'s")
        for word in re.split(r"[ -]", tokens.bare(name))
        if len(word) > 1 and word.partition("'")[0] not in vocabulary.NO_NAMES  # "I'm speaking"
    ]
