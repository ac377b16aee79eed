"""How the customer's words feel, turn by turn: the arc from the start of a call to its end.

Read from wording cues alone (`rubrics/cues/outcome_feelings.yaml`), with negation, never from a
voice. A turn is in [-1, 1]: 0 where its words carry no feeling. `start` is the mean of the first
third of the customer's turns, courtesy left out; where that is 0, a feeling of long standing that
they speak of before the last third. `end` is of the last third, the later the heavier, so that a
parting "bye" does not outweigh the thanks before it. Both are None where the customer said too
little. Source: S5 ("did the customer leave better than they came").
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass

from scorer.outcome.words import Said, Words, quotes
from scorer.scorecard import Evidence

#: The feeling of each cue; how strong it is stands with the cue.
SIGN = {
    "outcome_delighted": 1,
    "outcome_pleased": 1,
    "outcome_thanks": 1,
    "outcome_accepts": 1,
    "outcome_annoyed": -1,
    "outcome_angry": -1,
}
#: What nobody comes to feel within a call.
_STANDING = re.compile(
    r"\b(?:tired of|fed up|sick (?:of|and tired)|had enough|worn out|wits'? end|lost patience|"
    r"running out of patience|(?:weeks|months|days) of this)\b",
    re.IGNORECASE,
)
_SOFTNESS = 0.8  # how many strong words it takes for a turn to be near -1 or 1
_ENOUGH_WORDS = 4  # fewer, and there is no telling how a customer feels


@dataclass(frozen=True, slots=True)
class Arc:
    """`points`: (turn, feeling in [-1, 1]) of each customer turn, in order."""

    points: tuple[tuple[int, float], ...]
    start: float | None
    end: float | None
    evidence: tuple[Evidence, ...]

    @property
    def change(self) -> float | None:
        """`end - start`, in [-2, 2]: above 0 the customer left better than they came."""
        if self.start is None or self.end is None or len(self.points) < 2:
            return None
        return round(self.end - self.start, 3)


def arc(words: Words) -> Arc:
    """The sentiment of the customer's words over the call."""
    felt = words.said(SIGN, "customer")
    points = tuple(
        (place, turn_feeling([s for s in felt if s.turn == place]))
        for place in words.customer_turns
    )
    if words.customer_words < _ENOUGH_WORDS:
        return Arc(points, None, None, ())
    third = max(1, round(len(points) / 3))
    strongest = sorted(felt, key=lambda said: -said.strength)[:6]
    return Arc(
        points,
        _came(words, felt, third),
        _last([value for _, value in points]),
        quotes(sorted(strongest, key=lambda said: said.place), at_most=6),
    )


def _came(words: Words, felt: Sequence[Said], third: int) -> float:
    """How the customer came: by what they felt in the first third; where that tells nothing, by a
    feeling of long standing that they speak of before the last third."""
    turns = words.customer_turns
    heart = [said for said in felt if not _courtesy(said, turns)]
    opening = _mean(
        [turn_feeling([s for s in heart if s.turn == place]) for place in turns[:third]]
    )
    brought = [
        said
        for said in heart
        if SIGN[said.cue] < 0
        and said.turn < turns[-third]
        and _STANDING.search(said.evidence.quote)
    ]
    return opening if opening or not brought else turn_feeling(brought[:1])


def _courtesy(said: Said, turns: Sequence[int]) -> bool:
    """Whether it tells nothing of how they came: "okay, so can you mend it?", or thanks for being
    let speak, before anything was done for them."""
    first = said.turn == turns[0] and len(turns) > 1
    return said.cue == "outcome_accepts" or (said.cue == "outcome_thanks" and first)


def turn_feeling(felt: list[Said]) -> float:
    """One turn's feeling in [-1, 1] from its cues: their signed sum, bent so that it saturates.

    x / sqrt(x^2 + c) is the squashing that VADER uses (Hutto & Gilbert 2014).
    """
    total = math.fsum(SIGN[said.cue] * said.strength for said in felt)
    return round(total / math.sqrt(total * total + _SOFTNESS), 3)


def _last(values: list[float]) -> float:
    """The last third and at least two turns, but never the first; weights 1, 2, 3, ..."""
    if len(values) < 3:
        return values[-1]
    closing = values[-max(2, round(len(values) / 3)) :]
    weighted = math.fsum(weight * value for weight, value in enumerate(closing, start=1))
    return round(weighted / sum(range(1, len(closing) + 1)), 3)


def _mean(values: list[float]) -> float:
    return round(math.fsum(values) / len(values), 3)
