"""How long a page waits for the store with 50,000 calls in it: `python -m tests.benchmarks.store`.

Makes calls of 40 turns with 25 judgements: the first 1,000 through the store's door, as they come
out of scoring, the others as copies of their rows. Then it times what the pages ask. `--store URL`
measures PostgreSQL, in an empty database.
"""

import argparse
import hashlib
import os
import random
import resource
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import Connection, insert, select

from scorer.store.access import Person
from scorer.store.schema import (
    calls,
    judgements,
    moments,
    promises,
    scorecards,
    surveys,
    turns,
)
from scorer.store.store import Filter, Store
from scorer.store.surveys import Survey

WORDS = """thank you for calling how can I help my bill is wrong again I am really upset about this
so let me see if I understand the engineer did not come on Tuesday and nobody told you I am sorry
to hear that I will call you back by Friday is there anything else""".split()  # noqa: SIM905  easier to read
#: The calls fill the weeks before today, so that pages about these have something to show.
BEGIN = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0) - timedelta(days=24)
RUBRICS = ("listening", "empathy", "ownership", "respectful_address", "customer_satisfaction")
OUTCOMES = ("met", "met", "met", "partly", "missed", "no_opportunity", "cannot_tell")


def card(number: int) -> dict:
    """A call with everything the store indexes; the same number is the same call."""
    chance = random.Random(number)
    turns = []
    for place in range(40):
        said = chance.choices(WORDS, k=chance.randint(3, 25))
        words = [
            {
                "text": w,
                "start": place * 6 + 0.3 * n,
                "end": place * 6 + 0.3 * n + 0.25,
                "confidence": 0.91,
            }
            for n, w in enumerate(said)
        ]
        turns.append(
            {
                "speaker": ("agent", "customer")[place % 2],
                "text": " ".join(said) + (f" case{number}" if place == 7 else ""),
                "start": words[0]["start"],
                "end": words[-1]["end"],
                "words": words,
                "confidence": 0.9,
                "kind": "turn",
            }
        )
    judgements = []
    for rubric in RUBRICS:
        for criterion in range(5):
            outcome = chance.choice(OUTCOMES)
            score = {"met": 1.0, "partly": 0.5, "missed": 0.0}.get(outcome)
            quote = {"turn": 3, "quote": turns[3]["text"], "start": 18.0, "end": 20.0}
            moment = {
                "rubric": rubric,
                "criterion": f"criterion_{criterion}",
                "outcome": "met" if outcome == "met" else "missed",
                "kind": chance.choice(("magic", "truth", "misery")),
                "confidence": 0.8,
                "opened": quote,
                "response": None,
                "note": "",
            }
            judgements.append(
                {
                    "rubric": rubric,
                    "criterion": f"criterion_{criterion}",
                    "outcome": outcome,
                    "score": score,
                    "confidence": chance.uniform(0.45, 0.95),
                    "evidence": [quote],
                    "moments": [moment] if score is not None and criterion < 2 else [],
                    "weight": 1.0,
                    "critical": criterion == 4,
                    "proposed": criterion == 4 and outcome == "missed" and chance.random() < 0.05,
                }
            )
    started = BEGIN + timedelta(seconds=40 * number)
    return {
        "id": f"call-{number:06}.wav",
        "judgements": judgements,
        "outcome": {
            "resolution": chance.choice(("resolved", "promised", "unresolved", "unclear")),
            "satisfaction": chance.random(),
            "promises": _promises(chance, turns) if chance.random() < 0.3 else [],
            "moments": _registered(chance, turns),
        },
        "turns": turns,
        "quality": {"verdict": "good", "reasons": [], "figures": {}},
        "context": {"duration": 240.0, "speakers_known": True},
        "metadata": {
            "team": f"team {number % 20}",
            "queue": f"queue {number % 7}",
            "topic": f"topic {number % 31}",
            "customer": f"customer {number % 700}",
            "agent": f"agent {number % 400}",
            "started": started.isoformat(),
        },
        "provenance": {
            "recording_sha256": hashlib.sha256(str(number).encode()).hexdigest(),
            "rubrics_sha256": "r",
            "speech_model_sha256": "m",
            "code_sha256": "c",
        },
    }


def _promises(chance: random.Random, turns: list[dict]) -> list[dict]:
    due = BEGIN + timedelta(days=chance.randint(10, 40))
    said = {"turn": 4, "quote": turns[4]["text"], "start": 24.0, "end": 26.0}
    day = due.date().isoformat()
    return [{"by": "agent", "what": "call back", "when": "then", "due": day, "evidence": said}]


def _registered(chance: random.Random, turns: list[dict]) -> list[dict]:
    """Now and then a complaint, and a rule given as the reason."""
    quote = {"turn": 5, "quote": turns[5]["text"], "start": 30.0, "end": 33.0}
    common = {"kind": "misery", "confidence": 0.7, "opened": quote, "response": None, "note": ""}
    found = []
    if chance.random() < 0.3:
        about = chance.choice(("billing", "delivery", "waiting", "fault"))
        outcome = chance.choice(("recovered", "missed", "cannot_tell"))
        found.append(
            {"rubric": "complaint_register", "criterion": about, "outcome": outcome, **common}
        )
    if chance.random() < 0.1:
        rule = {**quote, "quote": f"our policy is number {chance.randint(1, 12)}"}
        found.append(
            {"rubric": "rule_register", "criterion": "protested", "outcome": "missed"}
            | {**common, "opened": rule}
        )
    return found


