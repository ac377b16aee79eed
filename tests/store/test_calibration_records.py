"""Scoring the same calls blind: who sees what of it, and when."""

from dataclasses import fields
from datetime import UTC, date, datetime

import pytest
from store_cards import PEAKS
from team_deeds import FEELING, answered

from scorer.errors import ScorerError
from scorer.store.listing import _UNSAID, Filter


def test_nobody_sees_anothers_answers_before_handing_in(keep, as_):
    key = keep()
    session = as_["lead"].calibration.open("May", [key], ["empathy"])
    rita, rob = as_["reviewer"].calibration, as_["second"].calibration
    rita.answer(session, *answered(key))
    assert [each.number for each in rob.blind(key)] == [session]
    for one in (rita, rob, as_["lead"].calibration):
        with pytest.raises(ScorerError, match="open once you handed in"):
            one.answers(session)
        assert one.answers().is_empty()
    assert rob.mine(session, key) == {}
    rita.hand_in(session)
    assert rita.blind(key) == []
    told = rita.answers(session)
    assert set(told["who"]) == {"rita", ""}
    assert [each.number for each in rob.blind(key)] == [session]
    as_["lead"].calibration.close(session)
    assert rob.answers(session).equals(told)
    assert rob.blind(key) == []


def test_the_last_answer_counts_and_stands_once_handed_in(keep, as_):
    key = keep()
    session = as_["lead"].calibration.open("May", [key], ["empathy"])
    rita = as_["reviewer"].calibration
    with pytest.raises(ScorerError, match="answer at least one question"):
        rita.hand_in(session)
    rita.answer(session, *answered(key, "met"))
    rita.answer(session, *answered(key, "partly"))
    assert rita.mine(session, key)[FEELING].outcome == "partly"
    rita.hand_in(session)
    with pytest.raises(ScorerError, match="handed in already"):
        rita.answer(session, *answered(key, "missed"))
    told = rita.answers(session).filter(who="rita").to_dicts()
    assert [(row["outcome"], row["quote"], row["start"]) for row in told] == [
        ("partly", "really upset", 4.0)
    ]
    as_["lead"].calibration.close(session)
    with pytest.raises(ScorerError, match="is closed"):
        as_["second"].calibration.answer(session, *answered(key))


def test_who_looks_at_the_call_meanwhile_takes_no_part(keep, as_):
    key = keep()
    session = as_["lead"].calibration.open("May", [key], ["empathy"])
    rob = as_["second"].calibration
    rob.answer(session, *answered(key))
    rob.stand_aside(session)
    assert rob.blind(key) == []
    with pytest.raises(ScorerError, match="no part"):
        rob.answer(session, *answered(key))
    as_["lead"].calibration.close(session)
    assert "rob" not in set(rob.answers(session)["who"])


def test_the_machines_answer_is_the_one_of_the_day(store, make_call, as_):
    key = store.keep(*make_call(rubrics="r1"), PEAKS)
    session = as_["lead"].calibration.open("May", [key], ["empathy"])
    path, card = make_call(rubrics="r2")
    card["judgements"][0]["outcome"] = "met"
    assert store.keep(path, card, PEAKS) == key
    as_["lead"].calibration.close(session)
    told = as_["lead"].calibration.answers(session)
    assert told.select("who", "criterion", "outcome").rows() == [
        ("", "acknowledges_feeling", "missed")
    ]


def test_a_session_is_over_calls_of_one_team_within_reach(keep, as_):
    north, south = keep("a"), keep("b", team="South", agent="Cid")
    lead = as_["lead"].calibration
    with pytest.raises(ScorerError, match="no such call"):
        lead.open("May", [north, south], ["empathy"])
    with pytest.raises(ScorerError, match="calls of one team"):
        as_["admin"].calibration.open("May", [north, south], ["empathy"])
    for keys, rubrics, title in (([], ["empathy"], "May"), ([north], [], "May")):
        with pytest.raises(ScorerError, match="choose"):
            lead.open(title, keys, rubrics)
    session = as_["admin"].calibration.open("South", [south], ["empathy"])
    with pytest.raises(ScorerError, match="no such session"):
        lead.get(session)
    mine = as_["admin"].calibration.open("North", [north], ["empathy"])
    with pytest.raises(ScorerError, match="not a call of"):
        as_["admin"].calibration.answer(mine, *answered(south))
    with pytest.raises(ScorerError, match="an answer is one of"):
        lead.answer(mine, *answered(north, "great"))


def test_nobody_scores_a_call_that_they_took_themselves(keep, as_):
    own, other = keep("a", agent="lena"), keep("b")
    session = as_["admin"].calibration.open("May", [own, other], ["empathy"])
    lena = as_["lead"].calibration
    assert [key for key, _ in lena.get(session).calls] == [other]
    with pytest.raises(ScorerError, match="no such call"):
        lena.answer(session, *answered(own))


