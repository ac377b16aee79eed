"""Leads' pages, by role, and every figure on them against a plain query of the frames."""

import json
from datetime import UTC, date, datetime, timedelta

import polars as pl
import pytest
import team_calls
from lead_pages import offered
from starlette.applications import Starlette
from starlette.testclient import TestClient
from test_pages import call_page, run, texts

from scorer.analytics.shares import share
from scorer.pages import navigation, person, ticket
from scorer.pages.amounts import percent, share_told
from scorer.pages.server import ROUTES
from scorer.pages.words import plain
from scorer.store.access import LOCAL, Person
from scorer.store.calibration import Answer
from scorer.store.coaching import Clip
from scorer.store.store import Store

NORTH, SOUTH = frozenset({"north"}), frozenset({"south"})
NOOR, RITA = Person("noor", "lead", NORTH), Person("rita", "reviewer", NORTH)
ROB, MARTA = Person("rob", "reviewer", NORTH), Person("marta", "agent", NORTH)
LARS, TIMO = Person("lars", "lead", SOUTH), Person("timo", "agent", NORTH)
OLGA = Person("olga", "operator")
EVERYBODY = (NOOR, RITA, MARTA, LARS, TIMO, OLGA, LOCAL)
WHAT = ("listening", "restates")


def calibration_page():
    from scorer.pages import calibration

    calibration.page()


def session_page():
    from scorer.pages import session

    session.page()


def rubrics_page():
    from scorer.pages import rubrics

    rubrics.page()


def coaching_page():
    from scorer.pages import coaching

    coaching.page()


def plan_page():
    from scorer.pages import plan

    plan.page()


def wall_page():
    from scorer.pages import wall

    wall.page()


def goals_page():
    from scorer.pages import goals

    goals.page()


def creed_page():
    from scorer.pages import creed

    creed.page()


def promises_page():
    from scorer.pages import promises

    promises.page()


class Team:
    """A team with a session, a plan, a recognition, a creed and a goal."""

    def __init__(self, home):
        self.keys = team_calls.fill(home)
        self.store = Store(home=home)
        lead = self.seen_by(NOOR)
        self.session = lead.calibration.open("May", self.keys[:4], ["listening"])
        said = "So you ordered oak"
        clip = Clip(self.keys[0], "praise", *WHAT, said, 5, 24.5, 26.0, call="call_00.wav")
        due = date.today() + timedelta(days=14)
        self.plan = lead.coaching.plan("marta", ["listening.restates"], "say it back", due, [clip])
        lead.wall.add(
            self.keys[0], "cares", "I will see this through myself.", "Warm.", 7, 33.2, 35
        )
        lead.guidance.write_creed("north", ["We keep what we promise."])
        since = date.today() - timedelta(days=20)
        self.goal = lead.guidance.set_goal("north", "resolved", 0.8, since, due, "they ring twice")

    def seen_by(self, who):
        return self.store.seen_by(who)

    def answer(self, who, outcomes):
        mine = self.seen_by(who).calibration
        for key, outcome in zip(self.keys, outcomes, strict=False):
            if outcome:
                mine.answer(self.session, key, [Answer(*WHAT, outcome, "so I heard it")])
        mine.hand_in(self.session)


@pytest.fixture
def team(home):
    return Team(home)


def seen(page, monkeypatch, who, **query):
    monkeypatch.setattr(person, "who", lambda: who)
    return run(page, **query)


def unfold(test, key):
    test.session_state[f"fold-{key}"] = True
    return test.run()


#: Page, what it shows, and who sees that.
SEES = [
    (calibration_page, {}, "waits for your answers", {NOOR, RITA, LOCAL}),
    (session_page, {"session": "1"}, "Hear each call", {NOOR, RITA, LOCAL}),
    (rubrics_page, {}, "Could the customer finish", {NOOR, RITA, MARTA, LARS, TIMO, LOCAL}),
    (rubrics_page, {"do": "Versions"}, "Every version is kept", {NOOR, LARS, LOCAL}),
    (coaching_page, {"agent": "marta"}, "What is worth practising", {NOOR, LOCAL}),
    (plan_page, {"plan": "1"}, "Coaching plan for marta", {NOOR, MARTA, LOCAL}),
    (wall_page, {}, "Warm.", {NOOR, RITA, MARTA, TIMO, LOCAL}),
    (creed_page, {}, "We keep what we promise.", {NOOR, RITA, MARTA, TIMO, LOCAL}),
    (goals_page, {}, "they ring twice", {NOOR, RITA, MARTA, TIMO, LOCAL}),
]