def fill(store: Store, count: int) -> float:
    """Puts in `count` calls through the store's door; returns how many a second."""
    begin = time.perf_counter()
    for number in range(count):
        key = store.keep(None, card(number))
        if number % 5 == 0:
            answered = BEGIN + timedelta(days=23)
            store.survey([Survey(key, "csat", 1 + number // 5 % 5, 1, 5, answered)])
    return count / (time.perf_counter() - begin)


def multiply(store: Store, count: int) -> None:
    """Copies what is there until `count` calls are, each with rows and indexed words of its own."""
    with store._database.read() as connection:
        rows = [dict(row) for row in connection.execute(calls.select()).mappings()]
    first = max(row["id"] for row in rows)
    for copy in range(1, count // len(rows)):
        store._database.write(lambda connection, copy=copy: _copy(connection, rows, copy, first))


def _copy(connection: Connection, rows: list[dict], copy: int, first: int) -> None:
    shift = copy * first
    connection.execute(insert(calls), [_another(row, copy, shift) for row in rows])
    for table in (scorecards, turns, judgements, moments, promises, surveys):
        columns = [column for column in table.columns if column.name != "id" or table is scorecards]
        shifted = [
            column + shift if column.name == "call_id" or column in _SCORECARD else column
            for column in columns
        ]
        original = select(*shifted).where(table.c.call_id <= first)
        connection.execute(insert(table).from_select(columns, original))


#: One scorecard a call: their numbers are those of the calls.
_SCORECARD = {
    scorecards.c.id,
    judgements.c.scorecard_id,
    moments.c.scorecard_id,
    promises.c.scorecard_id,
}


def _another(row: dict, copy: int, shift: int) -> dict:
    sha256 = hashlib.sha256(f"{row['id']} {copy}".encode()).hexdigest()
    return {
        **row,
        "id": row["id"] + shift,
        "scorecard_id": row["scorecard_id"] + shift,
        "key": sha256[:16],
        "recording_sha256": sha256,
        "name": f"call-{row['id'] + shift:06}.wav",
        "started": row["started"] + timedelta(hours=11 * copy),
    }


def timed(name: str, ask, repeat: int = 5) -> None:
    """Prints the first and the median time in ms: the first reads from a cold cache of ours."""
    times = []
    for _ in range(repeat):
        begin = time.perf_counter()
        found = ask()
        times.append(1000 * (time.perf_counter() - begin))
    print(f"| {name} | {found} | {times[0]:.0f} | {sorted(times)[repeat // 2]:.0f} |", flush=True)


def measure(store: Store) -> None:
    key = store.calls()[len(store.calls()) // 2].key
    lead = store.seen_by(Person("lead", "lead", frozenset({"team 7"})))
    agent = store.seen_by(Person("agent 7", "agent"))
    reviewer = store.seen_by(
        Person("rita", "reviewer", frozenset({f"team {n}" for n in range(20)}))
    )
    number = reviewer.judged(key)[0].id

    print("| what a page asks | found | first, ms | median, ms |\n|---|---|---|---|")
    timed("number of calls", lambda: len(store.calls()))
    timed("first page of 50", lambda: len(store.calls()[:50]))
    timed("page 900", lambda: len(store.calls()[45_000:45_050]))
    timed("queue, first page", lambda: len(store.calls(Filter(attention=True), "attention")[:50]))
    timed("queue of a lead", lambda: len(lead.calls(Filter(attention=True), "attention")[:50]))
    timed("an agent's own calls", lambda: len(agent.calls()[:50]))
    timed("filter by name", lambda: len(store.calls(Filter(text="call-0499"))[:50]))
    timed(
        "one call: card, judgements, history",
        lambda: bool((store.card(key), store.judged(key), store.history(key))),
    )
    timed("an edit", lambda: bool(reviewer.edit(number, "met", "measured")))
    timed("search, a rare word", lambda: len(store.search("case4242")))
    timed("search, a word of every call", lambda: len(store.search("bill")))
    timed("search, a phrase", lambda: len(store.search('"bill is wrong"')))
    timed("search, nothing", lambda: len(store.search("xylophone")))
    timed("search of an agent, a word of every call", lambda: len(agent.search("bill")))
    timed("frame: calls", lambda: store.frame("calls").height, 3)
    timed("frame: judgements of a lead's team", lambda: lead.frame("judgements").height, 3)
    timed(
        "frame: judgements of a day",
        lambda: (
            store.frame(
                "judgements",
                since=datetime(2026, 11, 10, tzinfo=UTC),
                until=datetime(2026, 11, 11, tzinfo=UTC),
            ).height
        ),
        3,
    )
    timed("check", lambda: len(store.check()), 1)
    timed("erasing a call", lambda: store.remove(store.calls()[0].key), 3)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--calls", type=int, default=50_000)
    parser.add_argument("--store", help="address of an empty PostgreSQL database")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        home = Path(scratch)
        store = Store(asked.store, home=home)
        load = os.getloadavg()[0]
        print(f"{store._database.engine.dialect.name}, {os.cpu_count()} CPUs, load {load:.1f}")
        print(f"{fill(store, 1000):.0f} calls a second through the door", flush=True)
        multiply(store, asked.calls)
        size = sum(path.stat().st_size for path in home.glob("scorer.db*")) / 2**20
        print(f"{len(store.calls())} calls; SQLite's files take {size:.0f} MiB", flush=True)
        measure(store)
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(f"peak memory {peak:.0f} MiB, load {os.getloadavg()[0]:.1f}")


if __name__ == "__main__":
    main()
