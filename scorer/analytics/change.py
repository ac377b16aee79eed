"""What changed, and since when: an honest search, so that chance is not told as news.

For each measure, every edge between two periods is tried: is what came from there on different from
what came before? The edge with the strongest difference is kept. Looking at many edges finds
something sooner or later, and so does looking at many measures. Both are paid for: the p value is
multiplied by the number of edges tried (Bonferroni), and then held against all measures of its
family together (Holm 1979). There are two families, what became of customers and what was done on
calls; in each the chance of telling even one change that is none is at most `ALPHA`.

The test is the usual one for large samples: pooled two-proportion z for shares, Welch's for means.
No change is told from fewer than `ENOUGH` on either side.
"""

from __future__ import annotations

import math

import polars as pl

from scorer.analytics.measures import MEASURES

#: The chance that anything at all is told, in a family, where nothing changed.
ALPHA = 0.05
ENOUGH = 20


def changes(tallies: pl.DataFrame) -> pl.DataFrame:
    """The measures that changed, the surest first.

    A row: `measure`, `kind`, `since` (the first period after the change), `before`, `after`,
    `n_before`, `n_after`, and `p`, which pays for every edge and measure that was tried.
    """
    tested = _strongest(_sides(tallies))
    return _held(tested).filter(pl.col("p") < ALPHA).sort("p", "measure")


def tested(tallies: pl.DataFrame) -> int:
    """How many measures had enough to be tested."""
    return _strongest(_sides(tallies)).height


def _sides(tallies: pl.DataFrame) -> pl.DataFrame:
    """A row a measure and edge, with the sums on both sides of it."""
    last = tallies["period"].max()
    edges = pl.DataFrame({"since": range(1, int(last) + 1 if isinstance(last, int) else 1)})
    edges = edges.cast({"since": pl.Int64})
    sides = (
        tallies.join(edges, how="cross")
        .group_by("measure", "kind", "since")
        .agg(
            *(
                pl.col(name).filter(side).sum().alias(f"{name}_{when}")
                for name in ("n", "total", "squares")
                for when, side in (
                    ("before", pl.col("period") < pl.col("since")),
                    ("after", pl.col("period") >= pl.col("since")),
                )
            )
        )
    )
    enough = (pl.col("n_before") >= ENOUGH) & (pl.col("n_after") >= ENOUGH)
    return sides.filter(enough).with_columns(
        before=pl.col("total_before") / pl.col("n_before"),
        after=pl.col("total_after") / pl.col("n_after"),
    )


def _strongest(sides: pl.DataFrame) -> pl.DataFrame:
    """The edge of each measure with the strongest difference; `p` pays for the edges tried."""
    difference = (pl.col("after") - pl.col("before")).abs()
    error = pl.when(pl.col("kind") == "share").then(_pooled()).otherwise(_welch())
    scored = sides.with_columns(z=pl.when(error > 0).then(difference / error).otherwise(0.0))
    return (
        scored.sort("measure", "z", "since", descending=[False, True, False])
        .with_columns(tried=pl.len().over("measure"))
        .group_by("measure", maintain_order=True)
        .first()
        .with_columns(
            p=(
                pl.col("z").map_elements(_two_sided, return_dtype=pl.Float64) * pl.col("tried")
            ).clip(upper_bound=1.0)
        )
    )


def _held(tested: pl.DataFrame) -> pl.DataFrame:
    """Holm's step-down: the k-th smallest p of m is multiplied by m - k + 1, and never falls."""
    outcome = pl.col("measure").is_in(list(MEASURES))
    paid = pl.col("p") * (pl.len() - pl.int_range(pl.len()))
    return (
        tested.sort("p")
        .with_columns(p=paid.cum_max().clip(upper_bound=1.0).over(outcome))
        .select("measure", "kind", "since", "before", "after", "n_before", "n_after", "p")
    )


def _pooled() -> pl.Expr:
    n, m = pl.col("n_before"), pl.col("n_after")
    p = (pl.col("total_before") + pl.col("total_after")) / (n + m)
    return (p * (1 - p) * (1 / n + 1 / m)).sqrt()


def _welch() -> pl.Expr:
    return (_error("before") + _error("after")).sqrt()


def _error(side: str) -> pl.Expr:
    """The squared standard error of a side's mean."""
    n, mean = pl.col(f"n_{side}"), pl.col(side)
    return ((pl.col(f"squares_{side}") - n * mean * mean) / (n - 1)).clip(lower_bound=0.0) / n


def _two_sided(z: float) -> float:
    return math.erfc(z / math.sqrt(2))
