"""What is left to do of a source: the content of a recording x the rubrics x the speech model.

The same for every engine, decided once at the start of a run on frames, a million rows in seconds.
A recording whose content is not known yet is read by the worker, which asks the store once more.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import polars as pl

from scorer.batch.item import Item
from scorer.batch.source import SCHEMA
from scorer.outcome.when import call_clock
from scorer.store.store import Store

#: What counts as a customer's consent in a column `consent`, and what as a refusal.
YES, NO = ("yes", "true", "1", "y", "given"), ("no", "false", "0", "n", "refused", "withdrawn")


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which recordings a run is to score.

    `only_missing` leaves out those that any rubrics and any model scored; `since` those of calls
    that began earlier (or whose file is older, where their start is not known); `consent` leaves
    out all whose metadata does not say that the customer agreed. A refusal always counts.
    """

    rubrics_sha256: str
    model: str
    limit: int | None = None
    since: datetime | None = None
    only_missing: bool = False
    consent: bool = False


@dataclass(frozen=True, slots=True)
class Plan:
    """A source's recordings with the `state` of each: "to do", "done", "set aside" after failing
    too often, "no consent", or "before" what was asked for."""

    frame: pl.DataFrame

    @property
    def counts(self) -> dict[str, int]:
        """How many recordings there are of each state."""
        return dict(self.frame.group_by("state").len().sort("state").iter_rows())

    @property
    def todo(self) -> pl.DataFrame:
        """What is to be scored, the largest first: a long call that comes last is waited for."""
        return self.frame.filter(state="to do").sort("size", descending=True, nulls_last=True)

    @property
    def done(self) -> pl.DataFrame:
        """What was scored before."""
        return self.frame.filter(state="done")


def plan(frame: pl.DataFrame, store: Store, wanted: Wanted) -> Plan:
    """Decides what is to be done of a source's recordings."""
    frame = _with_known_content(frame, store)
    aside = _set_aside(store, wanted)
    frame = frame.with_columns(
        pl.when(_in("sha256", _scored(frame, store, wanted)))
        .then(pl.lit("done"))
        .when(_refused(frame, wanted.consent))
        .then(pl.lit("no consent"))
        .when(_in("sha256", aside) | _in("address", aside))
        .then(pl.lit("set aside"))
        .when(_before(frame, wanted.since))
        .then(pl.lit("before"))
        .otherwise(pl.lit("to do"))
        .alias("state")
    )
    if wanted.limit is not None:
        number = (pl.col("state") == "to do").cum_sum()
        kept = (pl.col("state") != "to do") | (number <= wanted.limit)
        frame = frame.filter(kept)
    return Plan(frame)


def items(frame: pl.DataFrame) -> list[Item]:
    """The rows of a plan as the engines take them."""
    facts = ("address", "name", "stamp", "size", "sha256")
    more = [name for name in frame.columns if name not in {*SCHEMA, "state"}]
    return [
        Item(**{name: row[name] for name in facts}, metadata=_metadata(row, more))
        for row in frame.iter_rows(named=True)
    ]


def _metadata(row: Mapping[str, Any], names: Sequence[str]) -> dict[str, Any]:
    """What a manifest says of a call, without what it leaves open; times in ISO 8601."""
    said = {name: row[name] for name in names if row[name] not in (None, "")}
    return {k: v.isoformat() if hasattr(v, "isoformat") else v for k, v in said.items()}


def _with_known_content(frame: pl.DataFrame, store: Store) -> pl.DataFrame:
    """Fills in the hash of every recording that did not change since a run read it."""
    named = frame.filter(pl.col("sha256").is_null() & (pl.col("stamp") != ""))["address"]
    rows = store.found_before(named)
    known = pl.DataFrame(
        rows, schema={"address": pl.String, "stamp": pl.String, "known": pl.String}, orient="row"
    )
    joined = frame.join(known, on=["address", "stamp"], how="left", maintain_order="left")
    return joined.with_columns(pl.coalesce("sha256", "known").alias("sha256")).drop("known")


def _scored(frame: pl.DataFrame, store: Store, wanted: Wanted) -> set[str]:
    hashes = frame["sha256"].drop_nulls().unique()
    if wanted.only_missing:
        return store.done(hashes, None, None)
    return store.done(hashes, wanted.rubrics_sha256, wanted.model)


def _set_aside(store: Store, wanted: Wanted) -> set[str]:
    return {
        failure.source
        for failure in store.failing()
        if failure.set_aside
        and (failure.rubrics_sha256, failure.model) == (wanted.rubrics_sha256, wanted.model)
    }


def _in(column: str, values: set[str]) -> pl.Expr:
    listed = pl.Series(sorted(values), dtype=pl.String)
    return pl.col(column).is_in(listed.implode()).fill_null(False)


def _refused(frame: pl.DataFrame, required: bool) -> pl.Expr:
    if "consent" not in frame.columns:
        return pl.lit(required)
    said = pl.col("consent").cast(pl.String).str.strip_chars().str.to_lowercase().fill_null("")
    return ~said.is_in(YES) if required else said.is_in(NO)


#: The columns that say when a call began.
_CLOCK = ("started", "start", "started_at", "time_zone")


def _before(frame: pl.DataFrame, since: datetime | None) -> pl.Expr:
    if since is None:
        return pl.lit(False)
    began = pl.col("modified")
    names = [name for name in _CLOCK if name in frame.columns]
    if names:
        clocks = [_clock(row) for row in frame.select(names).iter_rows(named=True)]
        began = pl.coalesce(pl.Series(clocks, dtype=SCHEMA["modified"]), began)
    return (began < since).fill_null(False)


def _clock(row: Mapping[str, Any]) -> datetime | None:
    began = call_clock(_metadata(row, list(row)))
    if began is None:
        return None
    return (began if began.tzinfo else began.replace(tzinfo=UTC)).astimezone(UTC)
