"""What a customer asks for and the agent grants: "Could you ring me on Friday?" "I will."

The act and its time stand in the customer's words, the word given in the agent's.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from scorer.outcome import promise_signs as signs
from scorer.outcome.clauses import Clause, Talk
from scorer.outcome.promise_acts import GIVE, SURE
from scorer.outcome.promise_entry import Entry, entry, spoken_by
from scorer.outcome.promise_times import time_of, told
from scorer.scoring.cues import quote

_YES = (
    "(?:(?:oh|well|okay|all right|yes|sure|right|absolutely|certainly|of course|course|definitely|"
    "no problem|no bother|not a problem|lovely|great|,|\\.) )*"
)
#: "I will", "we can do that": a word given that names no act of its own.
_GIVES_WORD = re.compile(
    rf"{_YES}(?:(?:i|we) (?:will|can|shall|would be happy to|am happy to) (?:(?:do|indeed|"
    r"certainly|that|it|so|for you|make sure of it|see to it) )*(?:[.,?] |yes |sure |$)|will do |"
    r"consider it done |you got it |leave it with (?:me|us) )"
)
#: "Could you | ring me", "you will | ring me"; the rest is read with "me" as "you".
_ASKS = re.compile(
    r".*?(?<![^ ])(?:(?:can|could|will|would) (?:you|someone|somebody|they|@name)|you will|"
    r"would you mind|i would like you to|i want you to|i need you to) (?:(?:please|just|maybe|also|"
    r"then|possibly) )*"
)
_FROM_HERE = {"me": "you", "us": "you", "my": "your", "our": "your", "you": "me"}


def granted(talk: Talk, place: int, said: datetime) -> list[Entry]:
    """What the agent's turn grants of the turn before it: the last act asked for in it."""
    turn, before = talk.turns[place], talk.turns[place - 1] if place else None
    if before is None or not turn.by_agent or not before.by_customer:
        return []
    answer = next(iter(spoken_by(talk, place)), None)
    if answer is None or not _GIVES_WORD.match(answer.heard.plain):
        return []
    spoken = spoken_by(talk, place - 1)
    for number in range(len(spoken) - 1, -1, -1):
        match = _asked(spoken, number)
        if match is None:
            continue
        at = told(talk, place) or time_of(talk, spoken, number)
        if at is not None and at.when.at_once:
            return []
        one = entry(talk, spoken[number], match, "own", at, said, sure=True)
        words = quote(place, turn, answer.start, answer.end)
        return [
            replace(
                one,
                promise=replace(one.promise, by=turn.speaker, evidence=words),
                start=answer.start,
                end=answer.end,
                here_and_now=False,
            )
        ]
    return []


def _asked(spoken: Sequence[Clause], number: int) -> re.Match[str] | None:
    """The act that a clause asks the agent for, of those that outlive a call."""
    clause = spoken[number]
    if clause.kind in ("if", "time"):
        return None
    ask = _ASKS.match(clause.body)
    if ask is None:
        return None
    act = " ".join(_FROM_HERE.get(word, word) for word in clause.body[ask.end() :].split(" "))
    if not re.match(rf"(?:{SURE}|{GIVE})(?= )", act) or signs.ON_THE_LINE.match(act):
        return None
    return re.compile("(?P<verb>)").match(clause.body, ask.end())
