"""Tuning: what reviewers' corrections speak for is found on calls it was not chosen on."""

import random
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from scorer.call import Call, Turn
from scorer.errors import ScorerError
from scorer.paths import shipped
from scorer.scorecard import Result
from scorer.scoring import tune
from scorer.scoring.encoder_weights import find
from scorer.scoring.luck import by_chance, by_shuffling
from scorer.scoring.next_version import refuse_unfit, write
from scorer.scoring.proposal import Proposal
from scorer.scoring.rubric import Rubrics, load
from scorer.scoring.schema import RubricFile
from scorer.scoring.score import Scores, score
from scorer.scoring.tune import Correction, propose, untried
from scorer.scoring.variants import thresholds_of, variants_of
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
    assert change in [tried for tried, _ in thresholds_of(asks_open, rubrics.cues)]
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


def test_of_two_thresholds_for_one_cue_that_stands_which_gains_more(tmp_path: Path) -> None:
    better, worse = (
        Proposal("empathy", name, {"at_least feels_with": value}, 0.5, after, 20)
        for name, value, after in (("one", 0.2, 0.9), ("two", 0.8, 0.6))
    )
    paths = write(shipped("rubrics"), [better, worse], tmp_path)
    cues = [cue for path in paths for cue in YamlFile(path).values["cues"]]
    (feels_with,) = (cue for cue in cues if cue["id"] == "feels_with")
    assert feels_with["meaning"]["at_least"] == 0.2


RUBRIC = """
rubric: late
title: Late answers
version: 1
source: [S2]
default: true
about: Was there an answer?
criteria:
  - id: answers
    question: Was sorry said?
    source: [S2]
    opens:
      - cue: [upset]
        by: customer
    meets:
      - cue: [sorry]
    reach: {turns: 1}
    otherwise: missed
    coaching: Say it.
    example: I am sorry.
  - id: apologises
    question: Was sorry said at all?
    source: [S2]
    meets:
      - cue: [sorry]
    coaching: Say it.
    example: I am sorry.
"""
CUES = """
cues:
  - {id: upset, means: Is upset., wording: [i am upset], matches: [I am upset.], counters: [No.]}
  - {id: sorry, means: Says sorry., wording: [i am sorry], matches: [I am sorry.], counters: [No.]}
"""


@pytest.fixture
def late(tmp_path: Path) -> Rubrics:
    """A small rubric of one's own, no cue of which is by meaning."""
    folder = tmp_path / "rubrics"
    (folder / "cues").mkdir(parents=True)
    (folder / "late.yaml").write_text(RUBRIC)
    (folder / "cues" / "late.yaml").write_text(CUES)
    return load(folder)


def answered(number: int, after: int) -> Call:
    """A feeling that is met in the agent's turn `after` it; 0: never."""
    turns = [Turn("customer", "I am upset.")]
    for place in range(1, 5):
        turns += [
            Turn("agent", "I am sorry." if place == after else "The number?"),
            Turn("customer", f"It's {number}."),
        ]
    return Call(f"call-{number}", tuple(turns))


def corrected(calls: list[Call], *outcomes: Result, criterion: str = "answers") -> list[Correction]:
    """Corrections of some calls, with these outcomes by turns."""
    return [
        Correction(call, "late", criterion, outcomes[place % len(outcomes)])
        for place, call in enumerate(calls)
    ]


def as_reviewers_mark(monkeypatch: pytest.MonkeyPatch, marked: Mapping[str, Result]) -> None:
    """Puts what reviewers would mark in place of what the rules say, by the calls' ids."""

    def marking(call: Call, rubrics: Rubrics) -> Scores:
        scores = score(call, rubrics)
        judgements = tuple(replace(one, outcome=marked[call.id]) for one in scores.judgements)
        return replace(scores, judgements=judgements)

    monkeypatch.setattr(tune, "score", marking)


def test_what_changes_nothing_is_no_change(late: Rubrics) -> None:
    """A clause keeps its last cue."""
    for _, criterion in late.criteria.values():
        assert all(variant != criterion for _, variant in variants_of(criterion, late.cues))
    _, apologises = late.criteria["late.apologises"]
    assert list(variants_of(apologises, late.cues)) == []


