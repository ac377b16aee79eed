"""What reviewers would mark, beside what the rules find: on whole calls, and while both agree."""

import re
import shutil

import marked_dialogues
import numpy as np
import pytest
from click.testing import CliRunner

from scorer.call import Call, Turn
from scorer.cli import main
from scorer.paths import shipped
from scorer.scoring import encoder_weights, verdicts
from scorer.scoring.blocks import around
from scorer.scoring.explain import explain
from scorer.scoring.marks import definition, taught
from scorer.scoring.networks import Lines, by_block, by_call, standard
from scorer.scoring.rubric import available, load
from scorer.scoring.score import cues_of, judge, score
from scorer.scoring.sightings import sight
from scorer.scoring.talk import Conversation
from scorer.scoring.verdicts import settles

pytestmark = pytest.mark.skipif(
    encoder_weights.find() is None, reason=f"no encoder on this machine: {encoder_weights.REMEDY}"
)

LINES = (
    "agent: Hello, Marsh Lane Surgery.",
    "customer: Hi, it's about my mother's prescription, she's been without it since Friday.",
    "agent: And what's her date of birth?",
    "customer: The third of May 1941. I've been lying awake listening to her cough.",
    "agent: Two nights of that would wear anybody out. I'm walking it round to the doctor now.",
    "customer: Oh, would you?",
    "agent: It'll be at the chemist's by four this afternoon, and I'll ring you when it's there.",
    "customer: That's such a weight off my mind. Thank you ever so much.",
)


def call(lines=LINES) -> Call:
    return Call("call", tuple(Turn(*line.split(": ", 1)) for line in lines))


def by_rules(made: Call, rubrics):
    """Every judgement by its rule alone."""
    talk = Conversation(made)
    seen = sight(talk, rubrics.cues, cues_of(rubrics.rubrics))
    return tuple(
        judge(r, c, talk, seen, rubrics.cues.entries) for r in rubrics.rubrics for c in r.criteria
    )


def test_what_was_taught_is_of_the_rubrics_and_the_encoder_as_they_are() -> None:
    """Else run `python -m tests.training.verdicts`, and `tests.training.optional` after it."""
    rubrics, known = load(shipped("rubrics"), available(shipped("rubrics"))), taught()
    assert known is not None
    assert rubrics.cues.meanings is not None
    assert known.encoder == rubrics.cues.meanings.encoder.sha256_of_calls
    assert set(known.ruled) < set(known.criteria)
    assert set(known.seen) <= set(rubrics.cues.entries)
    assert set(known.meant) <= set(rubrics.cues.entries)
    for name, row in zip(known.criteria, known.rows, strict=True):
        assert row.definition == definition(rubrics.criteria[name][1], rubrics.cues), name


def test_reviewers_are_met_more_often_than_by_the_rules_alone(monkeypatch) -> None:
    rubrics = load()
    sets = marked_dialogues.sets()
    few = [one for name in ("set12", "set13", "set14") for one in sets[name]]

    def right_and_beside() -> tuple[int, int]:
        found = [marked_dialogues.compare(one, rubrics) for one in few]
        return sum(len(one.right) for one in found), sum(len(one.beside) for one in found)

    right, beside = right_and_beside()
    monkeypatch.setattr(verdicts, "taught", lambda: None)
    ruled, beside_by_rules = right_and_beside()
    assert right > 1.3 * ruled
    assert beside < beside_by_rules


def test_every_quote_of_a_moment_is_in_its_turn() -> None:
    made = call()
    moments = [moment for one in score(made, load()).judgements for moment in one.moments]
    assert any(moment.response for moment in moments)
    for moment in moments:
        for said in filter(None, (moment.opened, moment.response)):
            assert said.quote in made.turns[said.turn].text
        assert 0 < moment.confidence <= 1


def test_what_is_hardly_sure_is_shown_and_counts_for_nothing() -> None:
    rubrics = load()
    alone, beside = 0, 0
    for dialogue in (one for name in ("set21", "set24") for one in marked_dialogues.sets()[name]):
        for one in score(call(dialogue["turns"]), rubrics).judgements:
            told = [moment for moment in one.moments if moment.outcome != "cannot_tell"]
            unsure = [moment for moment in told if moment.confidence < 0.3]
            if not unsure or one.critical:
                continue
            assert not any(moment.counts for moment in unsure)
            assert all(moment.note.startswith("not sure enough to count. ") for moment in unsure)
            assert all(moment.kind == "truth" for moment in unsure)
            surer = [moment for moment in one.moments if moment.counts]
            if surer:
                beside += 1
                said = {surer[0].opened, *(moment.response for moment in surer)}
                assert said & set(one.evidence)
                assert one.confidence >= 0.3
            else:
                alone += 1
                assert (one.outcome, one.score) == ("cannot_tell", None)
                assert one.evidence
    assert alone > 5
    assert beside > 0


def test_whether_they_got_what_they_called_for_is_always_asked() -> None:
    """Where reviewers would hardly mark what the rule found, it is open and not unasked."""
    rubrics, sets = load(), marked_dialogues.sets()
    for dialogue in (one for name in ("set19", "set20", "set27") for one in sets[name]):
        answers = score(call(dialogue["turns"]), rubrics).judgements
        assert [one.outcome for one in answers if one.criterion == "need_met"] != ["no_opportunity"]


def test_what_opens_a_moment_is_said_by_whom_the_rubric_says() -> None:
    rubrics = load()
    opened_by_customer = {
        f"{r.rubric}.{c.id}"
        for r in rubrics.rubrics
        for c in r.criteria
        if c.opens and all(clause.by == "customer" for clause in c.opens)
    }
    for dialogue in marked_dialogues.sets()["set12"]:
        made = call(dialogue["turns"])
        for one in score(made, rubrics).judgements:
            for moment in one.moments:
                if f"{one.rubric}.{one.criterion}" in opened_by_customer and moment.response:
                    turn = made.turns[moment.opened.turn]
                    assert turn.speaker == "customer", (dialogue["name"], moment)


