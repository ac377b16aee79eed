"""Pages of a team: who sees what, and what nobody sees."""

import json
from datetime import date, timedelta

import pytest
import team_calls
from starlette.applications import Starlette
from starlette.testclient import TestClient
from team_pages import (
    EVERYBODY,
    LARS,
    MARTA,
    NOOR,
    RITA,
    TIMO,
    calibration_page,
    coaching_page,
    creed_page,
    goals_page,
    plan_page,
    promises_page,
    rubrics_page,
    seen,
    session_page,
    wall_page,
)
from test_pages import call_page, texts

from scorer.pages import navigation, ticket
from scorer.pages.server import ROUTES
from scorer.pages.words import plain
from scorer.store.access import LOCAL

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
