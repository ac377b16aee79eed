"""A lead's pages: every number is that of a plain query, and opens to as many calls."""

import json
import re
from datetime import UTC, date, datetime, timedelta
from html import unescape
from urllib.parse import parse_qsl, urlsplit

import polars as pl
import pytest
from streamlit.testing.v1 import AppTest

from scorer.analytics.shares import share
from scorer.demo.fill import fill
from scorer.pages import among, opened, person
from scorer.pages.complaints import ABOUT
from scorer.pages.questions import slips
from scorer.pages.told import named
from scorer.store.access import LOCAL, Person
from scorer.store.listing import Filter
from scorer.store.store import Store
from scorer.store.surveys import Survey
from scorer.store.tallies import Among

WEDNESDAY = date(2026, 11, 25)
NORTH = Person("lena", "lead", frozenset({"North"}))
EVERYWHERE = Person("nora", "lead", frozenset({"North", "Harbor", "Meadow"}))
#: The span that the page shows unless another is chosen: eight weeks, the last one whole.
SINCE, UNTIL = datetime(2026, 10, 5, tzinfo=UTC), datetime(2026, 11, 30, tzinfo=UTC)

PAGES = ("team", "moments", "promises", "complaints", "rules", "surveys")


@pytest.fixture(scope="module")
def filled(tmp_path_factory):
    """A home with ten generated days in it."""
    home = tmp_path_factory.mktemp("filled")
    store = Store(home=home)
    fill(store, WEDNESDAY, 10)
    store.close()
    return home


@pytest.fixture
def store(filled, monkeypatch):
    monkeypatch.setenv("SCORER_HOME", str(filled))
    monkeypatch.setattr(among, "today", lambda: WEDNESDAY)
    return Store()


@pytest.fixture
def as_(monkeypatch):
    def be(who):
        monkeypatch.setattr(person, "who", lambda: who)

    return be


def run(page, /, chosen=None, **query):
    """Runs a page at an address; `chosen` are widgets' values by key."""
    test = AppTest.from_string(
        f"from scorer.pages import {page}\n{page}.page()", default_timeout=60
    )
    for name, value in query.items():
        test.query_params[name] = value
    for name, value in (chosen or {}).items():
        test.session_state[name] = value
    test.run()
    assert not test.exception, test.exception
    return test


def texts(test):
    kinds = ("title", "header", "subheader", "markdown", "text", "caption", "warning", "info")
    return [element.value for kind in kinds for element in getattr(test, kind)]


def tables(test):
    """By its name, each table as rows of (text, link)."""
    found = {}
    for each in test.get("html"):
        body = each.proto.body
        if 'class="figures"' not in body:
            continue
        name = unescape(re.search(r'aria-label="([^"]*)"', body).group(1))
        rows = re.findall(r"<tr>(.*?)</tr>", body.partition("<tbody>")[2])
        found[name] = [[cell(inner) for inner in re.findall(r"<t[hd].*?</t[hd]>", r)] for r in rows]
    return found


def cell(html):
    link = re.search(r'href="([^"]*)"', html)
    return unescape(re.sub(r"<[^>]*>", "", html)), unescape(link.group(1)) if link else ""


def links(test):
    """Every (text, address) in tables and in texts that leads to the list of calls."""
    found = [each for rows in tables(test).values() for row in rows for each in row if each[1]]
    for text in texts(test):
        found += re.findall(r"\[([^\]]*)\]\((/\?[^)]*)\)", text)
    return [(text, address) for text, address in found if address.startswith("/?")]


def listed(store, address):
    """How many calls the list shows at an address."""
    asked = dict(parse_qsl(urlsplit(address).query))
    return len(store.calls(Filter(team=asked.pop("team", ""), **opened._fields(asked))))


def frame(store, name, team="North"):
    return store.frame(name, SINCE, UNTIL, team)


def worked_out(store):
    """Hits and count of each share of team North, by plain queries over the frames."""
    calls, moments = frame(store, "calls"), frame(store, "moments")
    told = calls.filter(pl.col("resolution") != "unclear")
    spent = calls.filter(pl.col("effort").is_not_null())
    complaints = moments.filter(pl.col("rubric") == "complaint_register")
    good, left = (
        complaints.filter(pl.col("outcome") == outcome)["key"].n_unique()
        for outcome in ("recovered", "missed")
    )
    promised = frame(store, "promises").filter(
        pl.col("speaker") != "customer", pl.col("status").is_not_null()
    )
    found = {
        "Resolved": (told.filter(pl.col("resolution") == "resolved").height, told.height),
        "Little effort": (spent.filter(pl.col("effort") == "little").height, spent.height),
        "Complaints made good": (good, good + left),
        "Promises kept": (promised.filter(pl.col("status") == "kept").height, promised.height),
    }
    judged = frame(store, "judgements").filter(
        ~((pl.col("score").is_null()) & (pl.col("outcome") == "missed"))  # only proposed
    )
    for (rubric, criterion), rows in judged.group_by("rubric", "criterion"):
        name = f"{rubric}.{criterion}"
        counts = dict(rows.group_by("outcome").len().iter_rows())
        met = counts.get("met", 0)
        missed = counts.get("partly", 0) + counts.get("missed", 0)
        if name in slips():
            met += counts.get("no_opportunity", 0)
        found[name] = (met, met + missed)
    return found