@pytest.mark.parametrize("who", EVERYBODY, ids=lambda who: f"{who.role}-{who.name}")
def test_who_sees_what(team, monkeypatch, who):  # noqa: ARG001  for its effect
    for page, query, told, may in SEES:
        shown = " ".join(texts(seen(page, monkeypatch, who, rubric="Listening", **query)))
        assert (told in shown) == (who in may), (page.__name__, told)


@pytest.mark.parametrize("who", EVERYBODY, ids=lambda who: f"{who.role}-{who.name}")
def test_the_menu_offers_what_a_role_can_do(who):
    found = {door.name for door in navigation.DOORS if navigation._finds(who, door)}
    mine = {"calibration", "rubrics", "coaching", "wall", "goals", "creed"}
    assert found & mine == {
        "reviewer": mine - {"coaching"},
        "lead": mine,
        "agent": mine - {"calibration"},
        "operator": set(),
        "admin": mine,
    }[who.role]  # fmt: skip


@pytest.mark.parametrize("who", EVERYBODY, ids=lambda who: f"{who.role}-{who.name}")
def test_sheets_for_paper_ask_who_wants_them(team, who):
    client = TestClient(Starlette(routes=ROUTES))
    plan = ticket.issue(who, f"plan-{team.plan}")
    sheet = client.get(f"/sheet/{team.plan}?ticket={plan}")
    assert sheet.status_code == (200 if who in {NOOR, MARTA, LOCAL} else 404)
    if sheet.status_code == 200:
        assert "So you ordered oak" in sheet.text
    last = team.keys[-1]  # in no calibration
    card = client.get(f"/scorecard/{last}?ticket={ticket.issue(who, last)}")
    assert card.status_code == (200 if who in {NOOR, RITA, MARTA, LOCAL} else 404)
    if card.status_code == 200:
        assert "call_11.wav" in card.text
        assert "<b>Goodbye" not in card.text
    assert client.get(f"/sheet/{team.plan}?ticket={ticket.issue(who, last)}").status_code == 403
    assert client.get(f"/scorecard/{last}").status_code == 403


def test_a_call_that_is_scored_blind_shows_nothing_of_what_was_said(team, monkeypatch):
    key = team.keys[0]
    team.seen_by(LOCAL).resolve(key, "unresolved", "she gave up")
    client = TestClient(Starlette(routes=ROUTES))
    [heard] = seen(session_page, monkeypatch, RITA, session=str(team.session), call=key).get(
        "bidi_component"
    )
    assert json.loads(heard.proto.json)["facts"] == []
    assert "gave up" not in heard.proto.json
    address = f"/scorecard/{key}?ticket={ticket.issue(RITA, key)}"
    shown = seen(call_page, monkeypatch, RITA, key=key)
    assert "You can score this call blind" in " ".join(texts(shown))
    assert not shown.get("bidi_component")
    assert client.get(address).status_code == 404
    [aside] = [button for button in shown.button if "take no part" in button.label]
    shown = aside.click().run()
    assert shown.get("bidi_component")
    assert client.get(address).status_code == 200
    told = " ".join(texts(seen(session_page, monkeypatch, RITA, session=str(team.session))))
    assert "take no part" in told


#: What somebody may write who wants to know when it is read, and to be given a password.
EVIL = "![](https://evil.example/seen.png) [Sign in again](https://evil.example) **now**"


def moments_page():
    from scorer.pages import moments

    moments.page()


def playlist_page():
    from scorer.pages import playlist

    playlist.page()


def team_page():
    from scorer.pages import team

    team.page()


def calls_page():
    from scorer.pages import calls

    calls.page()


def marked_up(test):
    """All on a page that Streamlit reads as Markdown."""
    kinds = ("title", "header", "subheader", "markdown", "caption")
    for kind in (*kinds, "error", "warning", "info", "success"):
        yield from (element.value for element in getattr(test, kind))
    for kind in ("button", "page_link", "expander"):
        yield from (element.proto.label for element in test.get(kind))


