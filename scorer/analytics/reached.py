"""How a goal stands: one measure over one stretch of time, with its interval."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

import polars as pl

from scorer.analytics import measures
from scorer.store.tallies import Among, Tallies


@dataclass(frozen=True, slots=True)
class Figure:
    """A measure in [0, 1] with its 95 % interval, from `count` cases; None where there are none."""

    value: float | None
    low: float | None
    high: float | None
    count: int
    few: bool


def reached(
    tallies: Tallies,
    metric: str,
    edges: Sequence[datetime],
    among: Among,
    slips: Collection[str] = (),
) -> Figure:
    """The measure between two edges: one of `measures.MEASURES`, or "rubric.criterion"."""
    counted = _counted(tallies, metric, edges, among, slips).filter(pl.col("measure") == metric)
    rows = measures.estimated(measures.whole(counted)).to_dicts()
    if not rows:
        return Figure(None, None, None, 0, True)
    row = rows[0]
    return Figure(row["value"], row["low"], row["high"], row["n"], row["few"])


def _counted(
    tallies: Tallies,
    metric: str,
    edges: Sequence[datetime],
    among: Among,
    slips: Collection[str],
) -> pl.DataFrame:
    if metric == "surveyed":
        return measures.from_surveys(tallies.surveys(edges, among))
    if metric == "promises_kept":
        return measures.from_promises(tallies.promises(edges, among))
    if "." in metric:
        return measures.from_judgements(tallies.judgements(edges, among), slips)
    return measures.from_calls(tallies.calls(edges, among))
