"""Puts a generated day or month into a store: scored by the real scorer, from its transcripts.

All of it says that it is generated: the calls by their names and metadata, and what was done about
them by who did it (`LEAD`, `REVIEWER`). A store with calls of real people in it is refused.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import polars as pl

from scorer.audio.activity import analyse
from scorer.audio.decode import decode
from scorer.call import Call
from scorer.conversation import timing
from scorer.conversation.waveform import pairs
from scorer.demo.centre import CALL_BACK_LIST, TEAMS, Planned, month
from scorer.demo.script import Written, metadata, write
from scorer.errors import ScorerError
from scorer.interop.jsonl import to_call
from scorer.pipeline import Scorer
from scorer.scoring.rubric import load
from scorer.store.access import MACHINE, Person
from scorer.store.company import Figure
from scorer.store.listing import Filter
from scorer.store.reviews import PromiseStatus
from scorer.store.store import Store
from scorer.store.surveys import Survey

#: What this centre asks beside the five that every call is scored on.
SWITCHED_ON = ("service_recovery", "complaint_handling")

DAYS = {"day": 1, "month": 30}

#: The team of the acted sample calls, which are no real ones either.
SAMPLES = "Sample calls"
LEAD = Person("a generated lead", "admin")
REVIEWER = Person("a generated reviewer", "reviewer", frozenset(TEAMS))

#: Shares of calls: surveyed, signed, disputed by their agent.
_SURVEYED, _SIGNED, _DISPUTED = 0.24, 0.06, 0.03
#: Shares of due promises: what became of it was said, and those not kept that came late.
_FOLLOWED, _LATE = 0.85, 0.35

#: What hangs on the walls of this centre, and what it wants to be better at.
CREED = ("We are interested in whoever calls.", "We keep what we promise.")
GOALS = (
    ("resolved", 0.65, "Nobody should have to ring twice."),
    ("promises_kept", 0.9, "A promise is why they stop worrying."),
)
PRAISE = ("Nobody had asked for that.", "That is how we want to be.", "What a kind idea.")

#: Called with what is done and how much there is to do.
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Filled:
    """A call that is in the store now, and the script it came from."""

    key: str
    plan: Planned
    written: Written


def fill(
    store: Store,
    last: date,
    days: int = DAYS["month"],
    seed: int = 7,
    samples: Path | None = None,
    mix: bool = False,
    progress: Progress = lambda _done, _of: None,
) -> int:
    """Fills the store with `days` days of calls up to and with `last`; returns how many calls.

    `samples` is a folder of recordings with their words beside them (`NAME.wav`, `NAME.json`),
    which give some calls a sound. Run again, it goes on where it was stopped. Raises ScorerError
    where real calls are in the store, unless `mix`.
    """
    store = store.seen_by(MACHINE)
    if not mix:
        _refuse_real_calls(store)
    loaded = Scorer()
    loaded.rubrics = load(names=[*loaded.rubrics.names, *SWITCHED_ON])
    plans = list(month(last, days, seed))
    heard = sorted(samples.glob("*.wav")) if samples and samples.is_dir() else []
    there = {entry.id for entry in store.calls(Filter(generated=True))}
    filled = []
    for done, plan in enumerate(plans):
        filled.append(_kept(store, loaded, plan, last, seed))
        progress(done + 1, len(plans) + len(heard))
    for done, path in enumerate(heard):
        _sample(store, loaded, path, plans[(done + 1) * len(plans) // (len(heard) + 1)])
        progress(len(plans) + done + 1, len(plans) + len(heard))
    new = [each for each in filled if each.written.call.id not in there]
    _lived(store, new, last, seed)
    lead = store.seen_by(LEAD)
    lead.company.put(_company(last, seed))
    if new and not lead.guidance.creeds():
        _guided(lead, last)
    return len(filled) + len(heard)


def _refuse_real_calls(store: Store) -> None:
    """Sample calls and generated ones may stand together; a real one may not stand with them."""
    real = Filter(generated=False)
    if any(entry.team != SAMPLES for entry in store.calls(real)):
        raise ScorerError(
            "there are calls of real people in this store; generated ones would spoil its figures. "
            "Name another folder (SCORER_HOME), or say --mix"
        )


def _kept(store: Store, loaded: Scorer, plan: Planned, last: date, seed: int) -> Filled:
    name = f"generated-{plan.started:%Y%m%d}-{plan.number:04}"
    keeps_word = plan.agent.habits["keeps_word"]
    before = (last - plan.started.date()).days
    if plan.agent.team == "North":
        keeps_word = 0.92 if before <= CALL_BACK_LIST else 0.45
    written = write(plan, name, keeps_word, seed)
    return Filled(store.keep(None, _plain(loaded, written.call)), plan, written)


def _sample(store: Store, loaded: Scorer, path: Path, plan: Planned) -> None:
    """A recording with the words that its script says were spoken, as a call of that plan."""
    recording = decode(path)
    sound = analyse(recording)
    told = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
    call = to_call({"id": f"generated-{path.name}", "turns": told["turns"]}, str(path))
    call = replace(
        call,
        metadata=metadata(plan) | {"topic": "a sample call", "customer": f"sample {path.stem}"},
        lanes=sound.lanes,
        quality=sound.quality,
        timing=timing.measure(sound, call.turns),
        duration=recording.duration,
    )
    card = _plain(loaded, call, {"recording_sha256": recording.sha256})
    store.keep(path, card, pairs(sound, recording.duration))


def _plain(loaded: Scorer, call: Call, by: dict[str, Any] | None = None) -> dict[str, Any]:
    card: dict[str, Any] = json.loads(json.dumps(loaded.call(call, by).to_dict()))
    return card


def _lived(store: Store, filled: Sequence[Filled], last: date, seed: int) -> None:
    """What happened after the calls: surveys, promises kept or not, reviews, disputes."""
    chance = random.Random(f"{seed} after")
    until = datetime.combine(last, time(18), UTC)
    store.survey(_surveys(filled, until, chance))
    _follow(store.seen_by(LEAD), {each.key: each for each in filled}, last, chance)
    _review(store, filled, chance)


def _guided(store: Store, last: date) -> None:
    """A creed, two goals, a coaching plan, and good moments on the wall (S17, S18, S19)."""
    store.guidance.write_creed("", CREED)
    since, due = last - timedelta(days=21), last + timedelta(days=35)
    for metric, target, why in GOALS:
        store.guidance.set_goal("", metric, target, since, due, why)
    said = pl.col("response").str.len_chars() > 0, pl.col("rubric") != "customer_satisfaction"
    moments = store.frame("moments").filter(*said, kind="magic", outcome="met")
    best = moments.sort("started", "turn").unique("agent", keep="last", maintain_order=True)
    for words, row in zip(PRAISE, best.tail(len(PRAISE)).iter_rows(named=True), strict=False):
        store.wall.add(row["key"], "cares", row["response"], words)
    agents = sorted(agent for agent, team in store.coaching.agents() if team in TEAMS)
    if agents:
        focus = ["listening.asks_open"]
        plan = store.coaching.plan(agents[0], focus, "to get the whole story first", due)
        store.coaching.write(plan, "note", "Begin with what or how, then wait.")


def _company(last: date, seed: int) -> Iterator[Figure]:
    """Half a year of what a centre would import (S21)."""
    chance = random.Random(f"{seed} company")
    month = last.replace(day=1)
    for _ in range(6):
        month = (month - timedelta(days=1)).replace(day=1)
        for team in ("", *TEAMS):
            put = partial(Figure, f"{month:%Y-%m}", team, source="scorer demo")
            staff, customers = chance.gauss(3.8, 0.15), chance.gauss(3.5, 0.2)
            asked = 5 if team else 15
            yield put("employee_satisfaction", round(staff, 1), "of 1 to 5", asked)
            yield put("customer_satisfaction", round(customers, 2), "of 1 to 5", 40 * asked)
            if not team:
                yield put("profit", round(chance.gauss(1.8, 0.15), 2), "million dollars", None)


def _surveys(filled: Sequence[Filled], until: datetime, chance: random.Random) -> Iterator[Survey]:
    """Answers by how the customer was treated in the script, not by what was predicted (S20)."""
    for each in filled:
        answered = each.plan.started + timedelta(hours=chance.uniform(1, 40))
        felt = min(1.0, max(0.0, chance.gauss(each.written.treated, 0.15)))
        asked, commented = chance.random() < _SURVEYED, chance.random() < 0.4
        if not asked or answered > until:
            continue
        comment = each.written.comment if commented else ""
        yield Survey(each.key, "csat", 1.0 + round(4 * felt), 1.0, 5.0, answered, comment)
        if chance.random() < 0.4:
            yield Survey(each.key, "nps", float(round(10 * felt)), 0.0, 10.0, answered)


def _follow(store: Store, filled: dict[str, Filled], last: date, chance: random.Random) -> None:
    """Marks most promises whose day has come (S6)."""
    made = store.frame("promises").sort("promise").iter_rows(named=True)
    for row in made:
        each, due = filled.get(row["key"]), row["due"]
        luck, late = chance.random(), chance.random()
        if each is None or row["speaker"] == "customer" or not due or row["status"]:
            continue
        if due[:10] >= last.isoformat() or luck > _FOLLOWED:
            continue
        missed: PromiseStatus = "late" if late < _LATE else "broken"
        store.follow(row["promise"], "kept" if each.written.kept else missed, "")


def _review(store: Store, filled: Sequence[Filled], chance: random.Random) -> None:
    """Signs some calls, and has their agents dispute something in a few."""
    reviewing = store.seen_by(REVIEWER)
    for each in filled:
        signed, disputed = chance.random() < _SIGNED, chance.random() < _DISPUTED
        if not signed and not disputed:
            continue
        judged = reviewing.judged(each.key)
        if disputed:
            agent = store.seen_by(Person(each.plan.agent.name, "agent"))
            missed = [one for one in judged if one.outcome == "missed"]
            if missed:
                agent.dispute(missed[0].id, "I did that, a little later in the call.")
        elif not any(one.undecided for one in judged):
            reviewing.edit(judged[0].id, judged[0].outcome)
            reviewing.sign(each.key)
