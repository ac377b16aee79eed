"""A rubric at a glance: opportunities count, quiet is quiet, unknown is not zero."""

import json

import example_call
import pytest

from scorer.pages import view
from scorer.pages.shows import pill, rubrics


def marks(card):
    return view.marks(card, {})


@pytest.mark.parametrize(
    ("results", "text", "tone"),
    [
        (["met", "met"], "met 2 of 2", "good"),
        (["met", "missed", "met"], "met 2 of 3", "mixed"),
        (["met", "partly"], "met 1, partly 1 of 2", "mixed"),
        (["partly"], "partly 1 of 1", "mixed"),
        (["missed"], "missed 1", "poor"),
        (["missed", "no_opportunity", "cannot_tell"], "missed 1", "poor"),
        (["met", "no_opportunity", "cannot_tell"], "met 1 of 1", "good"),
        (["no_opportunity"], "no opportunity", "quiet"),
        ([], "no opportunity", "quiet"),
        (["no_opportunity", "cannot_tell"], "cannot tell", "unknown"),
    ],
)
def test_the_pill(results, text, tone):
    assert pill(results) == {"text": text, "tone": tone}


@pytest.fixture
def shown():
    card = json.loads(json.dumps(example_call.scorecard().to_dict()))
    return {rubric["name"]: rubric for rubric in rubrics(card, {})}


def test_where_no_opportunity_came_up_only_the_title_stays(shown):
    assert [j["title"] for j in shown["ownership"]["quiet"]] == ["Hands over warmly"]
    assert "warm_handover" not in [j["criterion"] for j in shown["ownership"]["judgements"]]


def test_what_was_missed_comes_first_and_the_count_is_told(shown):
    [finish, *_] = shown["listening"]["judgements"]
    assert [moment["outcome"] for moment in finish["moments"]] == ["missed", "met"]
    assert finish["result"] == "met 1 of 2"


def test_what_does_not_count_is_only_perhaps_so():
    card = json.loads(json.dumps(example_call.scorecard().to_dict()))
    [finish] = [j for j in card["judgements"] if j["criterion"] == "lets_finish"]
    [missed] = [moment for moment in finish["moments"] if moment["outcome"] == "missed"]
    missed["counts"] = False
    [listening, *_] = [one for one in rubrics(card, {}) if one["name"] == "listening"]
    [shown] = [j for j in listening["judgements"] if j["criterion"] == "lets_finish"]
    assert shown["result"] == "partly met"  # the machine's answer, and no count of one moment
    assert [(one["outcome"], one["result"]) for one in shown["moments"]] == [
        ("met", "met"),
        ("unsure", "perhaps missed"),
    ]
    before = sum(mark["outcome"] == "missed" for mark in marks(example_call.scorecard().to_dict()))
    assert sum(mark["outcome"] == "missed" for mark in marks(card)) == before - 1


def test_a_moment_plays_its_opening_and_its_answer(shown):
    [moment] = shown["empathy"]["judgements"][0]["moments"]
    assert [(quote["who"], quote["text"]) for quote in moment["quotes"]] == [
        ("Customer", "frankly I am fed up."),
        ("Agent", "I am so sorry about that."),
    ]
    # The customer's turn begins at 6 s and "frankly" is its 16th word, at 0.29 s a word.
    assert moment["quotes"][0]["at"] == pytest.approx(6.0 + 15 * 0.29)


def test_an_unsure_judgement_looks_unsure(shown):
    judgements = {j["criterion"]: j for r in shown.values() for j in r["judgements"]}
    assert judgements["name_as_invited"]["unsure"]
    assert judgements["leaves_better"]["unsure"]
    assert judgements["name_as_invited"]["sure"] == "unsure, 0.55"
    assert not judgements["restates"]["unsure"]


def test_nobody_is_sure_of_an_answer_that_nothing_asked_for(shown):
    quiet = [each for rubric in shown.values() for each in rubric["quiet"]]
    assert len(quiet) == 3
    assert {(each["sure"], each["unsure"]) for each in quiet} == {("", False)}


def test_evidence_without_moments_is_quoted_itself():
    card = json.loads(json.dumps(example_call.scorecard().to_dict()))
    for judgement in card["judgements"]:
        judgement["moments"] = []
    [restates] = [j for j in rubrics(card, {})[0]["judgements"] if j["criterion"] == "restates"]
    assert len(restates["quotes"]) == 2
    assert restates["result"] == "met"


def test_a_quote_of_a_turn_that_is_not_there_still_shows():
    card = json.loads(json.dumps(example_call.scorecard().to_dict()))
    card["turns"] = []
    [moment] = rubrics(card, {})[1]["judgements"][0]["moments"]
    assert moment["quotes"][0]["who"] == ""


def test_another_reading_shows_only_where_it_differs():
    card = json.loads(json.dumps(example_call.scorecard().to_dict()))
    first, second = card["judgements"][:2]
    opinion = {"model": "qwen3-8b", "note": "", "evidence": first["evidence"][:1]}
    first["second"] = {**opinion, "outcome": "met", "agrees": False}
    second["second"] = {**opinion, "outcome": second["outcome"], "agrees": True}
    shown = [j for r in rubrics(card, {}) for j in (*r["judgements"], *r["quiet"])]
    told = {j["criterion"]: j["second"] for j in shown}
    assert told[second["criterion"]] is None
    assert "qwen3-8b: met" in told[first["criterion"]]["text"].replace("by ", "").lower()
    assert told[first["criterion"]]["quotes"][0]["text"] == first["evidence"][0]["quote"]
