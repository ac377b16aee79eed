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
from scorer.outcome.words import Said, Words, quotes
from scorer.scorecard import Evidence, Judgement

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
#: "Can you hold for me?", "is it okay if I put you on hold?"
_ASKS = re.compile(
    r"\b(?:(?:may|can|could|shall|would|will) (?:i|we|you)|mind|(?:okay|ok|fine|all ?right) "
    r"(?:if|to)|(?:want|like) me to)\b",
    re.IGNORECASE,
)
_NO = re.compile(r"(?:(?:oh|well|sorry|actually|look|please|,|\.) )*no ")
_WILL_NOT = re.compile(
    r"(?<![^ ])(?:please do not|do not (?:put|hang|leave|keep|do that|want)|(?:rather|prefer) "
    r"(?:not|you did not)|(?:can|will|would) not (?:hold|wait)|not have (?:the )?time|no time|"
    r"not on hold) "
)
#: "No, that's fine, go ahead."
_LETS = re.compile(
    r"(?<![^ ])(?:go ahead|go on|of course|no (?:, )?(?:problem|worries|bother|rush|hurry|trouble|"
    r"not at all)|not at all|(?:that|it) is (?:fine|okay|all right|no)|do not mind|"
    r"i (?:will|can) (?:hold|wait)|if you must|take your time) "
)
_SAID_BACK = 3  # words of four letters or more that were the customer's before
_TOGETHER = 0.5  # how surely a second kind must be meant by words that mean another one more
_SPOKEN_OF = (_CONTACTED, _TOLD, _PASSED_ON, _WAITED, _CHASED)


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
        "repeat_contact": quotes(_told_of(words, _CONTACTED)),
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
    return [
        said
        for said in words.said(cues, "customer")
        if said.cue == cues[0]
        or said.strength >= _TOGETHER
        or not any(_overlap(said, other) and other.strength > said.strength for other in others)
    ]


def _overlap(one: Said, other: Said) -> bool:
    """Whether two sightings stand in the same words."""
    first, second = sorted((one, other), key=lambda said: said.at)
    return one.turn == other.turn and second.at < first.at + len(first.evidence.quote)


def _asked_again(words: Words, judgements: tuple[Judgement, ...]) -> tuple[Evidence, ...]:
    told = [said for said in _told_of(words, _TOLD) if not _agrees(words.call, said)]
    protests = quotes(told)
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


def _content(text: str) -> set[str]:
    return set(re.findall(r"[^\W\d_]{4,}|\d+", text.lower()))


def _transferred(words: Words) -> tuple[Evidence, ...]:
    passed_on: list[Said] = [
        *words.said("outcome_hands_over", "agent"),
        *_told_of(words, _PASSED_ON),
    ]
    return quotes(sorted(passed_on, key=lambda said: said.turn))


def _held(words: Words) -> tuple[Evidence, ...]:
    """On hold: the agent announced it, or asked and was not refused, or came back from it, or the
    customer tells of it. Thanks for their patience as the agent takes leave are no end of a hold
    that nobody heard begin."""
    said = words.said("outcome_hold_begins", "agent")
    begun = [hold for hold in said if not _refused(words, hold)]
    ended = words.said("outcome_hold_ends", "agent")
    last = max((place for place, turn in enumerate(words.call.turns) if turn.by_agent), default=0)
    if ended and (begun or ended[0].turn < last):
        return quotes([*begun[:1], *ended[:1]])
    return quotes([*_told_of(words, _WAITED), *begun])


def _refused(words: Words, hold: Said) -> bool:
    """Whether the customer says no to a hold that they are asked for."""
    quote, turns = hold.evidence.quote, words.call.turns
    near = range(hold.turn + 1, min(hold.turn + 3, len(turns)))
    answer = next((place for place in near if turns[place].by_customer), None)
    if answer is None or not (quote.rstrip().endswith("?") or _ASKS.search(quote)):
        return False
    plain = words.talk.plain(answer)
    if _LETS.search(plain):
        return False
    says_no = _NO.match(plain) and "mind" not in quote.lower()  # "Do you mind?" "No."
    return bool(says_no or _WILL_NOT.search(plain))


def _several_agents(call: Call) -> bool:
    return len({turn.speaker for turn in call.turns if turn.by_agent}) > 1
