"""A lead's pages: who sees what of them, what they say, and what is written on them."""

import json
import re
from datetime import UTC, date, datetime, timedelta
from urllib.parse import parse_qsl, urlsplit

import pytest
import team_calls
from lead_pages import EVERYWHERE, NORTH, WEDNESDAY, clips, links, offered, run, tables, texts

from scorer.pages import among
from scorer.store.access import LOCAL, Person
from scorer.store.listing import Filter
from scorer.store.store import Store
from scorer.store.surveys import Survey
from scorer.store.tallies import Among

PAGES = ("team", "moments", "promises", "complaints", "rules", "surveys")


@pytest.mark.usefixtures("store")
def test_the_list_says_what_an_address_asks_and_takes_it_away(as_):
    as_(NORTH)
    address = next(address for _, address in links(run("team")) if "answer=not_met" in address)
    asked = dict(parse_qsl(urlsplit(address).query))
    test = run("calls", **asked)
    [told] = [text for text in texts(test) if text.startswith("Only calls:")]
    assert "5 Oct 2026 to 29 Nov 2026" in told
    assert "not or partly met" in told
    [away] = [button for button in test.button if button.label == "Show all calls"]
    away.click().run()
    assert not [text for text in texts(test) if text.startswith("Only calls:")]
    assert "criterion" not in test.query_params


@pytest.mark.usefixtures("store")
@pytest.mark.parametrize("wrong", [{"since": "soon"}, {"moment": "joy"}, {"promise": "someday"}])
def test_an_address_that_asks_nonsense_is_said_to(as_, wrong):
    as_(NORTH)
    test = run("calls", **wrong)
    assert any("not known here" in warning.value for warning in test.warning)


def charts(test):
    """The charts over calls; the company's months are another thing."""
    found = [json.loads(each.proto.spec) for each in test.get("vega_lite_chart")]
    return [spec for spec in found if "month" not in json.dumps(spec)]


def marks(spec):
    kinds = [layer["mark"] for layer in layers(spec)]
    return [kind if isinstance(kind, str) else kind["type"] for kind in kinds]


def layers(spec):
    for layer in spec.get("layer", []):
        yield from layers(layer) if "layer" in layer else [layer]


@pytest.mark.usefixtures("store")
def test_few_calls_are_said_to_be_few_and_no_line_is_drawn(as_):
    as_(NORTH)
    few = run("team", topic="a bill in a late husband's name")
    assert all("line" not in marks(spec) for spec in charts(few))
    assert any("Too few calls for a trend" in text for text in texts(few))
    assert any(re.search(r"of only \d", text) for text in texts(few))
    many = run("team", span="14 days")
    assert any("line" in marks(spec) for spec in charts(many))


def test_nobody_is_ranked_and_nothing_is_told_of_time(store, as_):
    as_(EVERYWHERE)
    agents = set(store.frame("calls")["agent"])
    test = run("team", team=among.EVERY_TEAM)
    for rows in tables(test).values():
        assert not agents & {text for row in rows for text, _ in row}
    said = " ".join(texts(test))
    assert not re.search(r"duration|handle time|per hour|seconds|minutes", said, re.IGNORECASE)


@pytest.mark.usefixtures("store")
def test_an_empty_span_says_what_to_do(as_, monkeypatch):
    as_(NORTH)
    monkeypatch.setattr(among, "today", lambda: date(2030, 1, 1))
    assert any("No calls in this span" in text for text in texts(run("team")))


@pytest.mark.usefixtures("store")
def test_generated_calls_are_said_to_be_generated(as_):
    as_(NORTH)
    for page in PAGES:
        assert any("Generated calls are among these" in text for text in texts(run(page))), page


# Roles

OPENS = {
    "reviewer": {"moments", "promises", "complaints"},
    "lead": set(PAGES),
    "agent": {"moments", "promises"},
    "operator": set(),
    "admin": set(PAGES),
}


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("role", OPENS)
def test_each_role_on_each_page(store, as_, role, page):
    who = Person("Amira", role, frozenset({"North"}))
    as_(who)
    test = run(page)
    refused = [info.value for info in test.info if "This page" in info.value]
    assert bool(refused) != (page in OPENS[role]), texts(test)
    if role in ("lead", "reviewer"):
        keys = {entry.key for entry in store.calls() if entry.team != "North"}
        names = {entry.id for entry in store.calls() if entry.team != "North"}
        shown = " ".join(texts(test)) + json.dumps([str(e.proto) for e in test.get("page_link")])
        assert not any(key in shown for key in keys)
        assert not any(name in shown for name in names)


