"""Short calls marked by a person before any was scored; docs/accuracy.md has the first scores."""

import marked_dialogues
import pytest

from scorer.scoring.encoder_weights import find
from scorer.scoring.rubric import load

pytestmark = pytest.mark.skipif(find() is None, reason="no encoder on this machine")


@pytest.fixture(scope="module")
def found() -> list[marked_dialogues.Found]:
    rubrics = load()
    return [
        marked_dialogues.compare(dialogue, rubrics)
        for dialogues in marked_dialogues.sets().values()
        for dialogue in dialogues
    ]


def test_most_are_found_and_few_beside(found: list[marked_dialogues.Found]) -> None:
    right = sum(len(one.right) for one in found)
    marked = right + sum(len(one.absent) for one in found)
    assert marked > 3000
    assert right >= 0.895 * marked
    assert sum(len(one.beside) for one in found) <= 0.17 * marked


def test_a_moment_is_as_sure_as_it_is_often_marked(found: list[marked_dialogues.Found]) -> None:
    every = [pair for one in found for pair in one.confidence]
    brier = sum((sure - marked) ** 2 for sure, marked in every) / len(every)
    assert brier < 0.12  # one confidence for all would give 0.13
    for _, _, sure, marked in marked_dialogues.reliability(found, (0.0, 0.25, 0.5, 0.75, 0.9)):
        assert marked == pytest.approx(sure, abs=0.15)


def test_by_the_optional_rubrics_most_is_found_that_two_readers_mark() -> None:
    rubrics = marked_dialogues.optional_rubrics()
    assert len(rubrics.names) == 6
    found = [
        marked_dialogues.compare(dialogue, rubrics)
        for dialogues in marked_dialogues.sets_by_optional_rubrics().values()
        for dialogue in dialogues
    ]
    right = sum(len(one.right) for one in found)
    marked = right + sum(len(one.absent) for one in found)
    assert marked > 1500
    assert right >= 0.72 * marked  # the rules alone: 0.27
    assert sum(len(one.beside) for one in found) <= 0.31 * marked
    for _, _, sure, often in marked_dialogues.reliability(found, (0.0, 0.25, 0.5, 0.75, 0.9)):
        assert often == pytest.approx(sure, abs=0.2)
