"""An entry of the promise ledger: what, by whom, by when, and where it was said."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from scorer.outcome import promise_grammar as grammar
from scorer.outcome import promise_signs as signs
from scorer.outcome import when as times
from scorer.outcome.clauses import Clause, Talk
from scorer.outcome.promise_times import Named, agreed_day, found
from scorer.outcome.when import When
from scorer.scorecard import Promise
from scorer.scoring.cues import quote


@dataclass(frozen=True, slots=True)
class Entry:
    """A promise, the time it names, what it is about, and where its clause begins and ends."""

    promise: Promise
    at: When | None
    about: str | None
    start: int
    end: int
    here_and_now: bool  # what could be done before the call ends
    form: str  # of `grammar.FORMS`, or how else it was known
    lent: bool = False  # whether the time stands in the clause beside it


def topics(what: str) -> tuple[str, ...]:
    """What words are about, of `grammar.ABOUT` (a call, money, ...), in the order it is named."""
    places = {name: m.start() for name, regex in signs.ABOUT.items() if (m := regex.search(what))}
    return tuple(sorted(places, key=places.__getitem__))


def spoken_by(talk: Talk, place: int) -> list[Clause]:
    """The turn's clauses, those with two acts in two: "I'll email it today | and call you"."""
    cut = []
    for clause in talk.clauses[place]:
        edges = [m.start() for m in grammar.CARRIED_ON.finditer(clause.body) if m.start() > 0]
        edges = edges or _second_thing(talk.turns[place].text, clause)
        for begin, end in zip([0, *edges], [*edges, len(clause.body)], strict=True):
            cut.append(clause.cut(begin, end))
    return cut


def _second_thing(text: str, clause: Clause) -> list[int]:
    """Where a second thing begins that has a time of its own, as the first has: "a dryer today |
    and a fitter out tomorrow"."""
    match = grammar.SECOND_THING.search(clause.body)
    if match is None or match.start() == 0:
        return []
    edge = clause.place(match.start())
    named = [at.start for at in found(text) if clause.start <= at.start < clause.end]
    return [match.start()] if any(at < edge for at in named) and named[-1] > edge else []


def entry(
    talk: Talk,
    clause: Clause,
    match: re.Match[str],
    form: str,
    at: Named | None,
    said: datetime,
    sure: bool,
) -> Entry:
    """A ledger entry: "call you" for what one does oneself, else the whole clause."""
    turn = talk.turns[clause.turn]
    own = form in grammar.OWN
    start = clause.place(match.start("verb") if own else match.start())
    end = clause.end
    if at is not None and at.joined and at.when.start >= clause.end:
        end = at.when.end  # "I'll text you | when he's done"
    whole = turn.text[clause.start : clause.end].rstrip(" ,;:—–-")
    promise = Promise(
        by=turn.speaker,
        what=_without_time(turn.text[start : clause.end], at),
        when=at.when.text if at else None,
        due=due_of(talk, at, said),
        evidence=quote(clause.turn, turn, clause.start, clause.start + len(whole)),
        vague=at is None or at.when.vague,
    )
    return Entry(
        promise,
        at.when if at else None,
        next(iter(topics(promise.what)), None),
        clause.start,
        end,
        not sure,
        form,
        at is not None and at.lent,
    )


def due_of(talk: Talk, at: Named | None, said: datetime) -> str | None:
    """When it is due, as ISO; None where no time was named, or no calendar holds it."""
    if at is None:
        return None
    return times.due(at.when, said, *agreed_day(talk, at, said))


def _without_time(what: str, at: Named | None) -> str:
    if at is not None:
        named = re.escape(at.when.text)
        to = r"(?:by|on|before|at|until|for|no later than|around|about|sometime|from|after|till)"
        what = re.sub(rf"[\s,]*\b{to}?\s*{named}[\s,.;!?]*$|^(?:{to}\s+)?{named}[\s,]*", "", what)
    what = re.sub(r"[\s,]+(?:and|but|so|then|plus)?\s*$", "", what)
    return re.sub(r"\s+", " ", what).strip(" \t\n.,;:!?—–-")
