"""The promise ledger's entries: who said they would do what, and by when (S6).

A promise is something to be done *after* this moment that somebody will have to wait for: a call
back, a letter, a refund, a visit. What is done while the customer waits on the line ("let me check
that") is none; nor is what is conditional ("if you send it, we'll..."), denied, hoped for, a
report of what others said, or in the past. One condition leaves it a promise, and is told with it:
that what is owed goes wrong ("if it isn't there by two, I'll refund it"). What a customer promises
is kept apart by `Promise.by`.

Source: commissive speech acts (Searle 1976), with the service rule that a promise has a what, a
who and a when. Range: none or many; `when` is None where no time was named, `due` None where the
time is vague or the call's date is unknown. When the call was enters nothing else.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from scorer.call import Call, Turn
from scorer.outcome import promise_grammar as grammar
from scorer.outcome import promise_signs as signs
from scorer.outcome import when as times
from scorer.outcome.clauses import Clause, Talk
from scorer.outcome.granted import granted
from scorer.outcome.offers import offered, told_when, visit_agreed, with_others
from scorer.outcome.promise_entry import Entry, due_of, entry, spoken_by, topics
from scorer.outcome.promise_limits import (
    answers_for,
    condition,
    conditional,
    in_question,
    outlives_call,
    sincere,
    worth_a_form,
)
from scorer.outcome.promise_times import answered, time_of
from scorer.outcome.promise_twins import each_once
from scorer.outcome.words import Words
from scorer.scorecard import Promise
from scorer.scoring.talk import Conversation

_SOME_DAY = datetime(2001, 1, 1, 10)  # by which two words for one day are told where none is known
_WHOLE = re.compile("(?P<verb>)")
_MEANT = "outcome_means_promise"
_TELLING = 4  # words: what says less in no known form says too little
_ANYTHING, _ARRIVED = "anything", "arrived"  # beside the topics, what can be reported done
_WILL_FORMS = ("own", "other")
# How surely a clause means a promise, of 1:
_HARDLY = 0.08  # below, a form that tells of facts too tells one
_PLAINLY = 0.75  # from here on no time need be named, or one in the clause beside will do


def promises(call: Call, words: Words | None = None) -> tuple[Promise, ...]:
    """Every promise made on a call, each once, in the order of the words that are its evidence.

    `words` add what is promised in no known form, by its meaning.
    """
    return tuple(one.promise for one in ledger(call, words))


def ledger(call: Call, words: Words | None = None) -> tuple[Entry, ...]:
    """The promises of a call with what is known of them beside their words."""
    if not call.speakers_known:
        return ()
    talk = words.talk if words else Talk(Conversation(call))
    known = times.call_clock(call.metadata)
    said = known or _SOME_DAY
    found: list[Entry] = []
    others: list[Entry] = []  # that count where no promise names their day
    for place, turn in enumerate(talk.turns):
        if turn.by_agent or turn.by_customer:
            spoken = spoken_by(talk, place)
            for number in range(len(spoken)):
                made = list(_made(talk, words, spoken, number, said))
                found += made
                if words is not None and not made:
                    others += _meant(words, spoken, number, said)
            found += offered(talk, place, said)
            found += granted(talk, place, said)
            others += visit_agreed(talk, place, said)
            others += told_when(talk, place, said)
    last = {thing: place for place in range(len(talk.turns)) for thing in _reports(talk, place)}
    found = [_timed(talk, one, said) for one in found if not _done_later(talk, last, one)]
    kept = with_others(each_once(found), others)
    kept.sort(key=lambda one: (one.promise.evidence.turn, one.start))
    if known:
        return tuple(kept)
    return tuple(replace(one, promise=replace(one.promise, due=None)) for one in kept)


def _made(
    talk: Talk, words: Words | None, spoken: Sequence[Clause], number: int, said: datetime
) -> Iterator[Entry]:
    """The promise that a clause makes in one of the known forms, if it makes one.

    Where meaning is known, a form that tells of facts as well must not mean one ("it goes up on the
    first"), and an act that outlives the call by its meaning needs no time.
    """
    clause = spoken[number]
    turn = talk.turns[clause.turn]
    if clause.kind != "main" or in_question(spoken, number):
        return
    under = condition(spoken, number)

    def meaning(unknown: float) -> float:
        sure = _meaning(words, clause)
        return unknown if sure is None else sure

    for form, match in _candidates(turn, spoken, number):
        if under is not None and not (turn.by_agent and answers_for(under, form.name)):
            continue
        at = time_of(talk, _with_time_of(form, match, spoken, number), number, alone=form.own_time)
        sure = bool(match.groupdict().get("sure")) and not form.needs_time
        timed = at is not None and not (at.when.at_once or at.joined)
        if not (sure or timed or (form.name in _WILL_FORMS and meaning(unknown=0) >= _PLAINLY)):
            continue
        if form.may_tell and turn.by_agent and meaning(unknown=1) < _HARDLY:
            continue
        if form.name == "own_ing" and not sure and at is not None and at.lent:
            continue
        if at is not None and at.when.text.lower() == "then" and due_of(talk, at, said) is None:
            continue
        if (
            worth_a_form(clause, form, match, at)
            and sincere(turn, spoken, number, form.name, match)
            and outlives_call(turn, clause, match, at)
        ):
            yield entry(talk, clause, match, form.name, at, said, sure, under)
            return


def _with_time_of(
    form: grammar.Form, match: re.Match[str], spoken: Sequence[Clause], number: int
) -> Sequence[Clause]:
    """The clauses in which the time is looked for: of some forms only what comes after the verb."""
    if not form.time_after:
        return spoken
    clause = spoken[number]
    rest = clause.cut(match.start("verb"), len(clause.body))
    return [*spoken[:number], rest, *spoken[number + 1 :]]


def _meaning(words: Words | None, clause: Clause) -> float | None:
    """How surely a clause means a promise, in [0, 1]; None where that is not known."""
    if words is None:
        return None
    return words.sureness(_MEANT, clause.turn, clause.start, clause.end)


def _candidates(
    turn: Turn, spoken: Sequence[Clause], number: int
) -> Iterator[tuple[grammar.Form, re.Match[str]]]:
    clause = spoken[number]
    for form in grammar.FORMS:
        allowed = clause.headed or form.headless
        allowed = allowed and (turn.by_agent or form.by_customer)
        if allowed and (match := form.pattern.match(clause.body)):
            yield form, match
    before = spoken[number - 1] if number else None
    if match := grammar.CARRIED_ON.match(clause.body):
        will = match["verb"].startswith("will ")
        if before and before.sentence == clause.sentence and (will or _commits(before)):
            own = before.body.startswith(("i ", "we "))
            yield grammar.BY_NAME["own" if own else "other"], match
    elif before and (match := grammar.SECOND_THING.match(clause.body)) and _commits(before):
        yield grammar.BY_NAME["other_ing"], match
    elif turn.by_agent and not clause.headed and (match := grammar.BARE.match(clause.body)):
        yield grammar.BY_NAME["should"], match
    if turn.by_agent and _news(clause) and (match := grammar.WHATEVER.pattern.match(clause.body)):
        yield grammar.WHATEVER, match


def _news(clause: Clause) -> bool:
    """Whether it tells of a thing that the company does, in whatever form."""
    if clause.asked or signs.NO_NEWS.search(clause.plain):
        return False
    about = topics(clause.body) or signs.COMES.search(clause.body)
    return bool(about) and len(clause.body.split()) >= _TELLING


def _meant(words: Words, spoken: Sequence[Clause], number: int, said: datetime) -> Iterator[Entry]:
    """The promise that an agent's clause means, though it has no known form: "you're on the van for
    Friday". It must name a time, and mean what examples of such promises do (`Words.means`)."""
    talk, clause = words.talk, spoken[number]
    turn = talk.turns[clause.turn]
    sure = _meaning(words, clause) if turn.by_agent else None
    if sure is None or not words.means(_MEANT, clause.turn, clause.start, clause.end):
        return
    at = time_of(talk, spoken, number, alone=sure < _PLAINLY)
    match = _WHOLE.match(clause.body)
    if at is None or match is None:
        return
    if clause.kind != "main" or clause.asked or at.when.vague or at.when.at_once:
        return
    if conditional(spoken, number) or signs.NO_PLEDGE.search(clause.plain):
        return
    if sincere(turn, spoken, number, "meant", match):
        yield entry(talk, clause, match, "meant", at, said, False)


def _commits(clause: Clause) -> bool:
    """Whether it has a verb of the future for the next one to go on with."""
    return bool(
        re.search(rf"(?<![^ ]){grammar.WILL} |let me |(?:am|are|is) [a-z]+ing ", clause.body)
    )


def _done_later(talk: Talk, last: Mapping[str, int], one: Entry) -> bool:
    """Whether it was reported done before the call ended; `last` is the last turn that reports each
    thing done.

    What can be done here and now and was promised for "today" is done with anything done.
    """
    today = one.here_and_now and one.at is not None and one.at.text.lower() == "today"
    if one.at is not None and not one.at.at_once and not today:
        return False
    done = {_ANYTHING if today else one.about, _ARRIVED if one.about in ("send", None) else None}
    first = one.promise.evidence.turn
    later = any(last.get(thing or "", -1) > first for thing in done)
    return later or not done.isdisjoint(_reports(talk, first, one.end))


def _reports(talk: Talk, place: int, begin: int = 0) -> set[str]:
    """What a turn reports done, from a character of its text on: the topics, and anything at all;
    by a customer, that it arrived."""
    turn, plain = talk.turns[place], talk.plain(place, begin)
    if turn.by_customer:
        return {_ARRIVED} if signs.RECEIVED.search(plain) else set()
    found = signs.REPORTED_DONE.finditer(plain) if turn.by_agent else ()
    return {thing for match in found for thing in (_ANYTHING, *topics(match["done"]))}


def _timed(talk: Talk, one: Entry, said: datetime) -> Entry:
    """A time given later: "I'll call you back." "When?" "By Friday, at the latest." """
    if one.at is not None and not one.at.vague:
        return one
    at = answered(talk, one.promise.evidence.turn, one.end)
    if at is None:
        return one
    due = due_of(talk, at, said)
    return replace(
        one, promise=replace(one.promise, when=at.when.text, due=due, vague=False), at=at.when
    )
