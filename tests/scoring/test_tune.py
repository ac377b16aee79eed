"""Tuning: what reviewers' corrections speak for is found on calls it was not chosen on."""

from pathlib import Path

from scorer.call import Call, Turn
from scorer.paths import shipped
from scorer.scoring.rubric import load
from scorer.scoring.schema import RubricFile
from scorer.scoring.tune import Correction, propose, write
from scorer.scoring.yaml_files import YamlFile


def late_answer(number: int) -> Call:
    """A feeling that is met only in the agent's third turn after it."""
    lines = [
        ("customer", "I'm really upset."), ("agent", "Number?"), ("customer", "It's four."),
        ("agent", "And the date?"), ("customer", "May."), ("agent", "I'm so sorry about that."),
    ]  # fmt: skip
    return Call(f"call-{number}", tuple(Turn(*line) for line in lines))


def test_a_reach_that_reviewers_see_differently_is_proposed(tmp_path: Path) -> None:
    corrections = [
        Correction(late_answer(number), "empathy", "acknowledges_feeling", "met")
        for number in range(20)
    ]
    (proposal,) = propose(load(), corrections)
    assert proposal.before == 0.0
    assert proposal.after == 1.0
    assert proposal.changed == {"reach": 3}
    (path,) = write(shipped("rubrics"), [proposal], tmp_path)
    new, old = YamlFile(path).values, YamlFile(shipped("rubrics") / "empathy.yaml").values
    assert new["version"] == old["version"] + 1
    criterion = next(one for one in new["criteria"] if one["id"] == "acknowledges_feeling")
    assert criterion["reach"]["turns"] == 3
    assert set(new) == set(old) <= set(RubricFile.model_fields)


def test_agreement_that_is_there_already_changes_nothing(tmp_path: Path) -> None:
    corrections = [
        Correction(late_answer(number), "empathy", "acknowledges_feeling", "missed")
        for number in range(20)
    ]
    (proposal,) = propose(load(), corrections)
    assert (proposal.before, proposal.changed) == (1.0, {})
    assert write(shipped("rubrics"), [proposal], tmp_path) == ()


def test_few_corrections_say_too_little() -> None:
    few = [Correction(late_answer(1), "empathy", "acknowledges_feeling", "met")] * 3
    assert propose(load(), few) == ()
