"""What it cost the customer to be helped: five kinds of effort, each with its quotes.

- `repeat_contact`: they had been in touch about this before;
- `asked_again`: they had to tell again what they had told;
- `transferred`: they were passed to somebody else, on this call or before it;
- `held`: they were put on hold;
- `chased`: they had to run after what was due to them.

Each is True, False, or None where the customer said too little to tell. No count and no duration
enters: one long hold weighs as one short one. Source: S5, S15 ("call once"), Customer Effort Score
(Dixon, Freeman & Toman 2010).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from scorer.call import Call
from scorer.outcome.handovers import handed_over, only_asked_for, refused
from scorer.outcome.words import Said, Words, quotes
from scorer.scorecard import Evidence, Judgement
from scorer.scoring.cues import quote

KINDS = ("repeat_contact", "asked_again", "transferred", "held", "chased")
_ENOUGH_WORDS = 8  # of the customer: fewer, and what they did not mention says nothing
#: What customers say of it: in so many words, or by what they mean.
_CONTACTED = ("outcome_repeat_contact", "outcome_means_contacted")
_TOLD = ("outcome_told_already", "outcome_means_told")
_PASSED_ON = ("outcome_was_transferred", "outcome_means_passed_on")
_WAITED = ("outcome_was_held", "outcome_means_waited")
_CHASED = ("outcome_chased", "outcome_means_chased")


#: "That is exactly what I've been saying", which agrees with what was said back.
_AGREES = re.compile(
    r"\b(?:that'?s|that is|that was) (?:(?:exactly|just|precisely) )?what i(?:'ve| have|'m| am)? "
    r"(?:just )?(?:been )?(?:saying|telling|said|told|meant?)\b",
    re.IGNORECASE,
)
#: "I've asked three times now", of this call: nothing of a call, a letter or a day before it.
_ASKED = re.compile(r"\basked\b", re.IGNORECASE)
_BEFORE_THIS = re.compile(
    r"\b(?:call|rang|rung|ring|phon|e-?mail|wr[io]t|contact|messag|visit|came|went|"
    r"last|yesterday|earlier|week|month|ago|before|(?:mon|tues|wednes|thurs|fri|satur|sun)day)",
    re.IGNORECASE,
)
#: "I told you. I said that they'd forget": a forecast come true, told to whoever sits beside.
_FORETOLD = re.compile(
    r"\b(?:said|told you|knew) (?:that )?(?:they|he|she|it)(?:'d| would| was going| were going)\b",
    re.IGNORECASE,
)
#: A turn that is nothing but what a transcript writes for the music.
_MUSIC = re.compile(
    r"\W*(?:(?:on[ -])?hold |waiting )?(?:music|jingle)(?: (?:plays|playing|on hold))?\W*"
    r"|[\[(*]\W*on hold\W*[\])*]\W*",
    re.IGNORECASE,
)
_SAID_BACK = 3  # words of four letters or more that were the customer's before
_TOGETHER = 0.5  # how surely a second kind must be meant by words that mean another one more
_SPOKEN_OF = (_CONTACTED, _TOLD, _PASSED_ON, _WAITED, _CHASED)
#: What is near a kind of effort in meaning, and is none: in the same words, the meaning is not it.
_LOOKS_LIKE = {
    "outcome_means_contacted": "outcome_sent_here",
    "outcome_means_told": "outcome_heard_it_before",
    "outcome_means_passed_on": "outcome_papers_sent",
    "outcome_means_chased": "outcome_hard_times",
}
_FIRST = 2  # turns of the customer in which they tell what was before the call


@dataclass(frozen=True, slots=True)
class Effort:
    found: Mapping[str, bool | None]
    evidence: Mapping[str, tuple[Evidence, ...]]

    @property
    def known(self) -> bool:
        return any(value is not None for value in self.found.values())


def effort(words: Words, judgements: tuple[Judgement, ...] = ()) -> Effort:
    """The effort of a call; `judgements` add what the scoring found asked again, if it counts."""
    seen: dict[str, tuple[Evidence, ...]] = {
        "repeat_contact": quotes(_contacted(words)),
        "asked_again": _asked_again(words, judgements),
        "transferred": _transferred(words),
        "held": _held(words),
        "chased": quotes(_told_of(words, _CHASED)),
    }
    enough = words.customer_words >= _ENOUGH_WORDS
    found = {kind: True if seen[kind] else (False if enough else None) for kind in KINDS}
    if _several_agents(words.call):
        found["transferred"] = True
    if words.call.timing is not None and words.call.timing.holds:
        found["held"] = True
    return Effort(found, {kind: quoted for kind, quoted in seen.items() if quoted})


def _told_of(words: Words, cues: tuple[str, ...]) -> list[Said]:
    """Where the customer tells of one kind of effort, and not rather of another.

    The kinds are near each other in meaning: words that mean one of them more, or say it outright,
    mean a second one only where that is plain as well.
    """
    others = [said for kind in _SPOKEN_OF if kind != cues for said in words.said(kind, "customer")]
    none = words.said(tuple(_LOOKS_LIKE.values()), "customer")
    return [
        said
        for said in words.said(cues, "customer")
        if not any(one.cue == _LOOKS_LIKE.get(said.cue) and _overlap(said, one) for one in none)
        if said.cue == cues[0]
        or said.strength >= _TOGETHER
        or not any(_overlap(said, other) and other.strength > said.strength for other in others)
    ]


def _contacted(words: Words) -> list[Said]:
    return [said for said in _told_of(words, _CONTACTED) if not _asked_here(words, said)]


def _asked_here(words: Words, said: Said) -> bool:
    """Whether they speak of what they asked on this call, more than once: that is asked again."""
    quote = said.evidence.quote
    return (
        said.turn not in words.customer_turns[:_FIRST]
        and bool(_ASKED.search(quote))
        and not _BEFORE_THIS.search(quote)
    )


def _overlap(one: Said, other: Said) -> bool:
    """Whether two sightings stand in the same words."""
    first, second = sorted((one, other), key=lambda said: said.at)
    return one.turn == other.turn and second.at < first.at + len(first.evidence.quote)


def _asked_again(words: Words, judgements: tuple[Judgement, ...]) -> tuple[Evidence, ...]:
    told = [
        said
        for said in _told_of(words, _TOLD)
        if not _agrees(words.call, said) and not _foretold(words.call, said.evidence)
    ]
    here = [said for said in _told_of(words, _CONTACTED) if _asked_here(words, said)]
    protests = quotes(sorted([*told, *here], key=lambda said: said.place))
    if protests:
        return protests
    for judgement in judgements:
        if judgement.criterion == "does_not_ask_again":
            missed = [
                moment
                for moment in judgement.moments
                if moment.counts
                and moment.outcome in ("missed", "recovered")
                and words.call.turns[moment.opened.turn].by_agent
                and any(told < moment.opened.turn for told in words.customer_turns)
                and not (moment.response and _foretold(words.call, moment.response))
            ]
            return tuple(m.response or m.opened for m in missed)
    return ()


def _agrees(call: Call, said: Said) -> bool:
    """Whether the customer says yes to what the agent has just said back to them."""
    before = call.turns[: said.turn]
    agent = next((turn for turn in reversed(before) if turn.by_agent), None)
    if agent is None or not _AGREES.search(said.evidence.quote.replace("’", "'")):
        return False
    theirs = {word for turn in before if turn.by_customer for word in _content(turn.text)}
    return len(theirs & _content(agent.text)) >= _SAID_BACK


def _foretold(call: Call, told: Evidence) -> bool:
    """Whether "I told you" is said of what somebody else was expected to do, here or right after:
    that is no answer given before."""
    text = call.turns[told.turn].text
    after = text[text.find(told.quote) :]
    return bool(_FORETOLD.search(" ".join(re.split(r"(?<=[.!?]) ", after)[:2]).replace("’", "'")))


def _content(text: str) -> set[str]:
    return set(re.findall(r"[^\W\d_]{4,}|\d+", text.lower()))


def _transferred(words: Words) -> tuple[Evidence, ...]:
    told = [said for said in _told_of(words, _PASSED_ON) if not only_asked_for(words, said)]
    passed_on = [*handed_over(words), *told]
    return quotes(sorted(passed_on, key=lambda said: said.turn))


def _held(words: Words) -> tuple[Evidence, ...]:
    """On hold: the agent announced it, or asked and was not refused, or came back from it, or the
    customer tells of it, or music was written down. Thanks for their patience as the agent takes
    leave are no end of a hold that nobody heard begin."""
    said = words.said("outcome_hold_begins", "agent")
    begun = [hold for hold in said if not refused(words, hold)]
    ended = words.said("outcome_hold_ends", "agent")
    last = max((place for place, turn in enumerate(words.call.turns) if turn.by_agent), default=0)
    if ended and (begun or ended[0].turn < last):
        return quotes([*begun[:1], *ended[:1]])
    return quotes([*_told_of(words, _WAITED), *begun]) or _music(words.call)[:1]


def _music(call: Call) -> tuple[Evidence, ...]:
    """Where a transcript says that music played, once somebody had spoken to the customer."""
    agent = next((place for place, turn in enumerate(call.turns) if turn.by_agent), None)
    if agent is None:
        return ()
    return tuple(
        quote(place, turn, 0, len(turn.text))
        for place, turn in enumerate(call.turns)
        if place > agent and _MUSIC.fullmatch(turn.text)
    )


def _several_agents(call: Call) -> bool:
    return len({turn.speaker for turn in call.turns if turn.by_agent}) > 1
