"""A day as Parquet, some calls at a time: each of them stands there once."""

from datetime import UTC, date, datetime, timedelta
from hashlib import sha256

import polars as pl
import pytest

from scorer.batch import results
from scorer.store.access import LOCAL, MACHINE
from scorer.store.store import Store

THERE = results.zone("America/New_York")


@pytest.mark.parametrize(
    ("day", "begins", "hours"),
    [
        (date(2026, 3, 7), datetime(2026, 3, 7, 5, tzinfo=UTC), 24),
        (date(2026, 3, 8), datetime(2026, 3, 8, 5, tzinfo=UTC), 23),  # the clock goes forward
        (date(2026, 11, 1), datetime(2026, 11, 1, 4, tzinfo=UTC), 25),  # and back
    ],
)
def test_pieces_of_a_day_have_each_call_once_and_no_more_in_memory(
    tmp_path, monkeypatch, day, begins, hours
):
    store, read = Store(home=tmp_path / "home", person=MACHINE), []
    for number in range(-1, 2 * hours + 1):  # one before, one after
        began = begins + timedelta(minutes=30 * number)
        meta = {"started": began.isoformat(), "team": "North"}
        by = {"recording_sha256": sha256(str(number).encode()).hexdigest()}
        store.keep(None, {"id": f"{number}.wav", "turns": [], "metadata": meta, "provenance": by})
    frame = Store.frame

    def counted(self, *asked):
        read.append(frame(self, *asked))
        return read[-1]

    monkeypatch.setattr(Store, "frame", counted)
    monkeypatch.setattr(results, "AT_ONCE", 2)
    assert results.write(store.seen_by(LOCAL), str(tmp_path / "r"), [day], THERE) == 2 * hours
    store.close()
    assert max(len(each) for each in read) == 2
    calls = pl.read_parquet(tmp_path / "r" / "calls", hive_partitioning=True)
    assert sorted(calls["call"]) == sorted(f"{number}.wav" for number in range(2 * hours))
