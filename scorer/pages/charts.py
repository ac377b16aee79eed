"""Figures over time as pictures; each stands beside a table of the same figures.

A line is drawn only through periods with enough calls, and only where there are three of them.
Few calls are a hollow dot that no line goes through.

Altair says what a picture looks like, once for each kind; the figures are put in each time, since
building a picture takes longer than counting what is in it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
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


class Pictures:
    """Pictures whose places are kept, to be drawn once all that is read stands on the page: one
    takes the browser as long as the words of several cards."""

    def __init__(self) -> None:
        self._waiting: list[tuple[Any, Callable[[], None]]] = []

    def place(self, draw: Callable[[], None]) -> None:
        """Keeps a place here for what `draw` draws."""
        self._waiting.append((st.empty(), draw))

    def draw(self) -> None:
        """Draws them, each in its place."""
        for place, draw in self._waiting:
            with place:
                draw()


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
    st.vega_lite_chart({**spec, "datasets": {"rows": rows}})


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
    base = _base(names)
    predicted = base.transform_filter("datum.measure == 'predicted' && !datum.few")
    surveyed = base.transform_filter("datum.measure == 'surveyed' && !datum.few")
    # The dots tell what a stem does, and a stem of nothing would be a picture without a name.
    stems = surveyed.mark_rule(color=_DOTS, opacity=0.6, aria=False).encode(
        y=_y("low", True), y2="high:Q"
    )
    return _bare([*_interval(predicted, line, True), stems, _dots(base, True)], _HEIGHT)


@lru_cache(maxsize=64)
def _trend(names: tuple[str, ...], line: bool, mean: bool) -> Spec:
    base = _base(names)
    enough = base.transform_filter("!datum.few")
    return _bare([*_interval(enough, line, mean), _dots(base, mean)], _HEIGHT)


@lru_cache(maxsize=2)
def _months(line: bool) -> Spec:
    base = alt.Chart(alt.NamedData("rows")).encode(
        x=alt.X("month:N", title=None, axis=alt.Axis(labelAngle=0, labelOverlap=True)),
        y=alt.Y("value:Q", title=None, scale=alt.Scale(zero=False)),
        tooltip=["month:N", alt.Tooltip("value:Q", format=",.2f"), "unit:N"],
    )
    dots = base.mark_point(filled=True, size=60, color=_LINE)
    return _bare([base.mark_line(color=_LINE), dots] if line else [dots], _LOW)


def _base(names: Sequence[str]) -> Any:
    axis = alt.Axis(labelAngle=0, labelOverlap=True, labelFlush=False, grid=False)
    x = alt.X("when:N", title=None, scale=alt.Scale(domain=list(names)), axis=axis)
    return alt.Chart(alt.NamedData("rows")).encode(x=x)


def _bare(layers: Sequence[Any], height: int) -> Spec:
    """On the card's own paper, light or dark."""
    drawn = alt.layer(*layers).properties(height=height)
    drawn = drawn.configure(background="transparent").configure_view(fill=None, stroke=None)
    spec: Spec = drawn.to_dict()
    return spec


def _interval(enough: Any, line: bool, mean: bool) -> list[Any]:
    """Where a value lies: a band with the line in it, or a stem where there is none."""
    interval = {"y": _y("low", mean), "y2": "high:Q"}
    if not line:
        return [enough.mark_rule(color=_LINE, aria=False).encode(**interval)]
    return [
        enough.mark_area(opacity=0.18, color=_LINE).encode(**interval),
        enough.mark_line(color=_LINE).encode(y=_y("value", mean)),
    ]


def _dots(base: Any, mean: bool) -> Any:
    """A dot each, a diamond where it was surveyed, hollow where it is of few. One layer for all:
    each more takes the browser as long as the first."""
    surveyed, few = "datum.measure === 'surveyed'", "datum.few"
    colour = alt.when(surveyed).then(alt.value(_DOTS)).otherwise(alt.value(_LINE))
    inside = alt.when(few).then(alt.value("transparent"))
    return base.mark_point(size=50, strokeWidth=1.5).encode(
        y=_y("value", mean),
        stroke=colour,
        fill=inside.when(surveyed).then(alt.value(_DOTS)).otherwise(alt.value(_LINE)),
        shape=alt.when(surveyed).then(alt.value("diamond")).otherwise(alt.value("circle")),
        tooltip=_told(mean),
    )


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
