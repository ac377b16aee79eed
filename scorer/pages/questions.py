"""The rubrics' own words for what they ask, so that pages and files never differ."""

from __future__ import annotations

import time
from functools import lru_cache

from scorer.analytics import practising
from scorer.errors import ScorerError
from scorer.pages.shows import Questions
from scorer.pages.words import title
from scorer.scoring.rubric import available, load

#: Seconds for which the rubric files are not looked at again.
_KEPT = 30.0


def questions() -> Questions:
    """Title and question of every rubric and criterion.

    Empty where the rubrics cannot be read: a call that was scored can still be read and heard.
    """
    try:
        rubrics = load(names=available()).rubrics
    except ScorerError:
        return {}
    found = {(rubric.rubric, ""): (rubric.title, rubric.about) for rubric in rubrics}
    for rubric in rubrics:
        for criterion in rubric.criteria:
            found[rubric.rubric, criterion.id] = (title(criterion.id), criterion.question)
    return found


def advice() -> dict[str, tuple[str, str]]:
    """By `rubric.criterion`: what to practise, and an example of it said well."""
    try:
        rubrics = load(names=available()).rubrics
    except ScorerError:
        return {}
    return {
        f"{rubric.rubric}.{criterion.id}": (criterion.coaching, criterion.example)
        for rubric in rubrics
        for criterion in rubric.criteria
    }


def slips() -> frozenset[str]:
    """The criteria, as `rubric.criterion`, that only find what should not be, as talking over
    someone; they are counted against all calls.
    """
    return _slips(int(time.monotonic() // _KEPT))


@lru_cache(maxsize=1)
def _slips(_time: int) -> frozenset[str]:
    try:
        return practising.slips(load(names=available()).rubrics)
    except ScorerError:
        return frozenset()
