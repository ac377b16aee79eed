"""A rubric file as people read it, and what is seen in a sentence."""

import re
from dataclasses import replace

from scorer.pages import rubric_prose, rubric_try
from scorer.scoring.rubric import available, load
from scorer.scoring.verdicts import settles

RUBRICS = load(names=available())


def criterion(name):
    return next(c for rubric in RUBRICS.rubrics for c in rubric.criteria if c.id == name)


def test_a_criterion_says_what_opens_meets_and_misses_it():
    told = dict(rubric_prose.told(criterion("acknowledges_feeling"), RUBRICS.cues.entries))
    assert list(told) == ["Comes up when", "Met when", "Missed when", "How far it reaches"]
    assert all(line.startswith("the customer") for line in told["Comes up when"])
    assert all(line.startswith("the agent") for line in told["Met when"])
    assert "turn" in told["How far it reaches"][0]


def test_every_criterion_of_every_rubric_can_be_told():
    for rubric in RUBRICS.rubrics:
        for each in rubric.criteria:
            told = rubric_prose.told(each, RUBRICS.cues.entries)
            words = " ".join(line for _, lines in told for line in lines)
            assert words
            assert not re.search(r"says: \w+s\b (or|the|that|after|openly|what)\b", words), words
            # Never a cue's bare name, nor a pattern.
            assert not re.search(r"\b[a-z]+_[a-z_]+\b", words), words
            assert re.search(r"from S\d", rubric_prose.about(each))


def test_a_critical_criterion_is_said_to_wait_for_a_person():
    assert "only once a person confirmed it" in rubric_prose.about(criterion("no_belittling"))


def test_lines_become_turns():
    call = rubric_try.spoken("Customer: I am upset.\n\nAgent: I am sorry.\nNote: it is ours.")
    assert [(turn.speaker, turn.text) for turn in call.turns] == [
        ("customer", "I am upset."),
        ("agent", "I am sorry."),
        ("agent", "Note: it is ours."),
    ]


def test_what_is_seen_is_what_is_looked_for_in_whoever_speaks():
    call = rubric_try.spoken("Customer: I am really upset.\nAgent: I am so sorry about that.")
    tried = rubric_try.tried(call, RUBRICS)
    seen = {(each.turn, each.cue) for each in tried.seen}
    assert (0, "voices_feeling") in seen
    assert (1, "apologizes") in seen
    assert (0, "meets_feeling") not in seen  # an agent's cue, said by the customer
    outcomes = {each.criterion: each.outcome for _, each in tried.judged}
    assert outcomes["acknowledges_feeling"] == "met"
    assert rubric_try.tried(rubric_try.spoken(""), RUBRICS).seen == []


def test_a_criterion_says_whether_its_rule_decides_alone():
    (ours,) = [each for each in RUBRICS.rubrics if each.rubric == "empathy"]
    further = [
        each.model_copy(update={"reach": each.reach.model_copy(update={"turns": 9})})
        for each in ours.criteria
    ]
    changed = ours.model_copy(update={"criteria": tuple(further)})
    by_name = settles(RUBRICS)
    others = tuple(each for each in RUBRICS.rubrics if each != ours)
    edited = settles(replace(RUBRICS, rubrics=(changed, *others)))
    name = "empathy.acknowledges_feeling"
    assert "learned from marked calls" in rubric_prose.settled(by_name[name])
    assert "alone" in rubric_prose.settled(edited[name])
    assert "learned from marked calls" in rubric_prose.settled(edited["seven_cs.caring_attitude"])
    assert rubric_prose.settled(by_name.get("listening.acknowledges")) == ""
