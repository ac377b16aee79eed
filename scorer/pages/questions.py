"""The rubrics' own words for what they ask, so that pages and files never differ."""

from __future__ import annotations

from scorer.errors import ScorerError
from scorer.pages.shows import Questions
from scorer.pages.words import title
from scorer.scoring.rubric import available, load


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
