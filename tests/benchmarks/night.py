"""A million calls on paper: the real plan and the real handing out, with measured costs.

    python -m tests.benchmarks.night [--calls 1000000] [--workers 64] [--speed 70]

Half of the calls were scored the night before. The plan asks a real SQLite store; the workers are
simulated by discrete events, a call's cost drawn from its length and the speed of a card [h of
sound an hour].
"""

from __future__ import annotations

import argparse
import hashlib
import random
import resource
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

import polars as pl
from sqlalchemy import insert

sys.path.insert(0, str(Path(__file__).parents[1] / "support"))

from simulated import clock

from scorer.batch.plan import Wanted, plan
from scorer.batch.shares import Shares
from scorer.batch.source import SCHEMA
from scorer.store.access import MACHINE
from scorer.store.schema import calls, scorecards, sources
from scorer.store.store import Store

BYTES_A_SECOND = 16_000  # two channels of mu-law
MEAN, SIGMA = 5.0, 0.9  # of the logarithm of a call's seconds: median 148 s, mean 222 s


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--calls", type=int, default=1_000_000)
    parser.add_argument("--workers", type=int, default=64)
    parser.add_argument("--speed", type=float, default=70.0)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as home:
        store = Store(home=Path(home), person=MACHINE)
        took("making the store of the night before", lambda: fill(store, asked.calls // 2))
        frame = listing(asked.calls)
        before = held()
        decided = took(
            f"the plan of {asked.calls:,} recordings",
            lambda: plan(frame, store, Wanted("r" * 64, "m" * 64)),
        )
        print(f"    {decided.counts}, {held() - before:.0f} MB more at the peak")
    todo = decided.todo
    cost = BYTES_A_SECOND * asked.speed
    shares = Shares(todo, asked.workers)
    ends, count = took(
        "handing it out", lambda: clock(shares, asked.workers, lambda i: (i.size or 0) / cost, 1.0)
    )
    work = todo["size"].sum() / cost / asked.workers
    print(f"    {count:,} shares to {asked.workers} workers of {asked.speed:g} x real time")
    print(f"    {work / 3600:.2f} h if shared out evenly, {max(ends) / 3600:.2f} h as handed out")
    print(f"    the first worker is done {(max(ends) - min(ends)) / 60:.1f} min before the last")


def listing(count: int) -> pl.DataFrame:
    draw = random.Random(1)
    sizes = [
        int(min(draw.lognormvariate(MEAN, SIGMA), 28_800) * BYTES_A_SECOND) for _ in range(count)
    ]
    address = [f"/mnt/recordings/2026-03-31/{n:07}.wav" for n in range(count)]
    return pl.DataFrame(
        {
            "address": address,
            "name": [one.rsplit("/", 1)[1] for one in address],
            "size": sizes,
            "modified": [datetime(2026, 3, 31, tzinfo=UTC)] * count,
            "stamp": ["1"] * count,
            "sha256": pl.Series([None] * count, dtype=pl.String),
            "team": [f"team {n % 200}" for n in range(count)],
            "agent": [f"agent {n % 5000}" for n in range(count)],
        },
        schema_overrides=SCHEMA,
    )


def fill(store: Store, count: int) -> None:
    """What a plan asks for, as a night of so many calls leaves it."""
    now, some = datetime.now(UTC), 10_000
    for first in range(0, count, some):
        numbers = range(first, min(first + some, count))
        digests = [hashlib.sha256(str(n).encode()).hexdigest() for n in numbers]

        def write(connection, numbers=numbers, digests=digests):  # type: ignore[no-untyped-def]  # any work
            connection.execute(
                insert(sources),
                [
                    {"address": f"/mnt/recordings/2026-03-31/{n:07}.wav", "stamp": "1", "sha256": d}
                    for n, d in zip(numbers, digests, strict=True)
                ],
            )
            connection.execute(
                insert(calls),
                [
                    {
                        "id": n + 1,
                        "key": f"{n:016x}",
                        "recording_sha256": d,
                        "name": f"{n}.wav",
                        "added": now,
                        "scored": now,
                    }
                    for n, d in zip(numbers, digests, strict=True)
                ],
            )
            connection.execute(
                insert(scorecards),
                [
                    {
                        "call_id": n + 1,
                        "version": 1,
                        "scored": now,
                        "rubrics_sha256": "r" * 64,
                        "model": "m" * 64,
                        "code_sha256": "c" * 64,
                        "card": b"",
                        "card_sha256": "",
                    }
                    for n in numbers
                ],
            )

        store._database.write(write)


def took(what: str, work):  # type: ignore[no-untyped-def]  # any work
    began, spent = time.perf_counter(), time.process_time()
    found = work()
    clock, own = time.perf_counter() - began, time.process_time() - spent
    print(f"{what}: {clock:.1f} s, {own:.1f} of processor", flush=True)
    return found


def held() -> float:
    """MB at the peak so far."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3


if __name__ == "__main__":
    main()
