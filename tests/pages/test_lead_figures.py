"""Every number on a lead's pages is that of a plain Polars query, and opens to as many calls."""

import re
from datetime import UTC, datetime
from urllib.parse import parse_qsl, urlsplit

import polars as pl
import pytest
from lead_pages import (
    EVERYWHERE,
    NORTH,
    SINCE,
    UNTIL,
    WEDNESDAY,
    links,
    listed,
    offered,
    run,
    tables,
    texts,
)

from scorer.analytics.shares import share
from scorer.pages import among
from scorer.pages.complaints import ABOUT
from scorer.pages.questions import slips
from scorer.pages.told import named
from scorer.pages.words import several


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
            assert value.startswith(f"{round(mean, 9):.2f}"), (name, week)
            assert n == f"{count:,}"
    assert predicted["len"].sum() != surveyed["len"].sum()


def test_what_is_split_adds_up_to_the_whole(store, as_):
    as_(EVERYWHERE)
    calls = store.frame("calls", SINCE, UNTIL)
    for part in ("team", "queue", "topic"):
        found = tables(run("team", {"part": f"By {part}"}, team=among.EVERY_TEAM))[f"By {part}"]
        rows = {row[0][0]: row for row in found}
        assert list(rows) == sorted(rows)  # by name
        for (name,), mine in calls.group_by(part):
            mean = mine["satisfaction"].mean()
            assert rows[name][1][0].startswith(f"{round(mean, 9):.2f}")
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
    told = [words for _, words in offered(test)["state"]["options"]]
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
    calls = frame(store, "calls").select("key", "resolution", "satisfaction")
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
    for (wording, _), *_ in rows[:4]:
        test = run("rules", rule=wording)
        mine = moments.filter(pl.col("quote") == wording)
        felt = calls.join(mine.unique("key"), on="key", how="semi")["satisfaction"].drop_nulls()
        told = f"{felt.mean():.2f} on average, of {several(len(felt), 'call')}"
        assert f"Predicted satisfaction on these calls: {told}" in texts(test)
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
