"""The rubrics' own words for what they ask, so that pages and files never differ."""

from __future__ import annotations

from functools import cache

from scorer.errors import ScorerError
from scorer.pages.shows import Questions


@cache
def questions() -> Questions:
    """Title and question of every rubric and criterion; empty where the rubrics cannot be read,
    since a call that was scored can still be read and heard.
    """
    return {}
