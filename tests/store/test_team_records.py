"""What leads do with their teams: who may do it, that it stays as written, and how it goes."""

from datetime import UTC, date, datetime

import pytest
from click.testing import CliRunner
from sqlalchemy import delete
from sqlalchemy.exc import DBAPIError
from store_cards import PEAKS
from test_reviews import refuses
from test_upkeep import found, rows, tamper

from scorer.cli import main
from scorer.errors import ScorerError
from scorer.pipeline import Scorer
from scorer.scoring.rubric import load
from scorer.store.access import Person
from scorer.store.calibration import Answer
from scorer.store.coaching import Clip
from scorer.store.published import content, validate
from scorer.store.schema_team import SAID_OF_CALLS, SAID_OF_TEAMS, clips, plan_entries, plans
from scorer.store.store import Store

FEELING, RESTATES = ("empathy", "acknowledges_feeling"), ("listening", "restates")
QUOTE = "I will call you back on Friday."
DUE = date(2026, 12, 18)


@pytest.fixture
def as_(store, people):
    return {name: store.seen_by(person) for name, person in people.items()}


def answered(key, outcome="met", what=FEELING):
    return key, [Answer(*what, outcome, "heard it", 1, 4.0, 7.0, "really upset")]


def clip(key, kind="praise", comment="Lovely."):
    return Clip(key, kind, *RESTATES, QUOTE, 2, 8.0, 11.0, comment)


#: A whole set of rubrics of one question, which is read in no time.
TINY = {
    "warmth.yaml": """
rubric: warmth
title: Warmth
version: 2
source: [S2]
default: true
about: Does the agent thank people?
criteria:
  - id: thanks
    question: Did the agent say thank you?
    source: [S4]
    meets: [{cue: [thanks]}]
    coaching: Say thank you.
    example: Thank you for telling me.
""",
    "cues/warmth.yaml": """
cues:
  - id: thanks
    means: The speaker says thank you.
    wording: [thank you]
    matches: [Thank you for that.]
    counters: [No problem.]
""",
}


def fill(as_, key):
    """A record of every kind; returns the numbers of the session, the plan and the version."""
    lead, agent = as_["lead"], as_["agent"]
    session = lead.calibration.open("May", [key], ["empathy"])
    as_["reviewer"].calibration.answer(session, *answered(key))
    as_["reviewer"].calibration.hand_in(session)
    plan = lead.coaching.plan("Ann", ["listening.restates"], "say it back", DUE, [clip(key)])
    agent.coaching.write(plan, "words", "I want to repeat the date")
    number = lead.wall.add(key, "cares", QUOTE, "no half measures", 2, 8.0, 11.0)
    lead.wall.take_down(number, "asked for it")
    lead.guidance.write_creed("North", ["We keep what we promise."])
    goal = lead.guidance.set_goal(
        "North", "resolved", 0.8, date(2026, 11, 1), DUE, "callers ring twice"
    )
    lead.guidance.review(goal, "going", "on its way", (0.7, 0.6, 0.8, 40))
    version = lead.rubrics.save(TINY, "a try")
    lead.rubrics.publish(version, "agreed on Monday")
    lead.rubrics.publish(0, "back again")
    return session, plan, version


# Calibration


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


# Coaching


def test_the_agent_sees_and_answers_their_own_plan_only(keep, as_, store):
    key = keep()
    lead, ann = as_["lead"].coaching, as_["agent"].coaching
    assert lead.agents() == [("Ann", "North")]
    plan = lead.plan("Ann", ["listening.restates"], "say it back", DUE, [clip(key)])
    ann.write(plan, "words", "I repeat the date")
    ann.write(plan, "answer", "the line is often bad")
    with pytest.raises(ScorerError, match="agents cannot coach"):
        ann.write(plan, "note", "all is well")
    with pytest.raises(ScorerError, match="leads cannot practise"):
        lead.write(plan, "words", "in her name")
    [shown] = ann.all()
    assert (shown.words, shown.due, [each.call for each in shown.clips]) == (
        "I repeat the date",
        DUE,
        ["call.wav"],
    )
    other = store.seen_by(Person("Bob", "agent", frozenset({"North"}))).coaching
    assert other.all() == []
    with pytest.raises(ScorerError, match="no such plan"):
        other.get(plan)
    lead.write(plan, "finished", "it became a habit")
    with pytest.raises(ScorerError, match="the plan is finished"):
        ann.write(plan, "answer", "thanks")


def test_a_plan_names_little_and_only_calls_of_its_agent(keep, as_):
    keep("a")
    other = keep("b", agent="Bob")
    lead = as_["lead"].coaching
    focus = ["listening.restates"]
    for bad in ([], focus * 5):
        with pytest.raises(ScorerError, match="one to 4"):
            lead.plan("Ann", bad, "aim", DUE)
    with pytest.raises(ScorerError, match="not a call that Ann took"):
        lead.plan("Ann", focus, "aim", DUE, [clip(other)])
    with pytest.raises(ScorerError, match="nothing was written"):
        lead.plan("Ann", focus, " ", DUE)
    with pytest.raises(ScorerError, match="no call of this agent"):
        lead.plan("Zoe", focus, "aim", DUE)
    assert lead.all() == []  # nothing half-written


