"""The promise ledger's entries: who said they would do what, and by when (S6).

A promise is something to be done *after* this moment that somebody will have to wait for: a call
back, a letter, a refund, a visit. What is done while the customer waits on the line ("let me check
that") is none; nor is what is conditional ("if you send it, we'll..."), denied, hoped for, a
report of what others said, or in the past. What a customer promises is kept apart by `Promise.by`.

Source: commissive speech acts (Searle 1976), with the service rule that a promise has a what, a
who and a when. Range: none or many; `when` is None where no time was named, `due` None where the
time is vague or the call's date is unknown.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import pairwise

from scorer.call import CUSTOMER, Call, Turn
from scorer.outcome import promise_grammar as grammar
from scorer.outcome import when as times
from scorer.outcome.when import When
from scorer.scorecard import Promise
from scorer.scoring.cues import quote

_COMMON_WORDS = (
    "a an the i we you he she they it that this and or to of for with on in at by be is are will "
    "have get our your my us me them all"
)
_COMMON = frozenset(_COMMON_WORDS.split(" "))
_SAME_THING = re.compile(
    r"^(?:you\S* (?:\w+ )?\w+|\w+) (?:it|that|them)\b|^(?:it|that|they)\b", re.I
)


@dataclass(frozen=True, slots=True)
class _Clause:
    """`turn.text[start:end]`, with what its sentence says around and before it."""

    turn: int
    start: int
    end: int
    text: str
    sentence: str
    before: str
    subject: str  # "I'll", where the clause before it had it and this one goes on


@dataclass(frozen=True, slots=True)
class _Found:
    """A promise, the time it names, what it is about, and where its clause ends."""

    promise: Promise
    at: When | None
    about: str | None
    end: int
    here_and_now: bool  # what could be done before the call ends


def promises(call: Call) -> tuple[Promise, ...]:
    """Every promise made on a call, in order, each once, with its words as evidence."""
    if not call.speakers_known:
        return ()
    said = times.call_clock(call.metadata)
    found: list[_Found] = []
    for place, turn in enumerate(call.turns):
        if turn.by_agent or turn.by_customer:
            here = [
                one for clause in _clauses(place, turn.text) for one in _made(turn, clause, said)
            ]
            found += here or _offered(call, place, said)
    found = [_timed_by_answer(call, one, said) for one in found if not _done_later(call, one)]
    return tuple(one.promise for one in _each_once(found))


def topics(what: str) -> tuple[str, ...]:
    """What words are about, of `grammar.ABOUT` (a call, money, ...), in the order it is named."""
    places = {name: m.start() for name, regex in grammar.ABOUT.items() if (m := regex.search(what))}
    return tuple(sorted(places, key=places.__getitem__))


def _clauses(place: int, text: str) -> Iterator[_Clause]:
    plain = text.replace("’", "'")
    for sentence in grammar.SENTENCE.finditer(plain):
        at, whole, subject = sentence.start(), sentence.group(), ""
        edges = [0, *[m.end() for m in grammar.CLAUSE_END.finditer(whole)], len(whole)]
        for begin, end in pairwise(edges):
            clause = whole[begin:end]
            yield _Clause(place, at + begin, at + end, clause, whole, whole[:begin], subject)
            if own := grammar.SUBJECT.search(clause):
                subject = own.group()


def _made(turn: Turn, clause: _Clause, said: datetime | None) -> Iterator[_Found]:
    """The promise that a clause makes, if it makes one."""
    candidates = list(_candidates(turn, clause))
    at = _telling_time(times.find(clause.text)) if candidates else None
    for form, match in candidates:
        groups = match.groupdict()
        is_later = groups.get("later") or groups.get("later2")
        if not is_later and (at is None or at.at_once):
            continue
        if _sincere(turn, clause, match) and _outlives_call(turn, clause, match, at):
            yield _entry(turn, clause, match, form, at, said)
            return


def _candidates(turn: Turn, clause: _Clause) -> Iterator[tuple[str, re.Match[str]]]:
    for form, pattern in grammar.FORMS.items():
        if (match := pattern.search(clause.text)) and (turn.by_agent or form == "own"):
            yield form, match
    if clause.subject and (match := grammar.CARRIED_ON.search(clause.text)):
        yield "own", match
    if turn.by_agent and clause.before and (match := grammar.ELIDED.search(clause.text)):
        yield "thing", match


def _telling_time(named: Sequence[When]) -> When | None:
    """The telling time of a clause: the first that a calendar holds, else a vague one."""
    return next((when for when in named if not when.vague), named[0] if named else None)


def _sincere(turn: Turn, clause: _Clause, match: re.Match[str]) -> bool:
    """Neither conditional nor denied, hoped for, or told of somebody else."""
    lead = grammar.AS_I_SAID.sub("", clause.text[: match.start()])
    own = grammar.POLITE_IF.sub("", clause.text)
    before = grammar.POLITE_IF.sub("", clause.before)
    return not (
        grammar.CONDITION.search(own)
        or grammar.CONDITION.match(before.strip())
        or grammar.UNSURE.search(lead)
        or grammar.REPORTED.search(lead)
        or grammar.OTHERS_SAID.search(match.group())
        or grammar.UNSURE.search(match.group())
        or grammar.DENIED.search(match.group())
        or grammar.PERHAPS.search(clause.text)
        or (turn.by_customer and not _to_the_agent(clause, match))
    )


def _to_the_agent(clause: _Clause, match: re.Match[str]) -> bool:
    """Whether a customer promises something to the agent, and does not speak of their own plans."""
    rest = clause.text[match.start() :]
    given = grammar.GIVEN.match(_verb(match).lower()) or grammar.TO_YOU.search(rest)
    planned = clause.sentence.rstrip().endswith("?") or re.match(
        r"\W*when\b", clause.sentence, re.I
    )
    return bool(given and not planned)


def _outlives_call(turn: Turn, clause: _Clause, match: re.Match[str], at: When | None) -> bool:
    """Whether it is done after the call, not while the other waits on the line."""
    if at is not None and not at.at_once:
        return True
    if turn.by_customer or grammar.ON_THE_LINE.search(clause.text[match.start() :][:80]):
        return turn.by_customer
    verb = _verb(match).lower()
    progressive = re.search(r"\w{3,}ing$", verb) and not verb.endswith("bring")
    going_on = progressive and re.search(r"\bnow\b", clause.text, re.IGNORECASE)
    return not progressive or bool(grammar.SENDING.match(verb) and not going_on)


def _verb(match: re.Match[str]) -> str:
    groups = match.groupdict()
    return groups.get("verb") or groups.get("verb2") or ""


def _entry(
    turn: Turn,
    clause: _Clause,
    match: re.Match[str],
    form: str,
    at: When | None,
    said: datetime | None,
) -> _Found:
    """A ledger entry: "call you" for what one does oneself, else the whole clause."""
    verb_at = match.start() + match.group().find(_verb(match))
    what = clause.text[verb_at if form == "own" else match.start() :]
    raw = re.sub(r"[\s,]+(?:and|but|so|then|plus)?\s*$", "", turn.text[clause.start : clause.end])
    lead = len(raw) - len(raw.lstrip())
    promise = Promise(
        by=turn.speaker,
        what=_without_time(what, at),
        when=at.text if at else None,
        due=times.due(at, said) if at and said else None,
        evidence=quote(clause.turn, turn, clause.start + lead, clause.start + len(raw)),
        vague=at is None or at.vague,
    )
    groups = match.groupdict()
    here_and_now = not (groups.get("later") or groups.get("later2"))
    return _Found(promise, at, next(iter(topics(what)), None), clause.end, here_and_now)


def _without_time(what: str, at: When | None) -> str:
    if at is not None:
        named = re.escape(at.text)
        to = r"(?:by|on|before|at|until|for|no later than|around|about|sometime)"
        what = re.sub(rf"[\s,]*\b{to}?\s*{named}[\s,]*", " ", what)
    what = re.sub(r"[\s,]+(?:and|but|so|then|plus)?\s*$", "", what)
    return re.sub(r"\s+", " ", what).strip(" \t\n.,;:!?—–-")


def _offered(call: Call, place: int, said: datetime | None) -> list[_Found]:
    """What an agent offered and the customer took: "Shall I call you tomorrow?" "Yes, please." """
    turn = call.turns[place]
    answer = next((t for t in call.turns[place + 1 : place + 3] if t.by_customer), None)
    if not turn.by_agent or answer is None or not grammar.ACCEPTS.search(answer.text):
        return []
    if not turn.text.rstrip().endswith("?") and not grammar.YES_PLEASE.search(answer.text):
        return []
    offers = [c for c in _clauses(place, turn.text) if grammar.OFFER.search(c.text)]
    for clause in offers[-1:]:
        match = grammar.OFFER.search(clause.text)
        at = _telling_time(times.find(clause.text))
        if match is None or not _sincere_offer(clause):
            continue
        to_you = re.search(r"\byou\b", clause.text[match.start("verb") :])
        if (at is not None and not at.at_once) or (match["later"] and to_you):
            return [_entry(turn, clause, match, "own", at, said)]
    return []


def _sincere_offer(clause: _Clause) -> bool:
    if re.search(r"\bif\b|n't|\bnot\b", clause.sentence, re.IGNORECASE):
        return False
    asks = grammar.ASKS_DETAIL.search(clause.sentence[:25])
    return not asks and not grammar.ON_THE_LINE.search(clause.text)


def _done_later(call: Call, one: _Found) -> bool:
    """Whether it was reported done before the call ended.

    What can be done here and now and was promised for "today" is done with anything done.
    """
    today = one.here_and_now and one.at is not None and one.at.text.lower() == "today"
    if one.at is not None and not one.at.at_once and not today:
        return False
    first = one.promise.evidence.turn
    for place, turn in enumerate(call.turns[first:], first):
        text = turn.text[one.end :] if place == first else turn.text
        reported = grammar.REPORTED_DONE.finditer(text.replace("’", "'")) if turn.by_agent else ()
        if any(today or one.about in topics(match["done"]) for match in reported):
            return True
    return False


def _timed_by_answer(call: Call, one: _Found, said: datetime | None) -> _Found:
    """A time given later: "I'll call you back." "When?" "By Friday, at the latest." """
    if one.at is not None and not one.at.vague:
        return one
    first, asked = one.promise.evidence.turn, False
    for place, turn in enumerate(call.turns[first : first + 4], first):
        text = turn.text[one.end :] if place == first else turn.text
        if turn.by_customer:
            asked = asked or bool(grammar.ASKS_WHEN.search(text))
        if not turn.by_agent:
            continue
        for clause in _clauses(place, text):
            at = _telling_time(times.find(clause.text))
            if at is None or at.vague:
                continue
            goes_on = (
                grammar.ANSWERS_WHEN.match(clause.text)
                and len(clause.text[: at.start].split()) <= 7
            )
            if asked or (place == first and goes_on):
                due = times.due(at, said) if said else None
                return replace(
                    one, promise=replace(one.promise, when=at.text, due=due, vague=False), at=at
                )
    return one


def _each_once(found: list[_Found]) -> list[_Found]:
    """A promise said twice is one: the fuller saying is kept, in the place of the first."""
    kept: list[_Found] = []
    for one in found:
        twin = next((i for i, other in enumerate(kept) if _same(other, one)), None)
        if twin is None:
            kept.append(one)
        elif _clearer(one.promise, kept[twin].promise):
            kept[twin] = one
    return kept


def _clearer(second: Promise, first: Promise) -> bool:
    """Whether it names a time where the first named none, or an hour where that named a day."""
    if first.vague:
        return second.when is not None
    return len(second.due or "") > len(first.due or "")


def _same(first: _Found, second: _Found) -> bool:
    """Whether two sayings are one promise: of the same side, thing and time as far as named."""
    a, b = first.promise, second.promise
    if (a.by == CUSTOMER) != (b.by == CUSTOMER):
        return False
    if a.evidence.turn == b.evidence.turn and a.when == b.when and _SAME_THING.search(b.what):
        return True
    if first.about != second.about and None not in (first.about, second.about):
        return False
    alike = first.about == second.about is not None
    shared = _telling_words(a.what) & _telling_words(b.what)
    if not a.vague and not b.vague:
        same_day = a.when == b.when or (a.due is not None and a.due[:10] == (b.due or "")[:10])
        return same_day and (alike or bool(shared))
    least = min(len(_telling_words(a.what)), len(_telling_words(b.what)))
    return alike and (first.about in ("call", "visit", "money") or len(shared) * 2 >= least)


def _telling_words(what: str) -> set[str]:
    return {word for word in re.findall(r"[\w']+", what.lower()) if word not in _COMMON}