def shown(hits, count):
    """A share as the page tells it."""
    found = share(hits, count)
    percent = f"{100 * found.value:.0f} %"
    if found.few:
        return f"{percent}, of only {count}"
    return f"{percent} ({100 * found.low:.0f} – {100 * found.high:.0f})"


def test_every_share_on_the_team_page_is_that_of_a_plain_query(store, as_):
    as_(NORTH)
    test = run("team")
    said, plain = texts(test), worked_out(store)
    for name in ("Resolved", "Little effort", "Complaints made good", "Promises kept"):
        hits, count = plain[name]
        assert count > 10
        assert any(text.startswith(f"{shown(hits, count)} of {count} ") for text in said), name
    found = tables(test)
    rubrics = {name.partition(".")[0] for name in plain if "." in name}
    rows = {row[0][0]: [text for text, _ in row[1:]] for name in found for row in found[name]}
    assert len(rubrics) == 7
    for name, (hits, count) in plain.items():
        if "." in name and count:
            assert rows[named(name)] == [shown(hits, count), f"{hits:,}", f"{count - hits:,}"], name


def test_means_are_those_of_a_plain_query_and_the_two_are_kept_apart(store, as_):
    as_(NORTH)
    behind = tables(run("team"))
    calls = frame(store, "calls").filter(pl.col("satisfaction").is_not_null())
    asked = frame(store, "surveys").filter(pl.col("kind") == "csat")
    monday = (pl.col("started") - pl.duration(days=pl.col("started").dt.weekday() - 1)).dt.date()
    predicted = calls.group_by(monday.alias("week")).agg(pl.col("satisfaction").mean(), pl.len())
    scaled = (pl.col("value") - pl.col("low")) / (pl.col("high") - pl.col("low"))
    surveyed = asked.group_by(monday.alias("week")).agg(scaled.mean().alias("mean"), pl.len())
    for name, weeks in (
        ("Satisfaction, predicted", predicted),
        ("Satisfaction, surveyed", surveyed),
    ):
        rows = {row[0][0]: row for row in behind[name]}
        assert len(rows) == weeks.height > 1
        for week, mean, count in weeks.rows():
            _, (value, _), (n, _) = rows[f"wk {week.isocalendar().week}"]
            assert value.startswith(f"{mean:.2f}"), (name, week)
            assert n == f"{count:,}"
    assert predicted["len"].sum() != surveyed["len"].sum()


def test_what_is_split_adds_up_to_the_whole(store, as_):
    as_(EVERYWHERE)
    test = run("team", team=among.EVERY_TEAM)
    found = tables(test)
    assert [row[0][0] for row in found["By team"]] == ["Harbor", "Meadow", "North"]  # by name
    calls = store.frame("calls", SINCE, UNTIL)
    for part in ("team", "queue", "topic"):
        rows = {row[0][0]: row for row in found[f"By {part}"]}
        for (name,), mine in calls.group_by(part):
            mean = mine["satisfaction"].mean()
            assert rows[name][1][0].startswith(f"{mean:.2f}")
            assert listed(store, rows[name][0][1]) == mine.height


@pytest.mark.parametrize(
    ("who", "query"),
    [
        (NORTH, {}),
        (NORTH, {"span": "14 days"}),
        (EVERYWHERE, {"team": among.EVERY_TEAM, "queue": "Billing"}),
        (EVERYWHERE, {"team": "Meadow", "topic": "no internet"}),
    ],
)
def test_every_number_opens_to_as_many_calls(store, as_, who, query):
    as_(who)
    seen = store.seen_by(who)
    opens = links(run("team", **query))
    counted = 0
    for text, address in opens:
        if number := re.fullmatch(r"([\d,]+)(?: calls?)?", text):
            # A promise is counted by itself; two on one call are one line of the list.
            if "promise=" in address:
                assert 0 < listed(seen, address) <= int(number.group(1))
                continue
            assert listed(seen, address) == int(number.group(1).replace(",", "")), address
            counted += 1
    assert counted > 20


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
    assert not test.text_input("owner").value
    assert not [button for button in test.button if button.label == "Give"]


# The ledger, the registers, the surveys


