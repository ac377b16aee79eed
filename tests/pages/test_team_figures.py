"""Every figure on leads' pages, against a plain query of the frames."""

from datetime import UTC, datetime, timedelta

import polars as pl
import pytest
import team_calls
from lead_pages import offered
from team_pages import (
    MARTA,
    NOOR,
    RITA,
    ROB,
    coaching_page,
    goals_page,
    plan_page,
    seen,
    session_page,
    unfold,
)
from test_pages import call_page, texts

from scorer.analytics.shares import share
from scorer.pages.amounts import percent, share_told
from scorer.store.access import LOCAL
from scorer.store.store import Store


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
