"""What an agent offers and the customer takes, and what the two agree on as a time."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime

from scorer.outcome import promise_grammar as grammar
from scorer.outcome import promise_signs as signs
from scorer.outcome.clauses import Clause, Talk
from scorer.outcome.promise_entry import Entry, entry, spoken_by, topics
from scorer.outcome.promise_limits import conditional
from scorer.outcome.promise_times import Named, answered, found, settled_on, time_of, told
from scorer.outcome.when import When

_WHOLE = re.compile("(?P<verb>)")  # the act is the clause
_OWN = ("own", "own_ing", "cleft")  # forms in which the speaker acts


def offered(talk: Talk, place: int, said: datetime) -> list[Entry]:
    """What an agent offered and the customer took: "Shall I call you tomorrow?" "Yes, please."

    Or what was agreed on: "I'd like to send a new one. Are you in on Friday?" "All day." "Friday it
    is." """
    turn = talk.turns[place]
    near = range(place + 1, min(place + 3, len(talk.turns)))
    after = next((i for i in near if talk.turns[i].by_customer), None)
    if not turn.by_agent or after is None:
        return []
    answer = talk.turns[after]
    settled = settled_on(talk, place)
    plain = talk.plain(after)
    taken = bool(signs.ACCEPTS.match(plain))
    if not taken and signs.ASKS_WHEN.match(plain):  # "We can do that." "When?" "By Friday."
        settled = answered(talk, place, len(turn.text))
    names_day = any(not at.vague for at in found(answer.text)) and len(answer.text.split()) <= 8
    if not taken and settled is None and not names_day:
        return []
    spoken = spoken_by(talk, place)
    made: list[Entry] = []
    for number in range(len(spoken) - 1, -1, -1):
        match = _offer(spoken, number)
        if match is None or conditional(spoken, number) or _perhaps(spoken[number]):
            continue
        clause, act = spoken[number], spoken[number].body[match.start("verb") :]
        if signs.ON_THE_LINE.match(act) or signs.OFFERS_NO_LATER.match(act):
            continue
        named = time_of(talk, spoken, number)
        plain_yes = named is not None and not named.when.vague and signs.YES.match(plain)
        told_again = settled is None or (named is not None and _within(settled.when, named.when))
        at = named if plain_yes or told_again else settled or named
        sure = bool(match.groupdict().get("sure"))
        to_you = re.search(r"(?<![^ ])(?:you|your|them) ", act)
        if (at is not None and not at.when.at_once) or (sure and to_you):
            own = re.search(r"(?<![^ ])(?:i|we|me|us) ", clause.plain) or not clause.headed
            one = entry(talk, clause, match, "own" if own else "other", at, said, sure)
            if told_again and settled is not None:
                return [one]  # of several that were offered, the one that was settled on
            made.append(one)
    return made[:1]


def _offer(spoken: Sequence[Clause], number: int) -> re.Match[str] | None:
    """The act that a clause offers: "shall | I call you", "could I check | and call you"."""
    clause = spoken[number]
    if clause.kind in ("if", "time") or re.search(r"(?<![^ ])(?:if|not) ", clause.plain):
        return None
    turned = number > 0 and spoken[number - 1].sentence == clause.sentence
    ask = spoken[number - 1].plain if turned and not spoken[number - 1].headed else ""
    if signs.ASKS_DETAIL.search(ask):
        return None
    if (clause.kind == "asked" or ask) and grammar.OFFERS.search(ask + clause.body):
        return grammar.OFFERED.match(clause.body)
    if match := grammar.CARRIED_ON.match(clause.body):
        first = next((i for i in range(number - 1, -1, -1) if _offer(spoken, i)), None)
        return match if first is not None and spoken[first].sentence == clause.sentence else None
    return grammar.OFFERED.search(clause.body) if grammar.OFFERS.search(clause.body) else None


def _perhaps(clause: Clause) -> bool:
    return bool(signs.PERHAPS.search(clause.body))


def visit_agreed(talk: Talk, place: int, said: datetime) -> list[Entry]:
    """A visit at a time that was offered and taken: "I've a slot on Friday." "Friday's fine." """
    turn = talk.turns[place]
    near = range(max(0, place - 2), min(place + 3, len(talk.turns)))
    answer = talk.turns[place + 1] if place + 1 < len(talk.turns) else turn
    if not turn.by_agent or not answer.by_customer:
        return []
    if not any(signs.COMES.search(talk.heard[i].plain) for i in near if talk.turns[i].by_agent):
        return []
    for clause in spoken_by(talk, place):
        named = [
            at for at in found(turn.text) if clause.start <= at.start < clause.end and not at.vague
        ]
        if not grammar.SLOT.search(clause.plain) or not named:
            continue
        picked = next((at for at in named if _picks(answer.text, at)), None)
        if picked is None and not signs.ACCEPTS.match(talk.heard[place + 1].plain):
            continue
        at = settled_on(talk, place) or Named(place, picked or named[0])
        match = _WHOLE.match(clause.body)
        return [entry(talk, clause, match, "other", at, said, False)] if match else []
    return []


def told_when(talk: Talk, place: int, said: datetime) -> list[Entry]:
    """What is under way, and its time as an answer: "The credit is being entered." "When may I
    expect it?" "By Friday." """
    if place < 2 or not talk.turns[place].by_agent or not talk.turns[place - 2].by_agent:
        return []
    asked = talk.heard[place - 1].plain
    at = told(talk, place)
    if not talk.turns[place - 1].by_customer or not signs.WHEN_WILL.search(asked) or at is None:
        return []
    stated = [c for c in spoken_by(talk, place - 2) if c.kind == "main"]
    clause = stated[-1] if stated else None
    match = _WHOLE.match(clause.body) if clause and not clause.asked else None
    if clause is None or match is None or not _tells_of(clause):
        return []
    return [entry(talk, clause, match, "told_when", at, said, False)]


def _tells_of(clause: Clause) -> bool:
    return bool(topics(clause.body) or signs.MONEY_BACK.search(clause.body))


def _picks(answer: str, at: When) -> bool:
    """Whether an answer names the day or hour of an offered time."""
    return bool(_words(at.text) & _words(answer))


def _within(settled: When, named: When) -> bool:
    """Whether a time that is settled on says no more than the one that was offered."""
    return _words(settled.text) - {"o", "clock"} <= _words(named.text)


def _words(text: str) -> set[str]:
    return set(re.findall(r"\w+", text.lower())) - {"at", "on", "the", "in", "by", "to"}


def with_others(found: list[Entry], others: list[Entry]) -> list[Entry]:
    """What else was promised for a day that no promise of a known form names already, once each.

    A promise that only borrows its time makes room for the clause that names it: "he's with you by
    noon | and he'll bring it up".
    """
    kept = list(found)
    for one in others:
        place = next((i for i, other in enumerate(kept) if _day(other) == _day(one)), None)
        if place is None:
            kept.append(one)
        elif kept[place].lent and kept[place].form not in _OWN and kept[place].at == one.at:
            kept[place] = one
    return kept


def _day(one: Entry) -> str:
    return (one.promise.due or "")[:10]