def test_nobodys_words_are_markup_on_anothers_page(team, monkeypatch):
    lead, who = team.seen_by(NOOR), LOCAL
    [key] = team_calls.fill(team.store._home, ["met"], agent=EVIL, team=EVIL)
    team.seen_by(MARTA).coaching.write(team.plan, "words", EVIL)
    due = date.today() + timedelta(days=14)
    plan = lead.coaching.plan("marta", ["listening.restates"], EVIL, due, [])
    session = lead.calibration.open(EVIL, team.keys[4:6], ["listening"])
    playlist = team.store.seen_by(who).playlists.new(EVIL)
    team.store.seen_by(who).wall.add(key, "cares", "I will see this through.", EVIL, 7, 33.2, 35)
    shown = [
        (plan_page, {"plan": str(team.plan)}),
        (plan_page, {"plan": str(plan)}),
        (wall_page, {}),
        (session_page, {"session": str(session)}),
        (calibration_page, {}),
        (coaching_page, {"agent": EVIL}),
        (playlist_page, {"key": playlist}),
        (call_page, {"key": EVIL}),
        (team_page, {"team": EVIL}),
        (calls_page, {"topic": EVIL, "agent": "evil"}),
    ]
    for page, query in shown:
        told = list(marked_up(seen(page, monkeypatch, who, **query)))
        assert not [each for each in told if EVIL in each], page.__name__
        assert [each for each in told if plain(EVIL) in each], page.__name__
    [said] = seen(plan_page, monkeypatch, NOOR, plan=str(team.plan)).info
    assert said.value == f"marta says: “{plain(EVIL)}”"
    found = texts(seen(moments_page, monkeypatch, who, words="**oak**"))
    assert [each for each in found if each.endswith(f" with {plain('**oak**')}")], found


def test_words_for_markdown_stand_as_they_were_written():
    assert plain("a_b: *1*") == r"a\_b\: \*1\*"
    assert plain("# Grüße\n    und <b>") == "\\# Grüße\nund \\<b\\>"


def test_the_list_shows_nothing_of_a_call_that_is_scored_blind(team, monkeypatch):
    from test_pages import listed

    def rows(**query):
        shown = seen(calls_page, monkeypatch, RITA, **query)
        return {row["key"]: row for row in listed(shown)["rows"]}, " ".join(links(shown))

    def links(shown):
        return [each.proto.label for each in shown.get("page_link")]

    blind = rows()[0][team.keys[0]]
    assert blind["outcome"] == "Yours to score blind"
    assert (blind["mood"], blind["facts"], blind["why"]) == ("", [], "")
    found, told = rows(outcome="Resolved")
    assert found
    assert not set(found) & set(team.keys[:4])
    assert plain("4 calls left out: yours to score blind first") in told
    team.answer(RITA, ["met"])
    found, told = rows(outcome="Resolved")
    assert set(found) & set(team.keys[:4])
    assert "left out" not in told


def test_the_promises_say_which_calls_they_leave_out(team, monkeypatch):
    def told():
        shown = seen(promises_page, monkeypatch, RITA, state="Open")
        return " ".join(each.proto.label for each in shown.get("page_link"))

    assert plain("4 calls left out: yours to score blind first") in told()
    assert plain("call_00") not in told()
    team.answer(RITA, ["met"])
    assert "left out" not in told()
    assert plain("call_00") in told()


def test_agreement_on_the_page_is_what_the_answers_come_to(team, monkeypatch):
    team.answer(RITA, ["met", "missed", "met", "missed"])
    team.answer(ROB, ["met", "missed", "missed", "missed"])
    team.seen_by(NOOR).calibration.close(team.session)
    shown = seen(session_page, monkeypatch, NOOR, session=str(team.session))
    [row] = shown.table[0].value.to_dict("records")
    # met-met, missed-missed, met-missed, missed-missed: n_met = 3, n_missed = 5, n = 8;
    # alpha = 1 - 7 * 2 / (2 * 3 * 5) = 16/30. 3 of 4 pairs are alike.
    assert row["People with each other"].startswith(f"{16 / 30:.2f} (")
    answers = team.seen_by(NOOR).calibration.answers(team.session)
    people = answers.filter(pl.col("who") != "").pivot("who", index="key", values="outcome")
    alike = people.select((pl.col("rita") == pl.col("rob")).mean()).item()
    assert row["Same answer"] == f"{percent(alike)} of pairs, 4 calls"
    # The machine said met, missed, met, missed; most people agree on three calls, all as it did.
    assert row["Machine with most people"].startswith("1.00")
    told = " ".join(texts(shown))
    assert told.count("so I heard it") == 2  # of the one call on which they differ
    assert "rob: **missed**" in told


