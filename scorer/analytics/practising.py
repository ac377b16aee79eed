"""What an agent does well, what is worth practising, and whether practising helps.

An agent is compared with nobody, only with their own calls before. A pattern needs several calls.

Some criteria can only be missed: asking again, say, is a slip, and nobody notes each time that it
did not happen. `slips` names them; there, a call on which nothing was noted is one that went well.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

import polars as pl

from scorer.analytics.shares import Share, share
from scorer.scoring.schema import Criterion, RubricFile

#: A pattern is missed at least so often; less is a bad day.
_OFTEN = 3
#: Nobody practises more than this at once.
_PATTERNS = 2
#: What became of the customer is not practised: what the agent does for it is.
_OUTCOMES = ("customer_satisfaction",)
#: Clips for praise.
_PRAISED = 4


@dataclass(frozen=True, slots=True)
class Pattern:
    """Something worth practising. `name` is "rubric.criterion", `met` on which share of calls."""

    name: str
    met: Share
    missed: int


def slips(rubrics: Iterable[RubricFile]) -> frozenset[str]:
    """The criteria that can be missed without an opportunity before, as "rubric.criterion"."""
    return frozenset(f"{r.rubric}.{c.id}" for r in rubrics for c in r.criteria if _slip(c))


def _slip(criterion: Criterion) -> bool:
    opened = {(cue, clause.by) for clause in criterion.opens for cue in clause.cue}
    missed = {(cue, clause.by) for clause in criterion.misses for cue in clause.cue}
    if not missed:
        return False
    alone = any(clause.alone for clause in criterion.misses)
    return alone or not opened or (criterion.otherwise == "met" and bool(opened & missed))


def shares(counts: pl.DataFrame, slips: Collection[str] = ()) -> dict[str, Share]:
    """The share of calls on which each criterion was met, by "rubric.criterion".

    `counts` is a frame of `Practice.counts`. Calls on which it did not come up do not count.
    """
    return {
        name: share(int(met), int(calls))
        for name, met, _, calls, _ in _criteria(counts, slips).iter_rows()
    }


def patterns(counts: pl.DataFrame, slips: Collection[str] = ()) -> list[Pattern]:
    """The one or two criteria that are missed most surely and weigh most.

    Ordered by weight times the lower end of the interval of the share missed: what was missed on
    three calls of four comes before what was missed on three of thirty.
    """
    found = [
        row
        for row in _criteria(counts.filter(~pl.col("rubric").is_in(_OUTCOMES)), slips).to_dicts()
        if row["missed"] >= _OFTEN
    ]
    found.sort(key=lambda row: (-row["weight"] * (_missed(row).low or 0.0), row["name"]))
    return [
        Pattern(row["name"], share(row["met"], row["all"]), row["missed"])
        for row in found[:_PATTERNS]
    ]


def _missed(row: Mapping[str, int]) -> Share:
    return share(row["missed"], row["all"])


def change(before: Share, since: Share) -> str:
    """What the two shares tell, in words: a change is told only where it is not chance.

    The 95 % interval of the difference by Newcombe's method (Statistics in Medicine 17, 1998, no.
    10), made of the two intervals.
    """
    if since.few or before.few:
        return "Too few calls to say whether it changed."
    was, was_low, was_high = (part or 0.0 for part in (before.value, before.low, before.high))
    now, now_low, now_high = (part or 0.0 for part in (since.value, since.low, since.high))
    low = now - was - math.hypot(now - now_low, was_high - was)
    high = now - was + math.hypot(now_high - now, was - was_low)
    if low > 0:
        return "It goes better than before."
    return "It goes less well than before." if high < 0 else "No change that is more than chance."


def praised(moments: pl.DataFrame, count: int = _PRAISED) -> pl.DataFrame:
    """Moments worth praising, the latest of each criterion first, then further ones.

    Those beyond what was expected (magic), those in which a miss was made good, then plain good
    ones. `moments` is a
    frame of `Practice.moments`, which is latest first.
    """
    good = moments.filter(
        ~pl.col("rubric").str.ends_with("_register"),  # noted of the company, not of the agent
        pl.col("outcome").is_in(["met", "recovered"]),
        ~pl.col("rubric").is_in(_OUTCOMES),
    )
    special = (pl.col("kind") == "magic") | (pl.col("outcome") == "recovered")
    several = good.with_columns(special=special).with_columns(
        nth=pl.int_range(pl.len()).over("rubric", "criterion", "special") + (~pl.col("special")),
        of_call=pl.int_range(pl.len()).over("key"),
    )
    best = several.sort("nth", "of_call", maintain_order=True).head(count)
    return best.drop("nth", "of_call", "special")


def missed(moments: pl.DataFrame, name: str) -> pl.DataFrame:
    """The two latest moments in which a criterion was missed, each of another call."""
    rubric, _, criterion = name.partition(".")
    mine = moments.filter(rubric=rubric, criterion=criterion, outcome="missed")
    return mine.unique("key", keep="first", maintain_order=True).head(2)


def _criteria(counts: pl.DataFrame, slips: Collection[str]) -> pl.DataFrame:
    """name, met, missed, all (calls) and weight of each criterion."""
    met = pl.col("outcome") == "met"
    fine = pl.col("name").is_in(list(slips)) & (pl.col("outcome") == "no_opportunity")
    named = counts.with_columns(pl.format("{}.{}", "rubric", "criterion").alias("name"))
    return (
        named.with_columns(met=met | fine, missed=pl.col("outcome") == "missed")
        .filter(pl.col("met") | (pl.col("outcome") != "no_opportunity"))
        .group_by("name")
        .agg(
            pl.col("calls").filter("met").sum().alias("met"),
            pl.col("calls").filter("missed").sum().alias("missed"),
            pl.col("calls").sum().alias("all"),
            pl.col("weight").max(),
        )
        .sort("name")
    )
