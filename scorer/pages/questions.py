"""The rubrics' own words for what they ask, so that pages and files never differ."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from scorer import paths
from scorer.analytics import practising
from scorer.errors import ScorerError
from scorer.pages.shows import Questions
from scorer.pages.words import title
from scorer.scoring.rubric import available, load

#: Seconds for which the rubric files are not looked at again; what is published is seen at once.
_KEPT = 30.0


def questions() -> Questions:
    """Title and question of every rubric and criterion.

    Empty where the rubrics cannot be read: a call that was scored can still be read and heard.
    """
    return _words().questions


def advice() -> Mapping[str, tuple[str, str]]:
    """By `rubric.criterion`: what to practise, and an example of it said well."""
    return _words().advice


def slips() -> frozenset[str]:
    """The criteria, as `rubric.criterion`, that only find what should not be, as talking over
    someone; they are counted against all calls.
    """
    return _words().slips


@dataclass(frozen=True)
class _Words:
    questions: Questions
    advice: Mapping[str, tuple[str, str]]
    slips: frozenset[str]


def _words() -> _Words:
    return _read(paths.rubrics(), int(time.monotonic() // _KEPT))


@lru_cache(maxsize=4)
def _read(folder: Path, _time: int) -> _Words:
    try:
        rubrics = load(folder, available(folder)).rubrics
    except ScorerError:
        rubrics = ()
    asked = {(rubric.rubric, ""): (rubric.title, rubric.about) for rubric in rubrics}
    advised = {}
    for rubric in rubrics:
        for criterion in rubric.criteria:
            asked[rubric.rubric, criterion.id] = (title(criterion.id), criterion.question)
            told = (criterion.coaching, criterion.example)
            advised[f"{rubric.rubric}.{criterion.id}"] = told
    return _Words(asked, advised, practising.slips(rubrics))
