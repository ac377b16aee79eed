"""What leads do with their teams: who may do it, that it stays as written, and how it goes."""

from datetime import UTC, date, datetime

import pytest
from click.testing import CliRunner
from sqlalchemy import delete
from sqlalchemy.exc import DBAPIError
from store_cards import PEAKS
from team_deeds import DUE, QUOTE, TINY, answered, clip, fill
from test_reviews import refuses
from test_upkeep import found, rows, tamper

from scorer.cli import main
from scorer.errors import ScorerError
from scorer.store.access import Person
from scorer.store.published import content
from scorer.store.schema_team import SAID_OF_CALLS, SAID_OF_TEAMS, clips, plan_entries, plans
from scorer.store.store import Store

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