@pytest.mark.usefixtures("store")
def test_an_agent_sees_only_promises_of_their_own(as_):
    as_(Person("Amira", "agent"))
    test = run("promises", state="Open")
    said = [text for text in texts(test) if text.startswith("Promised by")]
    assert said
    assert all(text.startswith("Promised by Amira") for text in said)
    assert offered(test)["owner"]["value"] == ""
    assert not [button for button in test.button if button.label == "Give"]


# Pages that write


@pytest.mark.usefixtures("store")
def test_search_finds_what_was_said(as_):
    as_(NORTH)
    test = run("moments", words='"account number"')
    assert any("turns" in text for text in texts(test))
    assert len(clips(test)) > 5
    assert any("Nobody said that." in text for text in texts(run("moments", words="xylophone")))


def test_search_follows_what_is_chosen_and_says_whose_call_it_is(store, as_):
    as_(LOCAL)

    def found(**chosen):
        return clips(run("moments", words='"account number"', team="All teams", **chosen))

    about = found()[0]["note"]
    entry = next(iter(store.calls(Filter(text=found()[0]["call"]))))
    assert about.startswith(f"{entry.agent}, {entry.started.astimezone():%-d %b} · ")
    topic = about.partition(" · ")[2]
    assert {each["note"].partition(" · ")[2] for each in found(topic=topic)} == {topic}
    harbor = clips(run("moments", words='"account number"', team="Harbor"))
    teams = {store.calls(Filter(text=each["call"]))[0].team for each in harbor}
    assert teams == {"Harbor"}
    assert found(heard="true") == []  # generated calls have no sound


def test_a_playlist_of_anothers_calls_shows_none_of_them(store, as_):
    theirs = store.seen_by(LOCAL).clips.of("misery", Among("Meadow"), count=1)[0]
    key = store.playlists.new("For Meadow")
    store.playlists.add(key, theirs.key, (theirs.turn, theirs.turn))
    as_(NORTH)
    test = run("playlist", key=key)
    assert test.title[0].value == "For Meadow"
    assert any("1 clip more" in info.value for info in test.info)
    assert not test.get("bidi_component")
    assert any("no such playlist" in each.value for each in run("playlist", key="x").warning)


def test_a_store_without_any_of_it_says_so_kindly(tmp_path, monkeypatch, as_):
    monkeypatch.setenv("SCORER_HOME", str(tmp_path / "empty"))
    as_(LOCAL)
    for page in PAGES:
        said = texts(run(page))
        assert not any("Generated" in text for text in said)
    assert any("No calls in this span" in text for text in texts(run("team")))


def test_a_bad_answer_is_one_card_a_customer(store):
    entry = next(iter(store.calls(Filter(team="Harbor"))))
    now = datetime.now(UTC) - timedelta(hours=1)
    store.survey([Survey(entry.key, "csat", 1, 1, 5, now), Survey(entry.key, "nps", 0, 0, 10, now)])
    found = store.complaints.surveyed(Among("Harbor"), since=now - timedelta(minutes=1))
    assert [each.outcome for each in found] == ["nps 0 of 0 to 10, csat 1 of 1 to 5"]


def test_a_second_agents_words_are_not_praised_as_the_first_ones(home):
    taken_over = team_calls.card(0, "met", agent="Priya", days=1)
    taken_over["turns"][5]["speaker"] = "agent_2"  # who says back what was ordered
    for judgement in taken_over["judgements"]:
        if judgement["criterion"] != "restates":
            judgement["moments"] = []
    Store(home=home).keep(None, taken_over)
    for page, told in (
        ("team", "Second agent on a call of Priya: says it back and checks"),
        ("moments", "Second agent on a call of Priya, "),
    ):
        [clip] = clips(run(page))
        assert told in f"{clip['title']} {clip['note']}"
        assert "Second agent" in [quote["who"] for quote in clip["quotes"]]


def test_another_choice_begins_at_the_first_page_again(store, as_):
    as_(NORTH)
    test = run("promises", state="Open")

    def quotes():
        return [text for text in texts(test) if text.startswith("“")]

    waiting = store.seen_by(NORTH).ledger.entries("open", WEDNESDAY, count=100)
    assert len(waiting) > 15
    first = quotes()
    [on] = [button for button in test.button if button.label == "Next"]
    on.click().run()
    assert quotes() == [f"“{each.quote}”" for each in waiting[15:30]]
    test.query_params["owner"] = "nobody"  # as if by the choice
    test.run()
    assert not quotes()
    del test.query_params["owner"]
    test.run()
    assert quotes() == first
