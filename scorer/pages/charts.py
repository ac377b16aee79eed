"""Figures over time as pictures; each stands beside a table of the same figures.

A line is drawn only through periods with enough calls, and only where there are three of them.
Few calls are a hollow dot that no line goes through.

Altair says what a picture looks like, once for each kind; the figures are put in each time, since
building a picture takes longer than counting what is in it.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import altair as alt
import polars as pl
import streamlit as st

from scorer.analytics.measures import MEANS

#: Seen on light and on dark paper alike; told apart by shape as well.
_LINE, _DOTS = "#2b8c96", "#a06fb0"
_HEIGHT, _LOW = 210, 150

Spec = dict[str, Any]


def satisfaction(estimates: pl.DataFrame, names: Sequence[str], line: bool) -> None:
    """Predicted as a line with its interval, surveyed as diamonds with theirs; never mixed."""
    found = [_rows(estimates, name, names) for name in ("predicted", "surveyed")]
    _show(_satisfaction(tuple(_begun(estimates, names)), line), pl.concat(found))


def trend(estimates: pl.DataFrame, measure: str, names: Sequence[str], line: bool) -> None:
    """One measure with its interval."""
    mean = measure in MEANS
    drawn = _trend(tuple(_begun(estimates, names)), line, mean)
    _show(drawn, _rows(estimates, measure, names))


def months(rows: pl.DataFrame, unit: str) -> None:
    """A company figure by month: dots, and a line from three on."""
    _show(_months(rows.height >= 3), rows.select("month", "value").with_columns(unit=pl.lit(unit)))


def _show(spec: Spec, rows: pl.DataFrame) -> None:
    st.vega_lite_chart({**spec, "datasets": {"rows": rows.to_dicts()}})


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
        .select("measure", "when", "n", "value", "low", "high", "few")
    )


@lru_cache(maxsize=64)
def _satisfaction(names: tuple[str, ...], line: bool) -> Spec:
    predicted = _chart().transform_filter("datum.measure == 'predicted'")
    surveyed = _chart().transform_filter("datum.measure == 'surveyed'")
    return _bare(_lined(predicted, names, line, True) + _diamonds(surveyed, names))


@lru_cache(maxsize=64)
def _trend(names: tuple[str, ...], line: bool, mean: bool) -> Spec:
    return _bare(_lined(_chart(), names, line, mean))


@lru_cache(maxsize=2)
def _months(line: bool) -> Spec:
    base = _chart().encode(
        x=alt.X("month:N", title=None, axis=alt.Axis(labelAngle=0, labelOverlap=True)),
        y=alt.Y("value:Q", title=None, scale=alt.Scale(zero=False)),
        tooltip=["month:N", alt.Tooltip("value:Q", format=",.2f"), "unit:N"],
    )
    dots = base.mark_point(filled=True, size=60, color=_LINE)
    return _bare((base.mark_line(color=_LINE) + dots if line else dots).properties(height=_LOW))


def _chart() -> Any:
    return alt.Chart(alt.NamedData("rows"))


def _bare(chart: Any) -> Spec:
    """On the card's own paper, light or dark."""
    drawn = chart.configure(background="transparent").configure_view(fill=None, stroke=None)
    spec: Spec = drawn.to_dict()
    return spec


def _lined(chart: Any, names: Sequence[str], line: bool, mean: bool) -> Any:
    base = chart.transform_filter("!datum.few").encode(x=_x(names))
    interval = {"y": _y("low", mean), "y2": "high:Q"}
    layers = [base.mark_rule(color=_LINE).encode(**interval)]
    if line:
        layers = [
            base.mark_area(opacity=0.18, color=_LINE).encode(**interval),
            base.mark_line(color=_LINE).encode(y=_y("value", mean)),
        ]
    few = chart.transform_filter("datum.few").encode(x=_x(names))
    value = {"y": _y("value", mean), "tooltip": _told(mean)}
    layers += [
        base.mark_point(filled=True, color=_LINE, size=45).encode(**value),
        few.mark_point(filled=False, color=_LINE, size=45, strokeDash=[2, 2]).encode(**value),
    ]
    return alt.layer(*layers).properties(height=_HEIGHT)


def _diamonds(chart: Any, names: Sequence[str]) -> Any:
    enough = chart.transform_filter("!datum.few").encode(x=_x(names))
    few = chart.transform_filter("datum.few").encode(x=_x(names))
    value = {"y": _y("value", True), "tooltip": _told(True)}
    stems = enough.mark_rule(color=_DOTS, opacity=0.6).encode(y=_y("low", True), y2="high:Q")
    dots = [
        each.mark_point(filled=filled, shape="diamond", color=_DOTS, size=70).encode(**value)
        for each, filled in ((enough, True), (few, False))
    ]
    return alt.layer(stems, *dots)


def _x(names: Sequence[str]) -> Any:
    axis = alt.Axis(labelAngle=0, labelOverlap=True, grid=False)
    return alt.X("when:N", title=None, scale=alt.Scale(domain=list(names)), axis=axis)


def _y(name: str, mean: bool) -> Any:
    axis = alt.Axis(format=".1f" if mean else "%", tickCount=5)
    return alt.Y(f"{name}:Q", title=None, scale=alt.Scale(domain=[0, 1]), axis=axis)


def _told(mean: bool) -> list[Any]:
    digits = ".2f" if mean else ".0%"
    return [
        alt.Tooltip("when:N", title="when"),
        *(alt.Tooltip(f"{name}:Q", format=digits) for name in ("value", "low", "high")),
        alt.Tooltip("n:Q", title="of"),
    ]