def test_moments_of_a_call_that_is_scored_blind_tell_no_answer(keep, as_):
    key = keep()
    calls = {name: len(as_[name].clips.of("misery")) for name in ("reviewer", "lead", "second")}
    assert set(calls.values()) == {1}
    session = as_["admin"].calibration.open("May", [key], ["empathy"])
    rita, rob = as_["reviewer"], as_["second"]
    since = datetime(2000, 1, 1, tzinfo=UTC)
    for each in (rita, rob, as_["lead"]):
        assert each.clips.of("misery") == []
        assert each.calibration.hidden() == 1
    assert as_["lead"].practice.moments("Ann", since).is_empty()
    assert not as_["agent"].practice.moments("Ann", since).is_empty()  # takes no part in any
    rita.calibration.answer(session, *answered(key))
    rita.calibration.hand_in(session)
    rob.calibration.stand_aside(session)
    for each, hidden in ((rita, 0), (rob, 0), (as_["lead"], 1)):
        assert len(each.clips.of("misery")) == 1 - hidden
        assert each.calibration.hidden() == hidden
    as_["admin"].calibration.close(session)
    assert len(as_["lead"].clips.of("misery")) == 1


def test_a_list_says_nothing_of_a_call_that_is_scored_blind(keep, as_):
    blind, other = keep("a"), keep("b")
    session = as_["admin"].calibration.open("May", [blind], ["empathy"])
    rita, rob, agent = as_["reviewer"], as_["second"], as_["agent"]

    def listed(who, **asked):
        return {entry.key: entry for entry in who.calls(Filter(**asked))}

    seen = listed(agent)[blind]  # takes no part in any
    told = {name for name in _UNSAID if getattr(seen, name) != _UNSAID[name]}
    assert "resolution" in told
    for who in (rita, rob, as_["lead"]):
        entry = listed(who)[blind]
        assert entry.blind
        assert {name: getattr(entry, name) for name in _UNSAID} == _UNSAID
        assert (entry.why, entry.answer_due) == ("", None)
        assert not listed(who)[other].blind
        # To be among the calls that fit would tell it as well.
        for asked in (
            {"resolution": seen.resolution},
            {"proposed": False},
            {"predicted": True},
            {"moment": "misery"},
            {"promise": "open"},
        ):
            assert set(listed(who, **asked)) == {other}
        assert set(listed(who, team=seen.team)) == {blind, other}
    rita.calibration.answer(session, *answered(blind))
    rita.calibration.hand_in(session)
    rob.calibration.stand_aside(session)
    for who in (rita, rob):
        assert listed(who)[blind].resolution == seen.resolution
        assert set(listed(who, resolution=seen.resolution)) == {blind, other}
    assert listed(as_["lead"])[blind].blind
    as_["admin"].calibration.close(session)
    assert not listed(as_["lead"])[blind].blind


#: What may be asked of a call that is scored blind: whose it is, when it was, and what customers or
#: who signed said.
OPEN = {
    *("team", "agent", "customer", "queue", "topic", "text", "since", "until", "generated"),
    *("signed", "survey", "answer"),
}
#: Every other field, and something that it may ask.
TELLING = {
    **dict.fromkeys(("complaint", "disputed", "proposed", "attention"), False),
    "predicted": True,
    "resolution": "not_resolved",
    "effort": "little",
    "criterion": "empathy.acknowledges_feeling",
    "moment": "magic",
    "promise": "kept",
}


def test_every_list_that_would_tell_of_a_call_leaves_it_out(as_):
    assert OPEN | set(TELLING) == {field.name for field in fields(Filter)}
    calls = as_["reviewer"].calls
    assert {name: calls(Filter(**{name: asked})).telling for name, asked in TELLING.items()} == (
        dict.fromkeys(TELLING, True)
    )
    assert not calls(Filter(team="North", signed=False, survey="csat", answer="met")).telling


def test_the_ledger_says_nothing_of_a_call_that_is_scored_blind(keep, as_):
    blind, other = keep("a"), keep("b")
    session = as_["admin"].calibration.open("May", [blind], ["empathy"])
    day = date(2026, 11, 27)

    def told(who):
        ledger = as_[who].ledger
        assert ledger.counts(day)["due"] == len(ledger.entries("due", day))
        assert bool(ledger.of_call(blind)) == (blind in {p.key for p in ledger.entries("due", day)})
        return {promise.key for promise in ledger.entries("due", day)}

    for who in ("reviewer", "second", "lead"):
        assert told(who) == {other}
        # What others read as well has them all.
        assert as_[who].ledger.counts(day, kept_back=True)["due"] == 2
    assert told("agent") == {blind, other}  # takes no part in any
    as_["second"].calibration.stand_aside(session)
    assert told("second") == {blind, other}
    as_["admin"].calibration.close(session)
    assert told("lead") == {blind, other}
