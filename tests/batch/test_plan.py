"""What is left to do is decided by content, rubrics and model, whatever the files are called."""

from datetime import UTC, datetime

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scorer.batch.plan import Wanted, items, plan
from scorer.batch.shares import LEAST, MOST, Shares
from scorer.batch.source import SCHEMA
from scorer.store.runs import MAX_TRIES
from scorer.store.store import Store

WANTED = Wanted("rubrics", "model")


def listed(*names, **more):
    """A source in which each recording's stamp is "1" and its size its place."""
    rows = {
        "address": [f"/calls/{name}" for name in names],
        "name": list(names),
        "size": list(range(1, len(names) + 1)),
        "modified": [datetime(2026, 3, day, tzinfo=UTC) for day in range(1, len(names) + 1)],
        "stamp": ["1"] * len(names),
        "sha256": [None] * len(names),
    }
    return pl.DataFrame({**rows, **more}, schema_overrides=SCHEMA)


@pytest.fixture
def store(tmp_path):
    store = Store(home=tmp_path / "home")
    yield store
    store.close()


def scored(store, sha256, rubrics="rubrics", model="model"):
    by = {"rubrics_sha256": rubrics, "speech_model_sha256": model, "recording_sha256": sha256}
    store.keep(None, {"id": sha256, "turns": [], "provenance": by})


def states(found):
    return dict(found.frame.select("name", "state").iter_rows())


def test_everything_new_is_to_be_done_the_largest_first(store):
    found = plan(listed("a", "b", "c"), store, WANTED)
    assert [item.name for item in items(found.todo)] == ["c", "b", "a"]


def test_what_was_scored_is_known_without_reading_it_until_it_changes(store):
    scored(store, "aaa")
    store.found([("/calls/a", "1", "aaa"), ("/calls/b", "0", "aaa"), ("/calls/c", "1", "ccc")])
    found = plan(listed("a", "b", "c"), store, WANTED)
    assert states(found) == {"a": "done", "b": "to do", "c": "to do"}
    assert [item.sha256 for item in items(found.todo)] == ["ccc", None]


def test_other_rubrics_or_another_model_are_work_unless_only_the_missing_is_wanted(store):
    scored(store, "aaa")
    store.found([("/calls/a", "1", "aaa")])
    for other in (Wanted("other", "model"), Wanted("rubrics", "other")):
        assert states(plan(listed("a"), store, other)) == {"a": "to do"}
        missing = Wanted(other.rubrics_sha256, other.model, only_missing=True)
        assert states(plan(listed("a", "b"), store, missing)) == {"a": "done", "b": "to do"}


@pytest.mark.parametrize("source", ["aaa", "/calls/a"])
def test_what_failed_too_often_is_set_aside_by_content_or_where_it_lies(store, source):
    store.found([("/calls/a", "1", "aaa")])
    for tries in range(MAX_TRIES):
        assert states(plan(listed("a"), store, WANTED)) == {"a": "to do"}, tries
        store.failed(source, "rubrics", "model", "broken")
    assert states(plan(listed("a"), store, WANTED)) == {"a": "set aside"}
    assert states(plan(listed("a"), store, Wanted("rubrics", "better"))) == {"a": "to do"}
    store.forgive(source)
    assert states(plan(listed("a"), store, WANTED)) == {"a": "to do"}


@pytest.mark.parametrize(
    ("said", "required", "scored"),
    [
        ("yes", True, True),
        (" TRUE ", True, True),
        (None, True, False),
        ("perhaps", True, False),
        ("no", True, False),
        (None, False, True),
        ("No", False, False),
        ("withdrawn", False, False),
    ],
)
def test_consent_is_respected(store, said, required, scored):
    found = plan(listed("a", consent=[said]), store, Wanted("r", "m", consent=required))
    assert states(found) == {"a": "to do" if scored else "no consent"}


def test_consent_that_nobody_recorded_is_none(store):
    found = plan(listed("a"), store, Wanted("r", "m", consent=True))
    assert found.counts == {"no consent": 1}


def test_since_goes_by_the_calls_start_and_else_by_the_file(store):
    since = Wanted("r", "m", since=datetime(2026, 3, 3, tzinfo=UTC))
    assert states(plan(listed("a", "b", "c"), store, since)) == {
        "a": "before",
        "b": "before",
        "c": "to do",
    }
    # 00:30 in Berlin on the 3rd is 23:30 on the 2nd; the second row's start is not known.
    told = {
        "started": ["2026-03-03T00:30:00", None, "2026-03-01"],
        "time_zone": ["Europe/Berlin"] * 3,
    }
    found = plan(listed("a", "b", "c", **told), store, since)
    assert states(found) == {"a": "before", "b": "before", "c": "before"}
    told["started"] = ["2026-03-03T01:30:00", "2026-03-09T00:00:00+00:00", None]
    found = plan(listed("a", "b", "c", **told), store, since)
    assert found.counts == {"to do": 3}


def test_a_limit_counts_what_is_to_be_done(store):
    scored(store, "aaa")
    store.found([("/calls/a", "1", "aaa")])
    found = plan(listed("a", "b", "c", "d"), store, Wanted("rubrics", "model", limit=2))
    assert found.counts == {"done": 1, "to do": 2}


def test_metadata_goes_along_and_what_is_not_said_does_not(store):
    frame = listed("a", team=["North"], agent=[""], queue=[None], n=[3])
    [item] = items(plan(frame, store, WANTED).todo)
    assert item.metadata == {"team": "North", "n": 3}
    assert item.group == "North"
    [item] = items(plan(listed("a"), store, WANTED).todo)
    assert item.group == "/calls"


@given(st.integers(0, 400), st.integers(1, 9))
def test_shares_give_each_recording_once(count, workers):
    shares = Shares(pl.concat([listed("x")] * count) if count else listed(), workers)
    sizes = []
    while (share := shares.next()) is not None:
        sizes.append(len(share))
    assert sum(sizes) == count
    assert all(1 <= size <= MOST for size in sizes)
    assert all(size >= LEAST for size in sizes[:-1])
    if workers > 1:
        assert sizes == sorted(sizes, reverse=True)


def test_what_comes_back_is_handed_out_next():
    shares = Shares(listed(*"abc"), 1)
    first = shares.next()
    assert shares.next() is None
    shares.alone(first[1])
    assert shares.next() == [first[1]]
