"""docs/rubrics.md tells of every field that a lead may write."""

from pathlib import Path

import pytest

from scorer.scoring.schema import Clause, Criterion, CueEntry

DOCS = (Path(__file__).parents[2] / "docs" / "rubrics.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("model", [Criterion, Clause, CueEntry])
def test_every_field_is_told_of(model: type[Criterion | Clause | CueEntry]) -> None:
    untold = [name for name in model.model_fields if name not in DOCS]
    assert not untold
