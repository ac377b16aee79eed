"""Versions of the rubrics: kept, published, refused, and found out where they were changed."""

import pytest
from team_deeds import TINY
from test_upkeep import found

from scorer.errors import ScorerError
from scorer.pipeline import Scorer
from scorer.scoring.rubric import load
from scorer.store.published import validate


def test_what_is_published_is_what_calls_are_scored_on(store, as_, tmp_path, monkeypatch):
    monkeypatch.setenv("SCORER_HOME", str(tmp_path / "home"))
    rubrics = as_["lead"].rubrics
    shipped, running = load().sha256, Scorer()
    version = rubrics.save(TINY, "only one question")
    assert load().sha256 == shipped  # keeping a version changes nothing yet
    rubrics.publish(version, "agreed on Monday")
    assert rubrics.published() == version
    assert load().sha256 != shipped
    assert [(r.rubric, r.version) for r in load().rubrics] == [("warmth", 2)]
    assert running.rubrics.sha256 == shipped
    running.look_again()  # as the worker does before each recording
    assert running.rubrics.names == ("warmth",)
    assert rubrics.save(TINY, "once more") == version  # the same content is kept once
    rubrics.publish(0, "back: it missed too much")
    assert (load().sha256, rubrics.published()) == (shipped, 0)
    told = [(each.number, [d.decision for d in each.decisions]) for each in rubrics.all()]
    assert told == [(version, ["published"]), (0, ["published"])]
    assert store.check(deep=True) == []


def test_a_broken_version_is_refused_with_file_line_and_remedy(as_):
    rubrics = as_["lead"].rubrics

    def saved(name, old, new):
        rubrics.save({**TINY, name: TINY[name].replace(old, new)}, "typing")

    with pytest.raises(ScorerError, match=r"^warmth\.yaml:8: 'asks' is not a field here"):
        saved("warmth.yaml", "criteria:", "asks: x\ncriteria:")
    with pytest.raises(ScorerError, match=r"^warmth\.yaml:12: there is no cue 'thx'"):
        saved("warmth.yaml", "[thanks]}", "[thx]}")
    with pytest.raises(ScorerError, match=r"should not match 'No thank you\.' and does"):
        saved("cues/warmth.yaml", "[No problem.]", "[No thank you.]\n    negation: allow")
    with pytest.raises(ScorerError, match="no rubric with 'default: true'"):
        saved("warmth.yaml", "default: true", "default: false")
    with pytest.raises(ScorerError, match="name a file like"):
        rubrics.save({**TINY, "../evil.yaml": "x"}, "typing")
    assert [each.number for each in rubrics.all()] == [0]


def test_the_shipped_rubrics_are_whole(as_):
    validate(as_["lead"].rubrics.files(0))


def test_check_finds_rubrics_that_were_not_published(store, as_, tmp_path, monkeypatch):
    monkeypatch.setenv("SCORER_HOME", str(tmp_path / "home"))
    rubrics = as_["lead"].rubrics
    version = rubrics.save(TINY, "a try")
    rubrics.publish(version, "agreed")
    assert store.check() == []
    place = rubrics.folder(version) / "warmth.yaml"
    place.write_text(place.read_text() + "\n# slipped in\n")
    assert found(store) == "the rubrics in use are not those that were published"
    rubrics.publish(version, "as it was")
    assert store.check() == []


def test_a_proposal_is_accepted_or_refused(as_):
    rubrics = as_["lead"].rubrics
    version = rubrics.save(TINY, "reviewers say so", "proposed", {"n": 12})
    [proposal, _] = rubrics.all()
    assert proposal.waits
    assert proposal.report == {"n": 12}
    rubrics.refuse(version, "too few calls")
    [proposal, _] = rubrics.all()
    assert (proposal.waits, proposal.refused) == (False, True)
    rubrics.publish(version, "after all")
    with pytest.raises(ScorerError, match="publish another one instead"):
        rubrics.refuse(version, "no")
