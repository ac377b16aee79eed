"""Whether the customer spoke of leaving or staying, of recommending or warning.

Each is True, False, or None where the customer said too little. `leaving` is True only where it
still stands at the end: a customer who is won back says so, and is `won_back`. What a customer
says is no forecast of what they do; it is a reason to call them. Source: S8 (recovery), S15
(retention), S20; the recommendation question is Reichheld's (2003).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from scorer.outcome.words import Said, Words, quotes
from scorer.scorecard import Evidence

_CUES = {
    "leaving": "outcome_leaving",
    "staying": "outcome_staying",
    "recommends": "outcome_recommends",
    "warns_others": "outcome_warns_others",
}
_ENOUGH_WORDS = 8
#: Loyal words that win nobody back: "you've lost a customer of ten years".
_HOW_LONG = re.compile(
    r"(?:loyal|long[ -]?time|customer|fan|user|been with you|with you (?:for|of|since))\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Loyalty:
    found: Mapping[str, bool | None]
    evidence: Mapping[str, tuple[Evidence, ...]]


def loyalty(words: Words) -> Loyalty:
    """What the customer said of staying or leaving."""
    said = {name: words.said(cue, "customer") for name, cue in _CUES.items()}
    enough = words.customer_words >= _ENOUGH_WORDS
    found: dict[str, bool | None] = {
        name: True if hits else (False if enough else None) for name, hits in said.items()
    }
    leaving = said["leaving"]
    staying = [one for one in said["staying"] if not _tells_how_long(words, one)]
    won_back = bool(leaving and staying and staying[-1].place > leaving[-1].place)
    found["won_back"] = won_back if leaving else None
    if won_back:
        found["leaving"] = False
    return Loyalty(found, {name: quotes(hits) for name, hits in said.items() if hits})


def _tells_how_long(words: Words, said: Said) -> bool:
    return bool(_HOW_LONG.match(words.call.turns[said.turn].text, said.at))
