"""A call that reached the wrong number: nothing was wanted here, so nothing was solved or missed.

It is one where somebody says so, and little more is said after that: a caller who is right after
all goes on to tell what they want.
"""

from __future__ import annotations

import re

from scorer.call import Turn
from scorer.outcome.words import Words
from scorer.scorecard import Evidence
from scorer.scoring.cues import quote

_REACHED = "(?:got|have|had|dialled|dialed|rung|called|reached|must have)"
_AGENT = re.compile(
    rf"\byou(?:'ve| have| may have| might have| must have)? (?:just )?{_REACHED} the wrong number\b"
    r"(?! (?:on|in|for|down)\b)|\bthis is the wrong number\b|^\W*(?:sorry,? )?wrong number\b",
    re.IGNORECASE,
)
_CUSTOMER = re.compile(
    rf"\bi(?:'ve| have| must have| may have| might have)? (?:just )?{_REACHED} "
    r"(?:the|a) wrong number\b(?! (?:on|in|for|down)\b)|"
    r"(?:^|[.!?]\s+)(?:(?:oh|ah|so|sorry|very|dear|god),? ){0,4}(?:the )?wrong number\b",
    re.IGNORECASE,
)
#: "No, you're right here": it was not the wrong number after all.
_RIGHT = re.compile(
    r"\b(?:you're|you are|it's|this is) (?:in |at )?(?:the )?right\b|"
    r"\bright (?:place|number|team)\b|"
    r"\b(?:booked|reserved|put you|what happened|can i help|let me)\b",
    re.IGNORECASE,
)
_EARLY = 6  # turns in which it comes out
_FEW_WORDS = 40  # each party says no more than so many afterwards


def wrong_number(words: Words) -> tuple[Evidence, ...]:
    """Where somebody says that the number is wrong; nothing where the call goes on all the same."""
    turns = words.call.turns
    for place, turn in enumerate(turns[:_EARLY]):
        found = _found(turn)
        if not found or not _soon_over(turns[place + 1 :]):
            continue
        end = re.compile(r"[.!?]|$").search(turn.text, found.end())
        begin = max(turn.text.rfind(mark, 0, found.start() + 1) for mark in ".!?") + 1
        begin += len(turn.text[begin:]) - len(turn.text[begin:].lstrip())
        return (quote(place, turn, begin, end.end() if end else len(turn.text)),)
    return ()


def _found(turn: Turn) -> re.Match[str] | None:
    text = turn.text.replace("’", "'")
    if turn.by_agent:
        return _AGENT.search(text)
    return _CUSTOMER.search(text) if turn.by_customer else None


def _soon_over(after: tuple[Turn, ...]) -> bool:
    agent = sum(len(turn.text.split()) for turn in after if turn.by_agent)
    customer = sum(len(turn.text.split()) for turn in after if turn.by_customer)
    if any(turn.by_agent and _RIGHT.search(turn.text.replace("’", "'")) for turn in after):
        return False
    return max(agent, customer) <= _FEW_WORDS
