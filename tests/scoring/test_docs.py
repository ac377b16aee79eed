"""docs/rubrics.md tells of every field that a lead may write, and its first rubric works."""

import inspect
import re
from pathlib import Path

import pytest
from click.testing import CliRunner
from pydantic import BaseModel

from scorer.call import Call, Turn
from scorer.cli import main
from scorer.scoring import schema
from scorer.scoring.rubric import available, load
from scorer.scoring.schema import RubricFile
from scorer.scoring.score import score

DOCS = (Path(__file__).parents[2] / "docs" / "rubrics.md").read_text(encoding="utf-8")
MODELS = [
    model
    for _, model in inspect.getmembers(schema, inspect.isclass)
    if issubclass(model, BaseModel) and model.__module__ == schema.__name__ and model.model_fields
]


@pytest.mark.parametrize("model", MODELS)
def test_every_field_is_told_of(model: type[BaseModel]) -> None:
    untold = [name for name in model.model_fields if not re.search(rf"`{name}[`:]|\b{name}:", DOCS)]
    assert not untold


@pytest.mark.parametrize("idea", ["own", *(f"S{number}" for number in range(1, 24))])
def test_every_source_is_told_of(idea: str) -> None:
    assert re.search(rf"^\| {idea} \||`{idea}`", DOCS, re.MULTILINE)


@pytest.fixture
def first(tmp_path: Path) -> Path:
    """The files of the docs' first rubric, letter for letter; each block begins with its name."""
    blocks = re.findall(r"```yaml\n(# (\S+\.yaml)\n.*?)```", DOCS, re.DOTALL)
    assert [name for _, name in blocks] == ["refunds.yaml", "cues/refunds.yaml"]
    for text, name in blocks:
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return tmp_path


def test_the_first_rubric_is_in_order_and_scores(first: Path) -> None:
    told = CliRunner().invoke(main, ["rubrics", "check", str(first)])
    assert told.exit_code == 0, told.output
    asks = Turn("customer", "I'd like a refund for that kettle.")
    outcomes = [
        score(Call("call", (asks, Turn("agent", said))), load(first)).judgements[0].outcome
        for said in ("You'll have it by Friday.", "That can be done.")
    ]
    assert outcomes == ["met", "missed"]


def test_the_first_rubric_stands_beside_the_shipped_ones(first: Path) -> None:
    assert not set(available(first)) & set(available())
    assert not set(load(first).cues.entries) & set(load(names=available()).cues.entries)


def test_the_first_rubric_shows_a_head(first: Path) -> None:
    head = (first / "refunds.yaml").read_text(encoding="utf-8")
    fields = set(RubricFile.model_fields) - {"shown"}
    assert {name for name in fields if re.search(rf"^{name}:", head, re.MULTILINE)} == fields
