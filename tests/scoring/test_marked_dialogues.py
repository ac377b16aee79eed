"""Short calls marked by a person before any was scored; docs/accuracy.md has the first scores."""

import marked_dialogues
import pytest

from scorer.scoring.encoder_weights import find
from scorer.scoring.rubric import load


@pytest.mark.skipif(find() is None, reason="no encoder on this machine")
def test_most_are_found_and_few_beside() -> None:
    rubrics = load()
    found = [
        marked_dialogues.compare(dialogue, rubrics)
        for dialogues in marked_dialogues.sets().values()
        for dialogue in dialogues
    ]
    right = sum(len(one.right) for one in found)
    marked = right + sum(len(one.absent) for one in found)
    assert marked > 3000
    assert right >= 0.89 * marked
    assert sum(len(one.beside) for one in found) <= 0.19 * marked
