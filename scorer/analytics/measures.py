"""What is followed over time, worked out from counts: frames in, frames out.

A *tally* has a row a measure and period, and whatever else it is split by:
`measure`, `kind` (share or mean), `period`, `n`, `total` and `squares` (sums of the value and of
its square; for a share the value is 0 or 1, so both are the hits). Tallies add up, and an
*estimate* is one with `value`, `low`, `high` and `few`.

Intervals are 95 %: Wilson's for a share (E. B. Wilson, JASA 22, 1927); for a mean Student's t, cut
to [0, 1], where all means here lie. No measure knows how long a call was or how many a person took.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from types import MappingProxyType

import polars as pl
from scipy.special import stdtrit

from scorer.analytics.shares import FEW, wilson

#: The measures that are not criteria, in the order in which they are shown.
MEASURES: Mapping[str, str] = MappingProxyType(
    {
        "predicted": "Satisfaction, predicted",
        "surveyed": "Satisfaction, surveyed",
        "resolved": "Resolved",
        "little_effort": "Little effort",
        "recovered": "Complaints made good",
        "promises_kept": "Promises kept",
    }
)
#: The two that are a mean of values in [0, 1]; the others are shares.
MEANS = ("predicted", "surveyed")

_SHAPE = {
    "measure": pl.String,
    "kind": pl.String,
    "period": pl.Int64,
    "n": pl.Int64,
    "total": pl.Float64,
    "squares": pl.Float64,
}


def from_calls(counted: pl.DataFrame, by: Sequence[str] = ()) -> pl.DataFrame:
    """Tallies of what became of customers, from `Tallies.calls`, split by team, queue or topic."""
    shares = {
        "resolved": ("answered", "resolved"),
        "little_effort": ("effort_known", "little_effort"),
    }
    recovered = counted.with_columns(closed=pl.col("made_good") + pl.col("left_open"))
    found = [
        _rows(
            counted, "predicted", "mean", by, "predicted", "predicted_total", "predicted_squares"
        ),
        *(_rows(counted, name, "share", by, n, hits) for name, (n, hits) in shares.items()),
        _rows(recovered, "recovered", "share", by, "closed", "made_good"),
    ]
    return _added(pl.concat(found), by)


def from_surveys(answered: pl.DataFrame, by: Sequence[str] = ()) -> pl.DataFrame:
    """Tallies of surveyed satisfaction (csat) on a scale from 0 to 1, from `Tallies.surveys`."""
    asked = answered.filter(pl.col("kind") == "csat")
    return _added(_rows(asked, "surveyed", "mean", by, "answers", "total", "squares"), by)


def from_promises(counted: pl.DataFrame) -> pl.DataFrame:
    """Tallies of promises kept among those of which somebody said what became of them."""
    told = counted.filter(pl.col("status").is_not_null()).with_columns(
        kept=pl.when(pl.col("status") == "kept").then(pl.col("promises")).otherwise(0)
    )
    return _added(_rows(told, "promises_kept", "share", (), "promises", "kept"), ())


def from_judgements(counted: pl.DataFrame, slips: Collection[str] = ()) -> pl.DataFrame:
    """Tallies of each criterion: met among those calls on which it could be answered.

    Where there was no opportunity, or nobody can tell, a call does not count; but on one of `slips`
    (`practising.slips`), which nobody notes each time that it did not happen, it went well.
    """
    named = counted.with_columns(name=pl.format("{}.{}", "rubric", "criterion"))
    fine = pl.col("name").is_in(list(slips)) & (pl.col("outcome") == "no_opportunity")
    told = named.filter(pl.col("outcome").is_in(["met", "partly", "missed"]) | fine).with_columns(
        hits=pl.when((pl.col("outcome") == "met") | fine).then(pl.col("calls")).otherwise(0),
    )
    return _added(
        told.select(
            measure=pl.col("name"),
            kind=pl.lit("share"),
            period=pl.col("period"),
            n=pl.col("calls"),
            total=pl.col("hits").cast(pl.Float64),
            squares=pl.col("hits").cast(pl.Float64),
        ),
        (),
    )


def whole(tallies: pl.DataFrame, by: Sequence[str] = ()) -> pl.DataFrame:
    """All periods together."""
    return _summed(tallies, ["measure", "kind", *by])


def estimated(tallies: pl.DataFrame) -> pl.DataFrame:
    """Tallies with `value`, `low`, `high` (null where nothing was counted) and `few`."""
    n, total = pl.col("n"), pl.col("total")
    value = total / n
    share = pl.col("kind") == "share"
    return (
        tallies.with_columns(
            value=pl.when(n > 0).then(value),
            few=n < FEW,
            low=pl.when(share).then(_wilson(-1)).otherwise(_student(-1)),
            high=pl.when(share).then(_wilson(1)).otherwise(_student(1)),
        )
        .with_columns(
            pl.when(n > 0).then(pl.col(name).clip(0.0, 1.0)).alias(name) for name in ("low", "high")
        )
        .sort(["measure", *(["period"] if "period" in tallies.columns else [])])
    )


def trend_worthy(estimates: pl.DataFrame, measure: str) -> bool:
    """Whether a line may be drawn: three periods with enough calls, at the least."""
    mine = estimates.filter(pl.col("measure") == measure, ~pl.col("few"))
    return mine.height >= 3


def _wilson(sign: int) -> pl.Expr:
    middle, half = wilson(pl.col("total"), pl.col("n"))
    return middle + sign * half


def _student(sign: int) -> pl.Expr:
    """The mean, and so many standard errors to either side of it. One value alone has none."""
    n, mean = pl.col("n"), pl.col("total") / pl.col("n")
    variance = ((pl.col("squares") - n * mean * mean) / (n - 1)).clip(lower_bound=0.0)
    half = stdtrit(n - 1, 0.975) * (variance / n).sqrt()
    return pl.when(n > 1).then(mean + sign * half)


def _rows(
    frame: pl.DataFrame,
    measure: str,
    kind: str,
    by: Sequence[str],
    n: str,
    total: str,
    squares: str = "",
) -> pl.DataFrame:
    return frame.select(
        pl.lit(measure).alias("measure"),
        pl.lit(kind).alias("kind"),
        pl.col("period"),
        *(pl.col(name) for name in by),
        n=pl.col(n),
        total=pl.col(total).cast(pl.Float64),
        squares=pl.col(squares or total).cast(pl.Float64),
    )


def _added(rows: pl.DataFrame, by: Sequence[str]) -> pl.DataFrame:
    summed = _summed(rows, ["measure", "kind", "period", *by])
    return summed.cast({name: kind for name, kind in _SHAPE.items() if name in summed.columns})


def _summed(rows: pl.DataFrame, keys: Sequence[str]) -> pl.DataFrame:
    return (
        rows.group_by(keys)
        .agg(pl.col("n").sum(), pl.col("total").sum(), pl.col("squares").sum())
        .sort(keys)
    )