def test_a_plan_can_be_erased_with_all_that_was_said_on_it(store, keep, as_, tmp_path):
    key = keep()
    _, plan, _ = fill(as_, key)
    with pytest.raises(DBAPIError, match="what was written stays"):
        store._database.write(lambda connection: connection.execute(delete(clips)))
    with pytest.raises(ScorerError, match="leads cannot erase"):
        as_["lead"].coaching.erase(plan)
    as_["admin"].coaching.erase(plan)
    left = rows(store)
    assert left["plans"] == left["plan_entries"] == left["clips"] == []
    assert store.check(deep=True) == []
    # A plan made after the backup came back is another one.
    store.backup(tmp_path / "backup")
    second = Store(home=tmp_path / "second")
    second.restore(tmp_path / "backup")
    new = second.seen_by(as_["lead"].person).coaching.plan("Ann", ["a.b"], "aim", DUE)
    assert new > plan
    second.close()


def test_the_command_erases_an_agents_plans(home, make_call, people, monkeypatch):
    monkeypatch.setenv("SCORER_STORE", f"sqlite:///{home}/scorer.db")
    store = Store(home=home)
    lead = store.seen_by(people["lead"]).coaching
    for agent in ("Ann", "Bob"):
        store.keep(*make_call(agent, agent=agent), PEAKS)
    for agent in ("Ann", "Ann", "Bob"):
        lead.plan(agent, ["a.b"], "aim", DUE)
    done = CliRunner().invoke(main, ["store", "erase", "--plans", "Ann", "--yes"])
    assert done.output == "2 coaching plans erased\n"
    assert [plan.agent for plan in lead.all()] == ["Bob"]
    assert store.check() == []
    store.close()


# The wall, the creed and the goals


def test_the_wall_is_for_the_team_and_its_sound_for_those_who_may_hear(keep, as_, store):
    key = keep()
    number = as_["lead"].wall.add(key, "cares", QUOTE, "no half measures", 2, 8.0, 11.0)
    for name, hears in (("reviewer", True), ("lead", True), ("agent", True)):
        [one] = as_[name].wall.shown()
        assert (one.agent, one.quote, one.hears) == ("Ann", QUOTE, hears)
    bob = store.seen_by(Person("Bob", "agent", frozenset({"North"}))).wall
    assert [(one.words, one.hears) for one in bob.shown()] == [("no half measures", False)]
    assert store.seen_by(Person("Cid", "agent", frozenset({"South"}))).wall.shown() == []
    with pytest.raises(ScorerError, match="agents cannot guide"):
        bob.take_down(number)
    as_["lead"].wall.take_down(number, "asked for it")
    assert as_["lead"].wall.shown() == []
    with pytest.raises(ScorerError, match="not on the wall any more"):
        as_["lead"].wall.take_down(number)


def test_a_creed_is_the_teams_own_or_the_whole_centres(as_):
    ada, lead, ann = (as_[name].guidance for name in ("admin", "lead", "agent"))
    ada.write_creed("", ["We listen first.", "  ", "We keep what we promise."])
    assert ann.creed("North").lines == ("We listen first.", "We keep what we promise.")
    lead.write_creed("North", ["We say our names."])
    assert ann.creed("North").lines == ("We say our names.",)
    assert [each.team for each in ann.creeds()] == ["", "North"]
    lead.write_creed("North", [])
    assert ann.creed("North").team == ""
    assert [each.lines for each in ann.creed_history("North")] == [(), ("We say our names.",)]
    for one, team in ((lead, ""), (lead, "South")):
        with pytest.raises(ScorerError, match="not a team of yours"):
            one.write_creed(team, ["Ours."])
    with pytest.raises(ScorerError, match="agents cannot guide"):
        ann.write_creed("North", ["Mine."])


def test_a_goal_keeps_every_look_at_it(as_):
    lead = as_["lead"].guidance
    since = date(2026, 11, 1)
    goal = lead.set_goal("North", "resolved", 0.8, since, DUE, "callers ring twice")
    lead.review(goal, "going", "on its way", (0.7, 0.6, 0.8, 40))
    lead.review(goal, "reached", "well done, all", (0.82, 0.75, 0.88, 90))
    [shown] = as_["agent"].guidance.goals()
    assert [(look.state, look.value, look.count) for look in shown.reviews] == [
        ("going", 0.7, 40),
        ("reached", 0.82, 90),
    ]
    assert shown.state == "reached"
    with pytest.raises(ScorerError, match="no such goal"):
        as_["lead"].guidance.review(99, "going", "text", (None, None, None, 0))


@pytest.mark.parametrize("metric", ["handle_time", "calls", "talk", "duration"])
def test_no_goal_is_on_time_or_numbers_of_calls(as_, metric):
    with pytest.raises(ScorerError, match="no goal can be on this"):
        as_["lead"].guidance.set_goal("North", metric, 0.5, date(2026, 1, 1), DUE, "faster")


