"""What calibration sessions say: how far people agree, and the machine with them.

A unit is a criterion of a call. "Cannot tell" is no answer that could agree or not: it is left out.
The answers come as the frame of `Store().calibration.answers()`, one row an answer.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import numpy as np
import polars as pl

from scorer.analytics.agreement import Agreement, Counts, agreement, alpha, drift

#: The machine's name in the frame.
MACHINE = ""
#: In their order; what has no place between missed and met comes last.
VALUES = ("missed", "partly", "met", "no_opportunity")
_ORDERED = 3

_UNIT = ["session", "key", "call", "rubric", "criterion"]


@dataclass(frozen=True, slots=True)
class OnCriterion:
    """Agreement on one criterion: between people, and of the machine with most of them.

    `close` is alpha where a near miss costs less (ordinal, missed to met).
    """

    rubric: str
    criterion: str
    people: Agreement
    close: float | None
    machine: Agreement


@dataclass(frozen=True, slots=True)
class OfSession:
    """A session as a point in time: agreement over all its criteria together."""

    session: int
    title: str
    opened: datetime
    people: Agreement
    machine: Agreement


@dataclass(frozen=True, slots=True)
class Drift:
    """That agreement fell: alpha's change in the latest session against all before it."""

    whose: str
    title: str
    low: float
    high: float


def by_criterion(answers: pl.DataFrame) -> list[OnCriterion]:
    """Agreement on each criterion, in the order in which the answers name them."""
    units = _units(answers)
    found = []
    for rubric, criterion in units.select("rubric", "criterion").unique(maintain_order=True).rows():
        mine = units.filter(rubric=rubric, criterion=criterion)
        people = _people(mine)
        found.append(
            OnCriterion(
                rubric,
                criterion,
                agreement(people),
                alpha(people[:, :_ORDERED], "ordinal"),
                agreement(_with_machine(mine)),
            )
        )
    return found


def over_time(answers: pl.DataFrame) -> list[OfSession]:
    """Every session, the earliest first."""
    about = answers.select("session", "title", "opened").unique().sort("opened", "session")
    units = _units(answers)
    return [
        OfSession(
            session,
            title,
            opened,
            agreement(_people(units.filter(session=session))),
            agreement(_with_machine(units.filter(session=session))),
        )
        for session, title, opened in about.rows()
    ]


def drifts(answers: pl.DataFrame) -> list[Drift]:
    """Where the latest session agrees less than all before it, and not by chance (95 %)."""
    order = answers.select("session", "title", "opened").unique().sort("opened", "session").rows()
    if len(order) < 2:
        return []
    last, title, _ = order[-1]
    units = _units(answers)
    before, after = units.filter(pl.col("session") != last), units.filter(session=last)
    changes = {
        "people": drift(_people(before), _people(after)),
        "machine": drift(_with_machine(before), _with_machine(after)),
    }
    return [
        Drift(whose, title, *change)
        for whose, change in changes.items()
        if change is not None and change[1] < 0
    ]


def disagreements(answers: pl.DataFrame) -> pl.DataFrame:
    """The units on which people differ, or most of them differ from the machine; one row each.

    `people` and `machine` say which; `agreed` is what most people said, null where none leads.
    """
    units = _units(answers)
    many = pl.concat_list([(pl.col(value) > 0).cast(pl.Int64) for value in VALUES]).list.sum()
    found = units.with_columns(
        people=many > 1,
        machine=(pl.col("agreed").is_not_null() & pl.col("said").is_in(VALUES))
        & (pl.col("agreed") != pl.col("said")),
    )
    return found.filter(pl.col("people") | pl.col("machine")).select(
        *_UNIT, "agreed", "said", "people", "machine"
    )


def consensus(answers: pl.DataFrame) -> pl.DataFrame:
    """What most people said of each unit, where at least two answered and one answer leads."""
    count = pl.sum_horizontal(*VALUES)
    return (
        _units(answers)
        .filter(pl.col("agreed").is_not_null() & (count > 1))
        .select(*_UNIT, pl.col("agreed").alias("outcome"))
    )


def _units(answers: pl.DataFrame) -> pl.DataFrame:
    """A row a unit: how many people gave each value, what leads, and what the machine `said`."""
    people = answers.filter(pl.col("who") != MACHINE)
    machine = answers.filter(pl.col("who") == MACHINE).select(
        "session", "key", "rubric", "criterion", pl.col("outcome").alias("said")
    )
    counts = people.group_by(_UNIT, maintain_order=True).agg(
        *((pl.col("outcome") == value).sum().cast(pl.Float64).alias(value) for value in VALUES)
    )
    most = pl.max_horizontal(*VALUES)
    leading = pl.sum_horizontal(*((pl.col(value) == most).cast(pl.Int64) for value in VALUES))
    agreed = pl.coalesce(*(pl.when(pl.col(value) == most).then(pl.lit(value)) for value in VALUES))
    return counts.with_columns(agreed=pl.when((leading == 1) & (most > 0)).then(agreed)).join(
        machine, on=["session", "key", "rubric", "criterion"], how="left", maintain_order="left"
    )


def _people(units: pl.DataFrame) -> Counts:
    return units.select(VALUES).to_numpy().astype(np.float64)


def _with_machine(units: pl.DataFrame) -> Counts:
    """The machine and what most people said, as two who answered."""
    both = units.filter(pl.col("agreed").is_not_null() & pl.col("said").is_in(VALUES))
    columns = [
        ((pl.col("agreed") == value).cast(pl.Float64) + (pl.col("said") == value)).alias(value)
        for value in VALUES
    ]
    return both.select(columns).to_numpy().astype(np.float64)
