"""A promise said twice is one: the fuller saying is kept, in the place of the first."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from scorer.call import CUSTOMER
from scorer.outcome.promise_entry import Entry

_COMMON_WORDS = (
    "a an the i we you he she they it that this and or to of for with on in at by be is are will "
    "have get our your my us me them all myself before after about around "  # and hours:
    "one two three four five six seven eight nine ten eleven twelve"
)
_COMMON = frozenset(_COMMON_WORDS.split(" "))
#: "Send it", "you'll have it", "they will": a thing that was named before.
_SAME_THING = re.compile(
    r"^(?:you\S* (?:\w+ )?\w+|\w+) (?:it|that|them|those|these)\b|^(?:it|that|this|they|those|"
    r"these|he|she)\b",
    re.I,
)
#: "It'll be there by Friday": the time of what was promised before.
_TAKES_UP = re.compile(
    r"(?:and )?can be (?:there|with you)\b|(?:he|she|they) (?:can|could) (?:come|be|call)\b|"
    r"(?:it|that|this|they|those|these)(?:'\w+| will|"
    r" should| is| are)? (?:be(?:$| (?:there|with you|in|on|back|done|ready|out))|"
    r"arrive|land|reach you|show|go(?:ing)? out|take|come|get to you)\b",
    re.I,
)
#: "The tickets drop at noon | and I'll grab you two": who acts says more than what happens.
_OWN = ("own", "own_ing", "cleft")
_LOOSE = ("whatever", "present", "goes", "meant")
#: What hardly says what: "it'd be between", "he's on his way".
_THIN = re.compile(
    r"^(?:it|that|this)\S*(?: \w+)?(?: be| come)?\b(?! (?:sent|posted|with you|repaired|"
    r"delivered|done))|\bon (?:his|her|its|their|the) way$",
    re.I,
)


def each_once(found: Sequence[Entry]) -> list[Entry]:
    """A promise said twice is one: the fuller saying is kept, in the place of the first."""
    kept: list[Entry] = []
    for one in found:
        twin = next((i for i, other in enumerate(kept) if _same(other, one)), None)
        if twin is None:
            kept.append(one)
        elif _TAKES_UP.match(one.promise.what):
            kept[twin] = _with_time(kept[twin], one)
        elif _fuller(one, kept[twin]):
            kept[twin] = one
    return kept


def _with_time(first: Entry, second: Entry) -> Entry:
    """The first promise with the time that the second names: "It'll be there by Friday"."""
    if not first.undated or second.undated:
        return first
    when, due = second.promise.when, second.promise.due
    promise = replace(first.promise, when=when, due=due, vague=False)
    return replace(first, promise=promise, at=second.at)


def _fuller(second: Entry, first: Entry) -> bool:
    """Whether it names a time where the first named none, or an hour where that named a day, or
    says more of what."""
    a, b = first.promise, second.promise
    if first.undated:
        return b.when is not None
    if a.when != b.when:
        return len(b.due or "") > len(a.due or "")
    if _thin(a.what) != _thin(b.what):
        return _thin(a.what)
    if first.lent != second.lent:
        lent, owner = (first, second) if first.lent else (second, first)
        if lent.form in _OWN and owner.form in _LOOSE:
            return lent is second
        return first.lent and not _SAME_THING.search(b.what)
    return len(_telling_words(b.what)) > len(_telling_words(a.what))


def _thin(what: str) -> bool:
    """Whether it hardly says what: "it'd be between", "he's on his way"."""
    return bool(_THIN.search(what))


def _same(first: Entry, second: Entry) -> bool:
    """Whether two sayings are one promise: of the same side, thing and time as far as named."""
    a, b = first.promise, second.promise
    one_turn = a.evidence.turn == b.evidence.turn
    if one_turn and first.lent != second.lent and _starts(first) == _starts(second) is not None:
        return True
    if (a.by == CUSTOMER) != (b.by == CUSTOMER):
        return False
    if a.evidence.turn == b.evidence.turn and a.when == b.when and _SAME_THING.search(b.what):
        return True
    if first.undated and not second.undated and _TAKES_UP.match(b.what):
        return True  # "I'll put it back on your card." "... It'll be there by Friday."
    if first.about != second.about and None not in (first.about, second.about):
        return False
    alike = first.about == second.about is not None
    shared = _telling_words(a.what) & _telling_words(b.what)
    if not first.undated and not second.undated:
        same_day = a.when == b.when or (a.due is not None and a.due[:10] == (b.due or "")[:10])
        # "I'll post it on Friday" and "I'll email you on Friday afternoon" are two.
        one_day = a.when == b.when or first.about != "send" or _SAME_THING.search(b.what)
        alike = alike and bool(one_day)
        return same_day and (alike or bool(shared))
    least = min(len(_telling_words(a.what)), len(_telling_words(b.what)))
    return alike and (first.about in ("call", "visit", "money") or len(shared) * 2 >= least)


def _starts(one: Entry) -> int | None:
    return None if one.at is None else one.at.start


def _telling_words(what: str) -> set[str]:
    return {word for word in re.findall(r"[\w']+", what.lower()) if word not in _COMMON}