@pytest.mark.parametrize("criterion", ["answers", "apologises"])
def test_what_the_unchanged_rule_says_speaks_for_no_change(
    late: Rubrics, monkeypatch: pytest.MonkeyPatch, criterion: str
) -> None:
    calls = [answered(number, number % 2) for number in range(20)]
    told = {call.id: score(call, late).judgements for call in calls}
    by_rule = {
        name: next(one.outcome for one in judged if one.criterion == criterion)
        for name, judged in told.items()
    }
    as_reviewers_mark(monkeypatch, dict.fromkeys(by_rule, "cannot_tell"))
    corrections = [Correction(call, "late", criterion, by_rule[call.id]) for call in calls]
    (proposal,) = propose(late, corrections)
    assert (proposal.changed, proposal.before, proposal.after) == ({}, 0.0, 0.0)
    assert "its rule alone, as it stands, is right on 20 of 20, and on 0" in proposal.notes[0]
    assert "no setting makes a question go by its rule alone" in proposal.notes[0]


def test_an_accepted_change_that_leaves_the_rule_alone_says_so(
    late: Rubrics, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls = [answered(number, 3 * (number % 2)) for number in range(20)]
    (proposal,) = propose(late, corrected(calls, "missed", "met"))
    assert proposal.changed == {"reach": 3}
    assert not any("by its rule alone" in note for note in proposal.notes)
    monkeypatch.setattr(tune, "settles", lambda _: {"late.answers": True})
    (proposal,) = propose(late, corrected(calls, "missed", "met"))
    assert any(note.startswith("late.answers goes by its rule alone") for note in proposal.notes)
    assert "10 gained and 0 lost" in str(proposal)


def sharing(monkeypatch: pytest.MonkeyPatch, spoiled: int) -> None:
    """One threshold is tried, on which both questions rest: it mends one, and spoils so many
    answers to the other, which are right."""

    def says(_: Any, of: Any, __: Any, case: Any, change: Mapping[str, Any]) -> Result:
        number = int(case.scores.conversation.call.id.removeprefix("call-"))
        if not change or (of.criterion.id == "apologises" and number >= spoiled):
            return case.now
        return "met" if of.criterion.id == "answers" and number % 2 else "no_opportunity"

    monkeypatch.setattr(tune, "variants_of", lambda one, _: [({"at_least sorry": 0.2}, one)])
    monkeypatch.setattr(tune, "_says", says)
    as_reviewers_mark(monkeypatch, {f"call-{number}": "missed" for number in range(40)})


def test_what_a_shared_threshold_does_to_other_questions_is_counted(
    late: Rubrics, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls = [answered(number, 0) for number in range(40)]
    corrections = [
        *corrected(calls, "no_opportunity", "met"),
        *corrected(calls, "missed", criterion="apologises"),
    ]
    corrections[-1] = replace(corrections[-1], outcome="met")
    sharing(monkeypatch, spoiled=5)
    answers, apologises = propose(late, corrections)
    assert answers.changed == {"at_least sorry": 0.2}
    assert "40 gained and 0 lost" in str(answers)
    assert "also changes late.apologises: 39 -> 34 of 40 right" in str(answers)
    assert apologises.changed == {}
    sharing(monkeypatch, spoiled=39)
    assert [one.changed for one in propose(late, corrections)] == [{}, {}]


def test_of_two_changes_that_touch_the_same_answers_one_waits(
    late: Rubrics, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls = [answered(number, 0) for number in range(40)]
    sharing(monkeypatch, spoiled=40)
    outcomes: tuple[Result, ...] = ("no_opportunity", "met")
    both = [
        *corrected(calls, *outcomes),
        *corrected(calls, "no_opportunity", "no_opportunity", "missed", criterion="apologises"),
    ]
    monkeypatch.setattr(tune, "by_shuffling", lambda *_: 0.0)
    answers, apologises = propose(late, both)
    assert answers.changed == {"at_least sorry": 0.2}
    assert apologises.changed == {}
    assert apologises.notes == (
        "at_least sorry: 0.2 is held back: late.answers has a proposal that changes the same "
        "answers; decide on that one, then look again",
    )


def test_random_answers_speak_for_no_change(late: Rubrics, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of 60 draws, far fewer than one in twenty; without a test of luck it was one in three."""
    calls = [answered(number, number % 5) for number in range(30)]
    by_id = {call.id: score(call, late) for call in calls}
    monkeypatch.setattr(tune, "score", lambda call, _: by_id[call.id])
    proposed = 0
    for draw in range(60):
        drawn = random.Random(draw)
        outcomes: list[Result] = ["met", "missed", "partly", "no_opportunity"][: 2 + draw % 2 * 2]
        some = drawn.sample(calls, 10 + draw % 3 * 10)
        corrections = [Correction(call, "late", "answers", drawn.choice(outcomes)) for call in some]
        (proposal,) = propose(late, corrections)
        proposed += bool(proposal.changed)
    assert proposed <= 2


def test_luck_is_told_from_gain() -> None:
    assert by_chance(0, 0) == 1.0
    assert by_chance(5, 0) == 1 / 32
    assert by_chance(3, 1) == 5 / 16
    assert by_chance(600, 400) < 1e-9
    outcomes = ["met", "missed"] * 10
    always, as_said = ["met"] * 20, outcomes
    as_is = ["cannot_tell"] * 20
    assert by_shuffling([as_is, always], outcomes, 1, 0.05) == 1.0
    assert by_shuffling([as_is, as_said], outcomes, 1, 0.05) < 0.01


def test_an_answer_that_is_only_given_more_often_is_no_better_rule(
    late: Rubrics, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Reviewers never say that they cannot tell; what they say hangs on nothing in these calls."""
    calls = [answered(number, 0) for number in range(30)]
    as_reviewers_mark(monkeypatch, {call.id: "cannot_tell" for call in calls})
    monkeypatch.setattr(tune, "_says", lambda *a: "met" if "otherwise" in a[4] else "cannot_tell")
    (proposal,) = propose(late, corrected(calls, "met", "missed"))
    assert proposal.changed == {}
    assert "gains no more than it would on the same corrections shuffled" in proposal.notes[0]


def test_the_same_said_again_of_a_call_counts_once(late: Rubrics) -> None:
    calls = [answered(number, 3) for number in range(10)]
    few = corrected(calls[:2], "met") * 6
    assert propose(late, few) == ()
    assert list(untried(late, few)) == [
        "late.answers: not tried: corrected on 2 calls; 10 different ones are needed"
    ]
    (once,), (twice,) = (propose(late, corrected(calls, "met") * times) for times in (1, 2))
    assert once == twice
    assert once.corrections == 10


def test_corrections_that_are_all_alike_do_not_turn_a_question_off(late: Rubrics) -> None:
    (proposal,) = propose(late, corrected([answered(n, 0) for n in range(12)], "met"))
    assert proposal.changed == {}
    assert proposal.notes[0].startswith(
        "all corrections say met, so another 'otherwise' or 'at_least' was not tried"
    )


def test_corrections_of_what_cannot_be_heard_are_not_tried(tmp_path: Path, late: Rubrics) -> None:
    folder = tmp_path / "rubrics"
    text = (folder / "late.yaml").read_text()
    unheard = "    observable: false\n    why_not: Silent.\n    coaching: Say it."
    (folder / "late.yaml").write_text(text.replace("    coaching: Say it.", unheard, 1))
    corrections = corrected([answered(n, 0) for n in range(12)], "met")
    assert propose(load(folder), corrections) == ()
    (line,) = untried(load(folder), corrections)
    assert line == "late.answers: not tried: it cannot be heard on a call, so no rule answers it"
    assert propose(late, corrections)


def test_corrections_of_another_question_on_other_calls_change_no_proposal(late: Rubrics) -> None:
    drawn = random.Random(0)
    calls = [answered(number, (0, 2, 3, 4)[number % 4]) for number in range(60)]
    corrections = [
        replace(one, outcome="missed") if drawn.random() < 0.4 else one
        for one in corrected(calls[:40], "missed", "met", "met", "met")
    ]
    others = corrected(calls[40:49], "met", "missed", criterion="apologises")
    alone, beside = propose(late, corrections), propose(late, [*corrections, *others])
    assert alone == beside
    assert alone[0].changed == {"reach": 4}


def test_folds_are_even_and_no_call_is_in_two() -> None:
    """No call is both chosen on and held out, of whatever question its corrections are."""
    own, others = [3, 8, 9, 14, 15, 29, 30], [2, 8, 29]
    cases = [tune._Case(call, None, "met", "met") for call in (*own, *others)]  # type: ignore[arg-type]
    assert tune._folds(cases) == [0, 1, 2, 3, 4, 0, 1, 2, 1, 0]


def test_a_folder_that_cannot_be_made_is_told_of_beforehand(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine")
    with pytest.raises(ScorerError, match="x: cannot be made"):
        refuse_unfit(tmp_path / "file" / "x")
    refuse_unfit(tmp_path / "a" / "new" / "one")
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_a_disk_that_fills_up_is_told_of(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("scorer.scoring.next_version.copyfile", full)
    proposal = Proposal("empathy", "acknowledges_feeling", {"reach": 3}, 0.0, 1.0, 20)
    with pytest.raises(ScorerError, match=r"No space left on device.*make room"):
        write(shipped("rubrics"), [proposal], tmp_path / "new")
