"""Rules quoted at customers (S13), gathered by what they say, with what followed on those calls."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from scorer.analytics.alike import grouped


@dataclass(frozen=True, slots=True)
class OnRule:
    """A rule: how often it was the reason, to how many it made no sense, and what followed.

    `unresolved` of `known` calls did not end with the need met; `satisfaction` is the mean of what
    was predicted on `predicted` of the calls, None where on none. `places` are the frame's rows.
    """

    wording: str
    times: int
    protested: int
    known: int
    unresolved: int
    predicted: int
    satisfaction: float | None
    places: tuple[int, ...]


def hurting(rows: pl.DataFrame) -> list[OnRule]:
    """The rules in the frame of `Tallies.rules`, the most often quoted first.

    That a call went badly after a rule was quoted does not say that the rule is why.
    """
    return [
        _rule(group.wording, rows[list(group.places)], group.places)
        for group in grouped(rows["quote"].to_list())
    ]


def _rule(wording: str, rows: pl.DataFrame, places: tuple[int, ...]) -> OnRule:
    calls = rows.unique("key", keep="first")
    known = calls.filter(pl.col("resolution") != "unclear")
    predicted = calls["satisfaction"].drop_nulls()
    return OnRule(
        wording=wording,
        times=rows.height,
        protested=int(rows["protested"].sum()),
        known=known.height,
        unresolved=known.filter(pl.col("resolution") == "unresolved").height,
        predicted=predicted.len(),
        satisfaction=float(predicted.sum()) / predicted.len() if predicted.len() else None,
        places=places,
    )