def test_an_exchange_of_a_few_turns_goes_by_the_rules() -> None:
    made = call(LINES[3:7])
    assert score(made, load()).judgements == by_rules(made, load())


def test_what_a_lead_changes_goes_by_the_rule_at_once_and_alone(tmp_path) -> None:
    folder = tmp_path / "rubrics"
    shutil.copytree(shipped("rubrics"), folder)
    file = folder / "empathy.yaml"
    text = file.read_text()
    assert text.count("reach: {turns: 1") >= 1
    file.write_text(text.replace("reach: {turns: 1", "reach: {turns: 2", 1))
    rubrics = load(folder)
    changed = [name for name, settled in settles(rubrics).items() if not settled]
    assert len(changed) == 1
    assert changed[0].startswith("empathy.")
    told = CliRunner().invoke(main, ["rubrics", "check", str(folder)])
    assert f"their rule decides alone: {changed[0]}\n" in told.output
    assert "Other questions' answers may become a little more or less sure" in told.output
    made = call()
    ruled = {(one.rubric, one.criterion): one for one in by_rules(made, rubrics)}
    for one in score(made, rubrics).judgements:
        if f"{one.rubric}.{one.criterion}" in changed:
            assert one == ruled[one.rubric, one.criterion]


def test_a_rubric_alone_is_answered_as_beside_all_others() -> None:
    every = load(names=available())
    for made in (call(), *(call(one["turns"]) for one in marked_dialogues.sets()["set24"][:5])):
        answers = score(made, every).judgements
        for name in every.names:
            own = tuple(one for one in answers if one.rubric == name)
            assert score(made, load(names=[name])).judgements == own
            assert score(made, every.only({name})).judgements == own


def test_a_word_list_that_a_lead_changes_counts_as_a_change(tmp_path) -> None:
    folder = tmp_path / "rubrics"
    shutil.copytree(shipped("rubrics"), folder)
    file = folder / "cues" / "empathy.yaml"
    text = file.read_text()
    (begin,) = re.findall(r"^  feeling:\n    - \(", text, flags=re.MULTILINE)
    file.write_text(text.replace(begin, f"{begin}zonked|", 1))
    assert not settles(load(folder))["empathy.acknowledges_feeling"]


def test_how_sure_it_is_is_what_the_mean_of_both_networks_tells() -> None:
    known = taught()
    assert known is not None
    by_chance = np.random.RandomState(3)
    read = by_chance.rand(4, len(known.block["mean"])).astype(np.float32)
    vectors = by_chance.randn(5, 4, 384).astype(np.float32)
    block, of_agent = np.array([0, 0, 1, 2, 3]), np.array([True, False, True, False])
    lines = Lines(np.arange(5), block, of_agent, vectors)
    points = standard(read, known.block["mean"], known.block["scale"])
    by_others, alone = by_call(known.call, lines, around(points))
    sums = by_block(known.block, points) + by_others
    found, tells = known.sure([read[:3], read[3:]], lines)
    assert found.shape == (4, len(known.criteria), 3)
    np.testing.assert_allclose(tells.reshape(5, -1), alone, atol=0.0051)
    np.testing.assert_allclose(found.reshape(4, -1), 1 / (1 + np.exp(-sums / 2)), atol=0.0051)
    np.testing.assert_allclose(found * 100, np.round(found * 100), atol=1e-4)


def test_where_an_agent_is_marked_is_told_and_why() -> None:
    rubrics, dropped = load(), "its rule finds what follows, unmarked in the calls that taught"
    calls = [call(), *(call(one["turns"]) for one in marked_dialogues.sets()["set12"])]
    told_of_dropped = 0
    for made in calls:
        told = "\n".join(explain(made, rubrics)).split("\n\n")[1:]
        ruled = {(one.rubric, one.criterion): one.moments for one in by_rules(made, rubrics)}
        for why, one in zip(told, score(made, rubrics).judgements, strict=True):
            assert why.startswith(f"{one.rubric}.{one.criterion}: {one.outcome.replace('_', ' ')}")
            assert all(each.note in why and each.opened.quote in why for each in one.moments)
            assert (dropped in why) == bool(ruled[one.rubric, one.criterion] and not one.moments)
            assert one.moments or re.search(
                r"^  (opens with|met by|missed by|not heard) ", why, re.M
            )
            told_of_dropped += dropped in why
    assert told_of_dropped


def test_without_all_that_was_taught_together_the_rules_stand(tmp_path) -> None:
    folder = tmp_path / "rubrics"
    shutil.copytree(shipped("rubrics"), folder)
    (folder / "listening.yaml").unlink()
    rubrics = load(folder)
    made = call()
    alone = score(made, rubrics).judgements
    assert alone == by_rules(made, rubrics)
    assert not any(settles(rubrics).values())


def test_what_is_quoted_says_it() -> None:
    """A moment that no cue was heard in quotes the sentence that tells of it, not its neighbour."""
    rubrics = load()
    quotes = [
        said.quote.lower()
        for dialogue in marked_dialogues.sets()["set19"]
        for one in score(call(dialogue["turns"]), rubrics).judgements
        for moment in one.moments
        if (one.criterion, moment.outcome) == ("please_and_thanks", "met")
        and (said := moment.response or moment.opened)
    ]
    polite = [quote for quote in quotes if "please" in quote or "thank" in quote]
    assert len(quotes) > 10
    assert len(polite) >= 0.9 * len(quotes), quotes
