"""Which time a promise names: in its own clause, in one beside it, or in a later answer."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache

from scorer.call import Turn
from scorer.outcome import promise_grammar as grammar
from scorer.outcome import promise_signs as signs
from scorer.outcome import when as times
from scorer.outcome.clauses import Clause, Talk
from scorer.outcome.when import When

_NEAR = 5  # turns: how far back a day that was agreed is looked for
_BEFORE = 240  # characters before a time that can tell what it is the time of
_SHORT = 8  # words of a question about a time
_LATEST = re.compile(r", (?:by|within|before|no later than) $", re.IGNORECASE)
_AND = re.compile(r"(?:, )?(?:and|but|or|otherwise) ")
_LASTS = re.compile(r"\b(?:for|until|till|since|last|past|ago|every|each)\s+$", re.IGNORECASE)
_IT_IS_THEN = re.compile(r"\W*(?:it is|it'll be|then)\b", re.IGNORECASE)
_BOOKED = re.compile(
    r"^\W*(?:\w+\W+)?that's you (?:\w+ )?(?:booked|down|in)\W+(?:for )?$", re.IGNORECASE
)
_DOWN_FOR = re.compile(r"\b(?:down|booked|in) for (?:the )?$", re.IGNORECASE)
#: What was, and what the customer does.
_PAST = re.compile(
    r"(?<![^ ])(?:was|were|had|did|have|has|said|told|[a-z]{2,}ed|rang|came|went|sent|until|"
    r"till|will|going to|[a-z]{3,}ing) "
)
_WAS = re.compile(
    r"\b(?:was|were|had|did|came|rang|called|went|sent|said|told|(?!promised|booked|scheduled|"
    r"moved)\w{3,}ed|thought|afraid|knew|heard|worried|feared|guess|suppose|imagine|dread\w*)\b"
    r"[^.?!]*$",
    re.IGNORECASE,
)
#: Of what has been, as customers tell it.
_BROKE = re.compile(
    r"\b(?:broke|left|gave|took|lost|bought|paid|spoke|fell|began|found|last)\b[^.?!]*$",
    re.IGNORECASE,
)
_FAREWELL = re.compile(
    r"(?:^|[.,!?] |\bthen |\bfor you )see you (?:on |next )?$|\bhave a \w+ $", re.IGNORECASE
)
_YOU = re.compile(r"(?:(?:and|so|then|okay|but|,) )*(?:you|if|when) ")
_STAYS = re.compile(r"\b(?:until|till|since|last|every|each)\s+$", re.IGNORECASE)
_KEEPS = re.compile(
    r"\b(?:hold|keep|reserve|save|have|has)\b[^.?!]*\b(?:until|till|for)\s+$|"
    r"\bnot\b[^.?!]*\buntil\s+$|\b(?:wait|allow|give (?:it|us|me))(?: for| until|"
    r" till)?\s+$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Named:
    """A time and the turn it stands in; `joined`: as a clause of its own ("when he's done");
    `lent`: by the clause beside."""

    turn: int
    when: When
    joined: bool = False
    lent: bool = False


@lru_cache(maxsize=1024)
def found(text: str) -> tuple[When, ...]:
    """The times in a text that tell when something will be, not how long it lasts."""
    return tuple(when for when in times.find(text) if when.vague or not _lasts(text, when))


def _lasts(text: str, when: When) -> bool:
    """ "For two weeks", "until one"; but "I'll hold it until Friday" is a time to keep."""
    lasts = _LASTS if when.pieces[0].kind == "span" else _STAYS
    near = when.start - _BEFORE
    if _FAREWELL.search(text, near, when.start):
        return True
    stays = lasts.search(text, near, when.start)
    return bool(stays) and not _KEEPS.search(text, near, when.start)


def time_of(
    talk: Talk, spoken: Sequence[Clause], number: int, *, alone: bool = False
) -> Named | None:
    """The telling time of a clause, from its own words or, unless `alone`, those beside it."""
    clause = spoken[number]
    text = talk.turns[clause.turn].text
    own = _telling(text, clause)
    if (own is not None and not own.vague) or alone:
        return Named(clause.turn, own) if own is not None else None
    event = _event(text, spoken, number)
    if own is not None and not own.at_once:
        return Named(clause.turn, own)
    beside = (_before(text, spoken, number), _after(text, spoken, number))
    named = [Named(clause.turn, at, lent=True) for at in beside if at is not None]
    firm = next((at for at in named if not at.when.vague), None)
    if own is not None:
        return firm or Named(clause.turn, own)
    return event or firm or next(iter(named), None)


def _telling(text: str, clause: Clause) -> When | None:
    """The first time of a clause that a calendar holds, else a vague one."""
    named = [when for when in found(text) if clause.start <= when.start < clause.end]
    return next((when for when in named if not when.vague), named[0] if named else None)


def _event(text: str, spoken: Sequence[Clause], number: int) -> Named | None:
    """A time told by what happens: "I'll text you | when he's done"."""
    clause = spoken[number]
    for place in (number + 1, number - 1):
        if 0 <= place < len(spoken):
            near = spoken[place]
            follows = place < number or not _AND.match(near.lead)
            if near.kind == "time" and near.sentence == clause.sentence and follows:
                firm = _telling(text, near)
                if (
                    firm is not None
                    and (  # "before I leave"; "as soon as it's here, by Friday"
                        firm.pieces[0].kind == "end" or _LATEST.search(text[: firm.start])
                    )
                ):
                    return Named(clause.turn, firm)
                words = text[near.start : near.end].strip(" ,.;!?")
                start = text.index(words, near.start)
                return Named(clause.turn, When(words, start, start + len(words), ()), True)
    return None


def _before(text: str, spoken: Sequence[Clause], number: int) -> When | None:
    """ "Tomorrow morning, | I'll call you"."""
    if number == 0 or spoken[number - 1].sentence != spoken[number].sentence:
        return None
    near = spoken[number - 1]
    at = _telling(text, near)
    if at is None:
        return None
    around = text[near.start : at.start] + text[at.end : near.end]
    if not near.headed and len(re.findall(r"\w+", around)) <= 3:
        return at
    # "he's near you on Friday, | I'll send him in": what is, not what was or will be
    elsewhere = at.vague or at.elsewhere or _PAST.search(near.plain) or _YOU.match(near.plain)
    return None if elsewhere else at


def _after(text: str, spoken: Sequence[Clause], number: int) -> When | None:
    """ "I'll get that changed. | It takes two days."; "I'll see to it | that it's done today"."""
    sees_to = re.search(r"(?<![^ ])(?:make sure|see to it|ensure) $", spoken[number].plain)
    if number + 1 < len(spoken) and (sees_to or spoken[number + 1].lead == "that "):
        return _telling(text, spoken[number + 1])
    if re.search(r"(?<![^ ])(?:now|as we speak) ", spoken[number].body):
        return None
    for near in spoken[number + 1 : number + 3]:
        at = _telling(text, near)
        if grammar.ACTS.match(near.body):
            return None
        if at is not None and near.kind == "main" and signs.GIVES_TIME.match(near.plain):
            lead = text[near.start : at.start]
            return at if len(lead.split()) <= 7 else None
        if near.headed and near.kind == "main":
            return None
    return None


def answered(talk: Talk, first: int, end: int) -> Named | None:
    """A time given later, from `end` in turn `first`: "I'll call you back." "When?" "By Friday."

    Or one that the customer names and the agent affirms: "By Friday?" "Yes." """
    asked, named = False, None
    for place, turn in enumerate(talk.turns[first : first + 6], first):
        begin = end if place == first else 0
        plain = talk.plain(place, begin)
        if turn.by_customer:
            asked = asked or bool(signs.ASKS_WHEN.search(plain))
            named = _asked_about(place, turn.text[begin:])
        if turn.by_agent and place > first:
            firm = told(talk, place) if asked or named else None
            if firm is not None:
                return firm
            if named is not None and signs.AFFIRMS.match(plain):
                return named
    return None


def told(talk: Talk, place: int) -> Named | None:
    """The first firm time in an answer that is of no act of its own."""
    for clause in talk.clauses[place]:
        firm = _telling(talk.turns[place].text, clause)
        if firm is not None and not firm.vague and not grammar.ACTS.match(clause.body):
            return Named(place, firm)
    return None


def _asked_about(place: int, text: str) -> Named | None:
    """The one firm time of a short question: "This Friday?" """
    firm = [when for when in found(text) if not when.vague]
    short = text.rstrip().endswith("?") and len(text.split()) <= _SHORT
    return Named(place, firm[0]) if short and len(firm) == 1 else None


def settled_on(talk: Talk, place: int) -> Named | None:
    """A time that the agent confirms after an offer in turn `place`: "Friday it is"."""
    later = [i for i in range(place + 1, min(place + 4, len(talk.turns))) if talk.turns[i].by_agent]
    for turn in later[:1]:
        text = talk.turns[turn].text
        firm = next((when for when in found(text) if not when.vague), None)
        if firm is None:
            continue
        first = len(text[: firm.start].split()) <= 2 or _BOOKED.search(text[: firm.start])
        if first or _IT_IS_THEN.match(text, firm.end) or _DOWN_FOR.search(text[: firm.start]):
            rest = [w for w in found(text) if w.start > firm.end and times.hour_alone(w)]
            close = rest and len(text[firm.end : rest[0].start].split()) <= 4
            return Named(turn, rest[0] if close else firm)
    return None


def _only_told(turn: Turn, when: When) -> bool:
    """Whether a day is told of what was, or was thought or feared: nobody agreed on it."""
    lead = " ".join(turn.text[: when.start].split()[-6:])
    return bool(_WAS.search(lead) or (turn.by_customer and _BROKE.search(lead)))


def agreed_day(talk: Talk, at: Named, said: datetime) -> tuple[date | None, str | None]:
    """The day, and the part of it, that an hour alone belongs to, where named shortly before."""
    if not times.hour_alone(at.when):
        return None, None
    for place in range(at.turn, max(-1, at.turn - _NEAR), -1):
        text = talk.turns[place].text
        named = [
            when
            for when in found(text)
            if (times.has_one_day(when) or times.part_of(when))
            and not _only_told(talk.turns[place], when)
            and (place < at.turn or when.end <= at.when.start)
        ]
        if named and (place == at.turn or len(text.split()) <= 20):
            due = times.due(named[-1], said)
            return date.fromisoformat(due[:10]) if due else None, times.part_of(named[-1])
    return None, None