def test_what_is_worth_practising_is_counted_right(team, monkeypatch):
    shown = " ".join(texts(seen(coaching_page, monkeypatch, NOOR, agent="marta")))
    judged = team.seen_by(NOOR).frame("judgements", team="north")
    mine = judged.filter(
        pl.col("agent") == "marta",
        pl.col("started") >= datetime.now(UTC) - timedelta(days=28),
        pl.col("criterion") == "restates",
        pl.col("outcome").is_in(["met", "partly", "missed"]),
    )
    told = share((mine["outcome"] == "met").sum(), mine.height)
    assert (told.hits, told.count) == (5, 11)  # as `RESTATED` says
    assert f"Went well on {share_told(told, 'call')}." in shown
    # `lets_finish` was partly met on every call: never missed, so no pattern.
    assert "Lets the customer finish" not in shown.split("What is worth practising")[1]


@pytest.mark.parametrize("number", ["", "0", "9", "9" * 30, "-1", "²", "one"])
def test_a_plan_or_session_that_is_not_there_is_said(team, monkeypatch, number):
    for page, name in ((plan_page, "plan"), (session_page, "session")):
        [told] = seen(page, monkeypatch, NOOR, **{name: number}).warning
        assert "no such" in told.value
    shown = seen(call_page, monkeypatch, LOCAL, key=team.keys[-1], version="9" * 30)
    assert not shown.warning  # as any version that is none: the newest


def test_a_plans_progress_is_counted_from_its_day(team, home, monkeypatch):
    before = " ".join(texts(seen(plan_page, monkeypatch, NOOR, plan=str(team.plan))))
    assert f"Four weeks before: {share_told(share(5, 11), 'call')}" in before
    assert "Since the plan: nothing to count yet" in before
    assert "None yet in which it came up" in before
    store = Store(home=home)
    for number in range(20, 23):
        made = team_calls.card(number, "met", days=0)
        made["metadata"]["started"] = datetime.now(UTC).isoformat()
        store.keep(None, made)
    after = " ".join(texts(seen(plan_page, monkeypatch, MARTA, plan=str(team.plan))))
    assert f"Since the plan: {share_told(share(3, 3), 'call')}" in after
    assert "too few to say" in after
    assert "Too few calls to say whether it changed." in after


def test_a_goal_stands_where_the_calls_say(team, monkeypatch):
    shown = " ".join(texts(seen(goals_page, monkeypatch, NOOR)))
    calls = team.seen_by(NOOR).frame("calls", team="north")
    known = calls.filter(pl.col("resolution") != "unclear")
    told = share((known["resolution"] == "resolved").sum(), known.height)
    assert told.count == 12
    assert (
        f"**Now {percent(told.value)}** ({percent(told.low)} to {percent(told.high)}), "
        f"from {told.count} cases." in shown
    )
    # Agents see the goal, and figures only as a lead wrote them down.
    agents = " ".join(texts(seen(goals_page, monkeypatch, MARTA)))
    assert "Not looked at yet." in agents


def test_goals_are_never_on_time_or_numbers_of_calls(team, monkeypatch):  # noqa: ARG001  for its effect
    shown = unfold(seen(goals_page, monkeypatch, NOOR), "goal-1")
    [choice] = [box for box in shown.selectbox if box.label == "Better at"]
    offered = " ".join(choice.options).lower()
    for word in (
        "handle time",
        "talk time",
        "duration",
        "calls per",
        "number of calls",
        "how many",
    ):
        assert word not in offered
    assert "Resolved" in choice.options


def test_nobody_is_ranked(team, home, monkeypatch):
    team_calls.fill(home, ["missed"] * 4, agent="zoe")
    shown = seen(coaching_page, monkeypatch, NOOR)
    names = [name for name, _ in offered(shown)["agent"]["options"]]
    assert names == sorted(names) == ["marta", "zoe"]
    assert team