def test_the_ledger_counts_what_a_plain_query_counts(store, as_):
    as_(NORTH)
    test = run("promises", state="Open")
    made = store.frame("promises", team="North").filter(pl.col("speaker") != "customer")
    waits = made.filter(pl.col("status").is_null())
    day, today = pl.col("due").str.slice(0, 10), WEDNESDAY.isoformat()
    plain = {
        "Due today": waits.filter(day == today).height,
        "Overdue": waits.filter(day < today).height,
        "Open": waits.height,
        "No day named": waits.filter(pl.col("due").is_null()).height,
        "Kept": made.filter(pl.col("status") == "kept").height,
        "Late": made.filter(pl.col("status") == "late").height,
        "Broken": made.filter(pl.col("status") == "broken").height,
    }
    control = test.get("button_group")[0]
    told = [option.content for option in control.proto.options]
    assert told == [f"{name} ({count})" for name, count in plain.items()]
    assert plain["Open"] > 5


def test_the_complaint_register_counts_what_a_plain_query_counts(store, as_):
    as_(NORTH)
    moments = store.frame("moments", team="North")
    complaints = moments.filter(pl.col("rubric") == "complaint_register")
    rows = tables(run("complaints"))["Complaints by what they are about"]
    assert len(rows) == complaints["criterion"].n_unique() > 2
    by = {address: [text for text, _ in row[1:4]] for row in rows for _, address in row[:1]}
    for (about,), mine in complaints.group_by("criterion"):
        [numbers] = [
            told
            for address, told in by.items()
            if dict(parse_qsl(urlsplit(address).query))["about"] == ABOUT[about]
        ]
        outcomes = mine["outcome"].to_list()
        assert numbers == [
            str(mine.height), str(outcomes.count("recovered")), str(outcomes.count("missed"))
        ]  # fmt: skip


def test_rules_are_counted_with_what_followed(store, as_):
    as_(NORTH)
    test = run("rules")
    moments = frame(store, "moments").filter(pl.col("rubric") == "rule_register")
    calls = frame(store, "calls").select("key", "resolution")
    rows = tables(test)["Rules by how often they were the reason"]
    assert sum(int(row[1][0]) for row in rows) == moments.height > 3
    protested = moments.filter(pl.col("criterion") == "protested")
    assert sum(int(row[2][0]) for row in rows) == protested.height
    for (wording, _), (times, _), _, (followed, _) in rows:
        mine = moments.filter(pl.col("quote") == wording)
        assert int(times) == mine.height  # the generator says each rule in one way
        told = mine.unique("key").join(calls, on="key").filter(pl.col("resolution") != "unclear")
        left = told.filter(pl.col("resolution") == "unresolved").height
        assert followed.startswith(f"{left} of {told.height} call")
    for text, address in links(test):
        assert listed(store.seen_by(NORTH), address) == int(text.split()[0])


def test_a_months_surveys_are_those_of_a_plain_query_and_bad_ones_wait(store, as_):
    as_(NORTH)
    test = run("surveys", month="November 2026")
    asked = frame(store, "surveys")
    asked = asked.filter(pl.col("started") >= datetime(2026, 11, 1, tzinfo=UTC))
    share_ = (pl.col("value") - pl.col("low")) / (pl.col("high") - pl.col("low"))
    rows = {row[0][0]: [text for text, _ in row] for row in tables(test)["Answers"]}
    for kind, heading, limit in (
        ("csat", "How satisfied they were", 0.4),
        ("nps", "Whether they would recommend", 0.6),
    ):
        mine = asked.filter(pl.col("kind") == kind)
        bad = mine.filter(share_ <= limit).height
        assert rows[heading][1].startswith(f"{mine.select(share_.mean()).item():.2f}")
        assert rows[heading][2:] == [f"{mine.height} answers", f"{bad}"]
    waiting = asked.filter(share_ <= pl.when(pl.col("kind") == "nps").then(0.6).otherwise(0.4))
    told = [text for text in texts(test) if "about whom nobody wrote yet" in text]
    assert told[0].startswith(f"{waiting['key'].n_unique()} customers")


def test_three_figures_stand_side_by_side_as_imported(store, as_):
    as_(NORTH)
    test = run("team")
    said = texts(test)
    assert {"Employee satisfaction", "Customer satisfaction", "Profit"} <= set(said)
    figures = store.company.figures("North")
    last = figures.filter(pl.col("figure") == "employee_satisfaction").row(-1, named=True)
    told = f"**{last['value']:,.4g}** of 1 to 5 in {last['month']}"
    assert told in said
    assert "Not imported." in said  # profit has no team


# Pages that write


@pytest.mark.usefixtures("store")
def test_search_finds_what_was_said(as_):
    as_(NORTH)
    test = run("moments", words='"account number"')
    assert any("turns" in text for text in texts(test))
    assert len(test.get("bidi_component")) > 5
    assert any("Nobody said that." in text for text in texts(run("moments", words="xylophone")))


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
    test.text_input("owner").set_value("nobody").run()
    test.text_input("owner").set_value("").run()
    assert quotes() == first
