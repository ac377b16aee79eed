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

#: "A letter that says | that you owe nothing", "ring to tell you | when he's set off".
_OPEN = re.compile(
    r"(?<![^ ])(?:(?:say|says|saying|show|shows|showing|state|states|stating|confirm|confirms|"
    r"confirming|explain|explains|explaining|see|know)|(?:tell|tells|telling|let|show|ask|asking) "
    r"(?:you|them|me|us)(?: know)?) (?:, )?$"
)
_SAYS_WHAT = re.compile(r"(?:that|what|how|why|where|who|whether|if|when) ")


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
    under: bool = False  # whether it only counts if something goes wrong

    @property
    def undated(self) -> bool:
        """Whether no calendar holds its time: "now" says when, and a day said later says more."""
        return self.at is None or self.at.vague


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
    under: Clause | None = None,
) -> Entry:
    """A ledger entry: "call you" for what one does oneself, else the whole clause; and the
    condition it was made under."""
    turn = talk.turns[clause.turn]
    own = form in grammar.OWN
    start = clause.place(match.start("verb") if own else match.start())
    stop = _told_on(talk, clause)
    end = stop
    if at is not None and at.joined and at.when.start >= clause.end:
        end = at.when.end  # "I'll text you | when he's done"
    first = clause.start
    what = turn.text[start:stop]
    if under is not None and under.start > clause.start:
        end = stop = under.end
        what = turn.text[start:stop]
    elif under is not None:
        first = under.start
        what = f"{_without_time(what, at)}, {_condition(turn.text, under)}"
    whole = turn.text[first:stop].rstrip(" ,;:—–-")
    promise = Promise(
        by=turn.speaker,
        what=_without_time(what, at),
        when=at.when.text if at else None,
        due=due_of(talk, at, said),
        evidence=quote(clause.turn, turn, first, first + len(whole)),
        vague=at is None or not at.when.says_when,
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
        under is not None,
    )


def _told_on(talk: Talk, clause: Clause) -> int:
    """Where the words of a promise end: not at "a letter that says", but with what it says."""
    for after in talk.clauses[clause.turn]:
        if after.start >= clause.end and after.sentence == clause.sentence:
            beside = not talk.turns[clause.turn].text[clause.end : after.start].strip(" ,")
            goes_on = _OPEN.search(clause.plain) and _SAYS_WHAT.match(after.lead)
            return after.end if beside and goes_on else clause.end
    return clause.end


def _condition(text: str, under: Clause) -> str:
    """The words of a condition, without what the customer may do then: "if it isn't there by two
    (, call me)"."""
    end = under.end
    for pause in re.finditer(", ", under.body):
        if signs.REQUEST.match(under.body, pause.end()):
            end = under.place(pause.start())
            break
    words = re.sub(r"^(?:(?:and|but|so|then)[\s,]+)+", "", text[under.start : end], flags=re.I)
    return words[:1].lower() + words[1:]


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
    what = re.sub(r"^[\s,]*(?:(?:and|but|so)[\s,]+)+(?=\S+\s)", "", what, flags=re.IGNORECASE)
    return re.sub(r"\s+", " ", what).strip(" \t\n.,;:!?—–-")