# Rubrics


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


# All of it


def test_what_was_written_cannot_be_changed_or_deleted(store, keep, as_):
    fill(as_, keep())
    for table in (*SAID_OF_CALLS, *SAID_OF_TEAMS):
        refuses(store, table)


def test_an_erased_call_takes_its_quotes_along(store, keep, as_):
    key, other = keep("a"), keep("b")
    fill(as_, key)
    before = rows(store)
    as_["admin"].remove(key)
    left = rows(store)
    for table in SAID_OF_CALLS:
        assert before[table.name]
        assert left[table.name] == []
    for table in SAID_OF_TEAMS:
        assert left[table.name] == before[table.name]
    assert store.check(deep=True) == []
    assert as_["lead"].coaching.all()[0].clips == ()
    assert other


@pytest.mark.parametrize("table", [plans, plan_entries])
def test_check_finds_a_record_changed_behind_its_back(store, keep, as_, table):
    fill(as_, keep())
    column = {"plans": "aim", "plan_entries": "text"}[table.name]
    tamper(store, f"UPDATE {table.name} SET {column} = 'something else'")
    assert f"record {table.name}:1 is not as it was written" in found(store)


def test_a_backup_brings_all_of_it_back(store, keep, as_, tmp_path):
    _, _, version = fill(as_, keep())
    as_["lead"].rubrics.publish(version, "once more")
    store.backup(tmp_path / "backup")
    second = Store(home=tmp_path / "second")
    second.restore(tmp_path / "backup")
    assert rows(second) == rows(store)
    assert second.check(deep=True) == []
    folder = second.rubrics.folder(version)
    assert folder.is_relative_to(tmp_path / "second")
    assert content(second.rubrics.files(version)).startswith(folder.name)
    second.close()


ROLES = ("reviewer", "lead", "agent", "operator", "admin")
#: Which roles may do what, for a team or an agent of theirs; written a second time on purpose.
MAY = {
    "see sessions": {"reviewer", "lead", "admin"},
    "answer blind": {"reviewer", "lead", "admin"},
    "open a session": {"lead", "admin"},
    "close a session": {"lead", "admin"},
    "write a plan": {"lead", "admin"},
    "read a plan": {"lead", "admin", "agent"},
    "answer a plan": {"agent"},
    "erase a plan": {"admin"},
    "see the wall": {"reviewer", "lead", "agent", "admin"},
    "put up": {"lead", "admin"},
    "see the creed": {"reviewer", "lead", "agent", "admin"},
    "write the creed": {"lead", "admin"},
    "see goals": {"reviewer", "lead", "agent", "admin"},
    "set a goal": {"lead", "admin"},
    "read rubrics": {"reviewer", "lead", "agent", "admin"},
    "save rubrics": {"lead", "admin"},
    "publish": {"lead", "admin"},
}


@pytest.mark.parametrize("role", ROLES)
def test_role_by_deed(role, home, make_call, people):
    root = Store(home=home)
    key = root.keep(*make_call(), PEAKS)
    lead, me = root.seen_by(people["lead"]), root.seen_by(people[role])
    plan = lead.coaching.plan("Ann", ["a.b"], "aim", DUE)
    erased = lead.coaching.plan("Ann", ["a.b"], "aim", DUE)
    closed = lead.calibration.open("April", [key], ["empathy"])
    session = lead.calibration.open("May", [key], ["empathy"])
    since = date(2026, 1, 1)
    deeds = {
        "see sessions": lambda: me.calibration.all()[0],
        "answer blind": lambda: me.calibration.answer(session, *answered(key)),
        "open a session": lambda: me.calibration.open("June", [key], ["empathy"]),
        "close a session": lambda: me.calibration.close(closed),
        "write a plan": lambda: me.coaching.plan("Ann", ["a.b"], "aim", DUE),
        "read a plan": lambda: me.coaching.get(plan),
        "answer a plan": lambda: me.coaching.write(plan, "answer", "yes"),
        "erase a plan": lambda: me.coaching.erase(erased),
        "see the wall": me.wall.shown,
        "put up": lambda: me.wall.add(key, "energy", QUOTE),
        "see the creed": me.guidance.creeds,
        "write the creed": lambda: me.guidance.write_creed("North", ["Ours."]),
        "see goals": me.guidance.goals,
        "set a goal": lambda: me.guidance.set_goal("North", "resolved", 0.5, since, DUE, "why"),
        "read rubrics": me.rubrics.all,
        "save rubrics": lambda: me.rubrics.save(TINY, "why"),
        "publish": lambda: me.rubrics.publish(0, "why"),
    }
    assert deeds.keys() == MAY.keys()
    for deed, door in deeds.items():
        if role in MAY[deed]:
            door()
            continue
        with pytest.raises(ScorerError, match=r"cannot|no such"):
            door()
    root.close()


def test_times_carry_their_zone(keep, as_):
    session = as_["lead"].calibration.open("May", [keep()], ["empathy"])
    at = as_["lead"].calibration.get(session).at
    assert abs((datetime.now(UTC) - at).total_seconds()) < 60
