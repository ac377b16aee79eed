"""Whichever workers die when: every recording comes to one end, and only the guilty are blamed."""

import time
from collections import Counter

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from simulated import Engine, Slot, clock

from scorer.batch.engine import DEATHS, Crew, LostError
from scorer.batch.shares import Shares
from scorer.batch.source import SCHEMA
from scorer.errors import ScorerError, UnavailableError
from scorer.store.runs import MAX_TRIES


def todo(count):
    address = pl.Series("address", [f"/c/{n}" for n in range(count)], dtype=pl.String)
    more = [pl.lit(None, dtype).alias(name) for name, dtype in SCHEMA.items() if name != "address"]
    return address.to_frame().with_columns(*more).with_columns(name="address")


def worked(count, engine):
    crew = Crew(engine, Shares(todo(count), engine.count), engine.slots())
    return Counter((event.kind, event.address) for event in crew.work())


@given(st.integers(0, 120), st.integers(1, 5), st.sets(st.integers(0, 119), max_size=4))
def test_poison_is_found_however_it_lies_and_all_others_are_scored_once(count, workers, poison):
    bad = {f"/c/{number}" for number in poison if number < count}
    told = worked(count, Engine(workers, lambda item, _: item.address in bad))
    for number in range(count):
        address = f"/c/{number}"
        if address in bad:
            assert told["fault", address] == MAX_TRIES
            assert told["scored", address] == 0
        else:
            assert told["scored", address] == 1
            assert told["fault", address] == 0


@given(st.integers(1, 100), st.integers(1, 4), st.sets(st.integers(0, 400), max_size=30))
def test_kills_from_outside_blame_nobody_that_is_not_alone(count, workers, kills):
    """The n-th step of all workers together is a kill, but never of a recording that is alone."""
    steps = iter(range(10**6))

    def dies(_, share):
        return next(steps) in kills and len(share) > 1

    told = worked(count, Engine(workers, dies))
    assert all(told["scored", f"/c/{number}"] == 1 for number in range(count))
    assert not [address for kind, address in told if kind == "fault"]


def test_what_stops_one_worker_for_good_stops_the_run():
    class Broken(Engine):
        def ready(self):
            return True

        def work(self, _):
            raise UnavailableError("the store is gone")
            yield

        def renew(self):
            pass

        def slots(self):
            return [self]

    with pytest.raises(ScorerError, match="the store is gone"):
        worked(5, Broken())
    with pytest.raises(UnavailableError, match=f"{DEATHS} workers died"):
        worked(5, Stillborn())


def test_a_slot_without_a_worker_keeps_nothing_from_the_others():
    """A node went down, and Ray has no room for its actor any more: the run ends all the same."""

    class Roomless(Engine):
        def slots(self):
            waiting = Slot()
            waiting.ready = lambda: time.sleep(0.01)
            return [waiting, Slot()]

    told = worked(50, Roomless(2))
    assert all(told["scored", f"/c/{number}"] == 1 for number in range(50))


class Stillborn(Engine):
    """Its workers die before they have begun with anything."""

    def slots(self):
        return [self]

    def ready(self):
        return True

    def work(self, _):
        raise LostError("by SIGKILL")
        yield

    def renew(self):
        pass


@pytest.mark.parametrize("workers", [2, 64])
def test_nobody_waits_long_for_the_last_one(workers):
    """5,000 calls of a minute and one of eight hours, which comes first since it is the largest:
    no worker ends more than one share of the smallest size before the last one, unless that one
    is the long call by itself."""
    count = 5_000
    ends, _ = clock(Shares(todo(count), workers), workers, lambda _: 60.0)
    even = count * 60.0 / workers
    assert max(ends) <= even + 4 * 60.0 * 2
