"""Figures over time as pictures; each stands beside a table of the same figures.

A line is drawn only through periods with enough calls, and only where there are three of them.
Few calls are a hollow dot that no line goes through.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import altair as alt
import polars as pl

from scorer.analytics.measures import MEANS

#: Seen on light and on dark paper alike; told apart by shape as well.
_LINE, _DOTS = "#2b8c96", "#a06fb0"
_HEIGHT = 210


def satisfaction(estimates: pl.DataFrame, names: Sequence[str], line: bool) -> Any:
    """Predicted as a line with its interval, surveyed as dots with theirs; never mixed."""
    predicted = _rows(estimates, "predicted", names)
    surveyed = _rows(estimates, "surveyed", names)
    names = _begun(estimates, names)
    return _bare(_layers(predicted, names, line, "predicted") + _dots(surveyed, names))


def trend(estimates: pl.DataFrame, measure: str, names: Sequence[str], line: bool) -> Any:
    """One measure with its interval."""
    rows = _rows(estimates, measure, names)
    return _bare(_layers(rows, _begun(estimates, names), line, measure))


def months(rows: pl.DataFrame, title: str) -> Any:
    """A company figure by month: dots, and a line from three on."""
    base = alt.Chart(rows).encode(
        x=alt.X("month:N", title=None, axis=alt.Axis(labelAngle=0, labelOverlap=True)),
        y=alt.Y("value:Q", title=title, scale=alt.Scale(zero=False)),
        tooltip=["month:N", alt.Tooltip("value:Q", format=",.2f")],
    )
    dots = base.mark_point(filled=True, size=60, color=_LINE)
    drawn = base.mark_line(color=_LINE) + dots if rows.height >= 3 else dots
    return _bare(drawn.properties(height=150))


def _bare(chart: Any) -> Any:
    """On the card's own paper, light or dark."""
    return chart.configure(background="transparent").configure_view(fill=None, stroke=None)


def _begun(estimates: pl.DataFrame, names: Sequence[str]) -> Sequence[str]:
    """The periods from the first with anything in it on."""
    first = estimates["period"].min()
    return names[first:] if isinstance(first, int) else names


def _rows(estimates: pl.DataFrame, measure: str, names: Sequence[str]) -> pl.DataFrame:
    period = pl.col("period")
    return (
        estimates.filter(pl.col("measure") == measure, pl.col("value").is_not_null())
        .with_columns(
            when=period.replace_strict(list(range(len(names))), list(names), return_dtype=pl.String)
        )
        .select("when", "period", "n", "value", "low", "high", "few")
    )


def _layers(rows: pl.DataFrame, names: Sequence[str], line: bool, measure: str) -> Any:
    base = alt.Chart(rows.filter(~pl.col("few"))).encode(x=_x(names))
    interval = {"y": _y("low", measure), "y2": "high:Q"}
    layers = []
    if line:
        layers.append(base.mark_area(opacity=0.18, color=_LINE).encode(**interval))
        layers.append(base.mark_line(color=_LINE).encode(y=_y("value", measure)))
    else:
        layers.append(base.mark_rule(color=_LINE).encode(**interval))
    layers.append(
        base.mark_point(filled=True, color=_LINE, size=45).encode(
            y=_y("value", measure), tooltip=_told(measure)
        )
    )
    few = alt.Chart(rows.filter(pl.col("few"))).encode(x=_x(names), y=_y("value", measure))
    layers.append(
        few.mark_point(filled=False, color=_LINE, size=45, strokeDash=[2, 2]).encode(
            tooltip=_told(measure)
        )
    )
    return alt.layer(*layers).properties(height=_HEIGHT)


def _dots(rows: pl.DataFrame, names: Sequence[str]) -> Any:
    enough = alt.Chart(rows.filter(~pl.col("few"))).encode(x=_x(names))
    few = alt.Chart(rows.filter(pl.col("few"))).encode(x=_x(names))
    stems = enough.mark_rule(color=_DOTS, opacity=0.6).encode(y=_y("low", "surveyed"), y2="high:Q")
    layers = [stems]
    for chart, filled in ((enough, True), (few, False)):
        dots = chart.mark_point(filled=filled, shape="diamond", color=_DOTS, size=70)
        layers.append(dots.encode(y=_y("value", "surveyed"), tooltip=_told("surveyed")))
    return alt.layer(*layers)


def _x(names: Sequence[str]) -> Any:
    axis = alt.Axis(labelAngle=0, labelOverlap=True, grid=False)
    return alt.X("when:N", title=None, scale=alt.Scale(domain=list(names)), axis=axis)


def _y(name: str, measure: str) -> Any:
    axis = alt.Axis(format=".1f" if measure in MEANS else "%", tickCount=5)
    return alt.Y(f"{name}:Q", title=None, scale=alt.Scale(domain=[0, 1]), axis=axis)


def _told(measure: str) -> list[Any]:
    share = ".2f" if measure in MEANS else ".0%"
    return [
        alt.Tooltip("when:N", title="when"),
        *(alt.Tooltip(f"{name}:Q", format=share) for name in ("value", "low", "high")),
        alt.Tooltip("n:Q", title="of"),
    ]
