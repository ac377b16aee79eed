"""Core and experience, graded apart (S11).

The core is what the customer came for: was the need met, without effort? It earns a C at most,
since nobody praises a dial tone. What lifts a call to B or A is the experience around it: how the
customer was heard and addressed, and whether they left better than they came. A missing core
cannot be made good by friendliness: then the whole is D or E.

`core` and `experience` are in [0, 1], None where nothing tells; `whole` is a letter or None.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from scorer.outcome.effort import Effort
from scorer.outcome.resolution import Resolution
from scorer.outcome.sentiment import Arc
from scorer.scorecard import RubricScore

_NEED = {"resolved": 1.0, "promised": 0.7, "handed_over": 0.5, "unresolved": 0.0}
_EACH_EFFORT, _MOST_EFFORT = 0.1, 0.3
_EXPERIENCE = ("listening", "empathy", "ownership", "respectful_address")
_TELLING = 2  # rubrics with something to judge
_CORE_MET = 0.6
_GOOD, _EXCELLENT = 0.6, 0.8


@dataclass(frozen=True, slots=True)
class Grades:
    core: float | None
    experience: float | None
    whole: str | None


def grades(
    solved: Resolution, spent: Effort, felt: Arc, criteria: Mapping[str, RubricScore]
) -> Grades:
    """The two grades and the letter that they make together."""
    core = _core(solved, spent)
    experience = _experience(felt, criteria)
    return Grades(core, experience, _letter(core, experience))


def _core(solved: Resolution, spent: Effort) -> float | None:
    if solved.result == "unclear":
        return None
    effort = sum(value is True for value in spent.found.values())
    return round(max(0.0, _NEED[solved.result] - min(_MOST_EFFORT, _EACH_EFFORT * effort)), 3)


def _experience(felt: Arc, criteria: Mapping[str, RubricScore]) -> float | None:
    """The mean of what was judged, and of how the customer left; one rubric tells too little."""
    values = [c.score for n, c in criteria.items() if n in _EXPERIENCE and c.score is not None]
    if len(values) < _TELLING:
        return None
    if felt.end is not None and len(felt.points) > 1:
        values.append((felt.end + 1) / 2)
    return round(math.fsum(values) / len(values), 3)


def _letter(core: float | None, experience: float | None) -> str | None:
    if core is None:
        return None
    if core < _CORE_MET:
        return "D" if core > 0 or (experience or 0) >= _GOOD else "E"
    if experience is None or experience < _GOOD:
        return "C"
    return "A" if experience >= _EXCELLENT else "B"
