"""Every number of a lead's first page, from the raw tables by Polars alone: none is left out."""

import itertools
import re
import shutil
import sqlite3
from datetime import UTC, datetime, timedelta

import polars as pl
import pytest
import streamlit as st
from lead_pages import (
    EVERYWHERE,
    NORTH,
    SINCE,
    UNTIL,
    WEDNESDAY,
    charts,
    run,
    tables,
    texts,
)
from raw_tables import EVER, Raw
from scipy import stats

from scorer.analytics import change
from scorer.analytics.measures import MEASURES
from scorer.analytics.shares import FEW, share
from scorer.pages import among
from scorer.pages.questions import questions, slips
from scorer.pages.words import title

MEANS = ("predicted", "surveyed")
DELIVERIES = {"team": "Harbor", "queue": "Deliveries"}
CHANGE = re.compile(
    r"\*\*(.*)\*\* (?:met in |fine in )?(.*) → (.*) since the week of (.*) :gray\[\((\d+) "
)


def values(raw, begin=SINCE, end=UNTIL, **about):
    """The values that each figure is a mean of: 1 and 0 for what was so and what was not."""
    some = [pl.col("started") >= begin, pl.col("started") < end]
    some += [pl.col(name) == value for name, value in about.items()]
    calls, moments, judged, made, asked = (
        frame.filter(*some)
        for frame in (raw.calls, raw.moments, raw.judgements, raw.promises, raw.surveys)
    )
    complaints = moments.filter(pl.col("rubric") == "complaint_register")
    good, left = (
        complaints.filter(pl.col("outcome") == outcome)["call_id"].n_unique()
        for outcome in ("recovered", "missed")
    )
    told = calls.filter(pl.col("resolution") != "unclear")["resolution"]
    spent, became = calls["effort"].drop_nulls(), made["status"].drop_nulls()
    found = {
        "predicted": calls["satisfaction"].drop_nulls().to_list(),
        "surveyed": asked.filter(pl.col("kind") == "csat")["share"].to_list(),
        "resolved": (told == "resolved").to_list(),
        "little_effort": (spent == "little").to_list(),
        "recovered": [True] * good + [False] * left,
        "promises_kept": (became == "kept").to_list(),
    }
    for (rubric, criterion), rows in judged.group_by("rubric", "criterion"):
        name = f"{rubric}.{criterion}"
        fine = {"met", "no_opportunity"} if name in slips() else {"met"}
        counts = {*fine, "partly", "missed"}
        found[name] = [each in fine for each in rows["outcome"] if each in counts]
    return found


def interval(measure, found):
    """A figure as the page tells it."""
    n = len(found)
    if not n:
        return "–"
    if measure in MEANS:
        series = pl.Series(found)
        half = 0.0 if n < 2 else t(n - 1) * series.std() / n**0.5
        mean = round(series.mean(), 9)
        told, ends = f"{mean:.2f}", [f"{max(mean - half, 0):.2f}", f"{min(mean + half, 1):.2f}"]
    else:
        known = share(sum(found), n)
        told = f"{100 * known.value:.0f} %"
        ends = [f"{100 * each:.0f}" for each in (known.low, known.high)]
    return f"{told}, of only {n}" if n < FEW else f"{told} ({ends[0]} – {ends[1]})"


def t(freedom):
    """Student's t at 97.5 %."""
    return float(stats.t.ppf(0.975, freedom))


def row_of(measure, found):
    """A row behind a chart or of a rubric: the figure, and how many on either side."""
    sides = [len(found)] if measure in MEANS else [sum(found), len(found) - sum(found)]
    return [interval(measure, found), *(f"{each:,}" for each in sides)]


@pytest.mark.parametrize(
    ("who", "query", "about"),
    [
        (NORTH, {}, {"team": "North"}),
        (EVERYWHERE, {"team": among.EVERY_TEAM}, {}),
        (EVERYWHERE, DELIVERIES, DELIVERIES),
    ],
)
def test_every_table_and_chart_of_the_team_page(store, filled, as_, who, query, about):  # noqa: ARG001  for its effect
    as_(who)
    raw, test = Raw(filled, SINCE, UNTIL, **about), run("team", **query)
    whole, weeks = values(raw), list(by_week(raw))
    known = {told: name for name, told in MEASURES.items()}
    rubrics = {text: name for (name, criterion), (text, _) in questions().items() if not criterion}
    seen = set()
    for name, rows in tables(test).items():
        if name in known:
            measure = known[name]
            plain = {week: row_of(measure, each[measure]) for week, each in weeks if each[measure]}
            assert {row[0][0]: [text for text, _ in row[1:]] for row in rows} == plain, name
            seen |= {measure}
        elif name in rubrics:
            mine = [measure for measure in whole if measure.startswith(f"{rubrics[name]}.")]
            by_title = {title(measure.partition(".")[2]): measure for measure in mine}
            for (criterion, _), *cells in rows:
                measure = by_title[criterion]
                assert [text for text, _ in cells] == row_of(measure, whole[measure]), measure
                seen.add(measure)
        else:
            assert name.endswith(" by month") or name.startswith("By "), name  # looked at below
    assert seen == {name for name, found in whole.items() if found}
    drawn = [dot for _, dots in charts(test) for dot in dots if "measure" in dot]
    assert len(drawn) > 5
    for dot in drawn:
        plain = dict(weeks)[dot["when"]][dot["measure"]]
        assert dot["n"] == len(plain)
        assert dot["value"] == pytest.approx(sum(plain) / len(plain))


