"""Tuning: what reviewers' corrections speak for is found on calls it was not chosen on."""

from pathlib import Path

import pytest

from scorer.call import Call, Turn
from scorer.paths import shipped
from scorer.scoring.encoder_weights import find
from scorer.scoring.rubric import load
from scorer.scoring.schema import RubricFile
from scorer.scoring.score import score
from scorer.scoring.tune import Correction, Proposal, _thresholds, propose, write
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


def test_a_proposal_names_the_calls_on_which_it_is_worse() -> None:
    outcomes = ["met"] * 18 + ["missed"] * 2
    now = {one.criterion: one.outcome for one in score(late_answer(0), load()).judgements}
    assert now["acknowledges_feeling"] == "missed"
    corrections = [
        Correction(late_answer(number), "empathy", "acknowledges_feeling", outcome)
        for number, outcome in enumerate(outcomes)
    ]
    (proposal,) = propose(load(), corrections)
    assert proposal.changed == {"reach": 3}
    assert proposal.worse == ("call-18", "call-19")
    assert str(proposal).endswith("; worse on call-18, call-19")


def test_agreement_that_is_there_already_changes_nothing(tmp_path: Path) -> None:
    judged = {one.criterion: one.outcome for one in score(late_answer(0), load()).judgements}
    now = judged["acknowledges_feeling"]
    corrections = [
        Correction(late_answer(number), "empathy", "acknowledges_feeling", now)
        for number in range(20)
    ]
    (proposal,) = propose(load(), corrections)
    assert (proposal.before, proposal.changed) == (1.0, {})
    assert write(shipped("rubrics"), [proposal], tmp_path) == ()


def test_few_corrections_say_too_little() -> None:
    few = [Correction(late_answer(1), "empathy", "acknowledges_feeling", "met")] * 3
    assert propose(load(), few) == ()


@pytest.mark.skipif(find() is None, reason="no encoder on this machine")
def test_a_threshold_of_meaning_is_tried_and_written(tmp_path: Path) -> None:
    rubrics = load()
    (listening,) = [one for one in rubrics.rubrics if one.rubric == "listening"]
    (asks_open,) = [one for one in listening.criteria if one.id == "asks_open"]
    change = {"at_least invites_telling": 0.9}
    assert change in [tried for tried, _ in _thresholds(rubrics.cues, asks_open)]
    proposal = Proposal("listening", "asks_open", change, 0.5, 0.9, 20)
    (path,) = write(shipped("rubrics"), [proposal], tmp_path)
    assert path == tmp_path / "cues" / "meaning_listening.yaml"
    entries = {one["id"]: one for one in YamlFile(path).values["cues"]}
    before = {
        one["id"]: one for one in YamlFile(shipped("rubrics") / "cues" / path.name).values["cues"]
    }
    assert entries.pop("invites_telling")["meaning"]["at_least"] == 0.9
    before.pop("invites_telling")
    assert entries == before


def test_no_call_is_both_chosen_on_and_held_out() -> None:
    """Of four calls, each corrected three times, only one speaks for a change: on the other three
    it was not chosen, and on its own it may not be."""
    odd = Call("odd", late_answer(0).turns)
    plain = Call("plain", (Turn("customer", "I'm really upset."), Turn("agent", "Number?")))
    calls = [odd, *(Call(f"plain-{number}", plain.turns) for number in range(3))]
    outcomes = {"odd": "met"}
    corrections = [
        Correction(call, "empathy", "acknowledges_feeling", outcomes.get(call.id, "missed"))
        for call in calls
        for _ in range(3)
    ]
    (proposal,) = propose(load(), corrections)
    assert proposal.changed == {}
    assert proposal.before == 0.75


def test_of_two_thresholds_for_one_cue_that_stands_which_gains_more(tmp_path: Path) -> None:
    better, worse = (
        Proposal("empathy", name, {"at_least feels_with": value}, 0.5, after, 20)
        for name, value, after in (("one", 0.2, 0.9), ("two", 0.8, 0.6))
    )
    paths = write(shipped("rubrics"), [better, worse], tmp_path)
    cues = [cue for path in paths for cue in YamlFile(path).values["cues"]]
    (feels_with,) = (cue for cue in cues if cue["id"] == "feels_with")
    assert feels_with["meaning"]["at_least"] == 0.2