@pytest.mark.parametrize("part", ["team", "queue", "topic"])
def test_every_figure_by_team_queue_and_topic(store, filled, as_, part):  # noqa: ARG001  for its effect
    as_(EVERYWHERE)
    raw, test = Raw(filled, SINCE, UNTIL), run("team", {"part": f"By {part}"}, team="All teams")
    known = {told: name for name, told in MEASURES.items()}
    rows, heads = tables(test)[f"By {part}"], columns(test, f"By {part}")
    assert {row[0][0] for row in rows} == set(raw.calls[part])
    for (name, _), *cells in rows:
        mine = values(raw, **{part: name})
        told = {known[head]: text for head, (text, _) in zip(heads, cells, strict=True)}
        assert told == {each: interval(each, mine[each]) for each in told}, name


def by_week(raw):
    for number in range(8):
        begin = SINCE + timedelta(weeks=number)
        name = f"wk {begin.isocalendar().week}"
        yield name, values(raw, begin, begin + timedelta(weeks=1))


def columns(test, name):
    """The heads of a table, but of its first column."""
    [body] = [e.proto.body for e in test.get("html") if f'aria-label="{name}"' in e.proto.body]
    return re.findall(r'<th scope="col">([^<]*)</th>', body)[1:]


def test_what_stands_in_the_texts_of_the_team_page(store, filled, as_):  # noqa: ARG001  for its effect
    as_(EVERYWHERE)
    test = run("team", team=among.EVERY_TEAM)
    raw, said = Raw(filled, SINCE, UNTIL), texts(test)
    asked = raw.surveys.height
    assert any(
        f"[{raw.calls.height} calls]" in text and f"[{asked} surveys]" in text for text in said
    )
    rules = raw.moments.filter(pl.col("rubric") == "rule_register")
    protested = rules.filter(pl.col("criterion") == "protested").height
    given, puzzled = f"{rules.height} times", f"to {protested} customers it made no sense"
    assert f"**A rule was the reason** {given}; {puzzled}" in said


def test_what_changed_and_since_when(store, filled, as_, monkeypatch):  # noqa: ARG001  for its effect
    monkeypatch.setattr(change, "ALPHA", 1.01)  # in ten days nothing has surely changed
    st.cache_resource.clear()  # what other tests worked out
    as_(EVERYWHERE)
    said = texts(run("team", team=among.EVERY_TEAM))
    raw = Raw(filled, SINCE, UNTIL)
    changes = [text for text in said if re.search(r" → .* since ", text)]
    assert changes
    for text in changes:
        told = CHANGE.match(text)
        since = datetime.strptime(f"{told[4]} 2026", "%d %b %Y").replace(tzinfo=UTC)
        before, after = values(raw, SINCE, since), values(raw, since, UNTIL)
        assert any(
            told[1] == (MEASURES.get(name) or title(name.partition(".")[2]))
            and [told[2], told[3]] == [mean(name, side.get(name, [])) for side in (before, after)]
            and int(told[5]) == len(before.get(name, [])) + len(after[name])
            for name in after
        ), text


def mean(measure, found):
    if not found:
        return "–"
    value = sum(found) / len(found)
    return f"{value:.2f}" if measure in MEANS else f"{100 * value:.0f} %"


def test_what_is_due_today(store, filled, as_):  # noqa: ARG001  for its effect
    as_(NORTH)
    doors = " ".join(str(each.proto) for each in run("team").get("page_link")).replace("\\", "")
    raw, today = Raw(filled, *EVER, team="North"), WEDNESDAY.isoformat()
    waits = raw.promises.filter(pl.col("status").is_null())
    day = pl.col("due").str.slice(0, 10)
    proposed = raw.judgements.filter(pl.col("outcome").is_null())["call_id"].n_unique()
    plain = {
        r"(\d+) promises?\"": waits.filter(day == today).height,
        r"(\d+) promises? overdue": waits.filter(day < today).height,
        r"(\d+) calls? with a critical point": proposed,
        r"(\d+) disputes?, the first": raw.disputes().height,
        r"(\d+) customers? with a bad answer": raw.bad_answers(),
    }
    for told, count in plain.items():
        found = re.search(told, doors)
        assert (int(found[1]) if found else 0) == count, told
    assert sum(bool(count) for count in plain.values()) >= 3


def test_surveys_month_by_month(filled, tmp_path, monkeypatch, as_):
    home = shutil.copytree(filled, tmp_path / "two months")
    with sqlite3.connect(home / "scorer.db") as connection:  # every third call, a month earlier
        earlier = "UPDATE calls SET started = replace(started, '2026-11', '2026-10')"
        assert connection.execute(f"{earlier} WHERE id % 3 = 0").rowcount > 20
    monkeypatch.setenv("SCORER_HOME", str(home))
    monkeypatch.setattr(among, "today", lambda: WEDNESDAY)
    as_(EVERYWHERE)
    begins = [datetime(2026, month, 1, tzinfo=UTC) for month in (10, 11, 12)]
    raw = Raw(home, *EVER)
    plain = {
        f"{since:%B %Y}": values(raw, since, until) for since, until in itertools.pairwise(begins)
    }
    for month, found in plain.items():
        test = run("surveys", team=among.EVERY_TEAM, month=month)
        rows = {
            row[0][0]: [text for text, _ in row[1:]]
            for row in tables(test)["Satisfaction by month"]
        }
        assert rows == {
            name: [
                text
                for measure in ("surveyed", "predicted")
                for text in row_of(measure, each[measure])
            ]
            for name, each in plain.items()
        }
        guess = found["predicted"]
        told = f"{interval('predicted', guess)} of {len(guess)} calls"
        assert any(told in text for text in texts(test)), month
