"""Agreement as pictures: a dot with its interval. The same figures stand in a table beside them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import altair as alt
import polars as pl

from scorer.analytics.agreement import Agreement
from scorer.analytics.calibrating import OfSession

#: Told apart on light and on dark paper, and by their shapes as well.
_COLOURS = ("#2f8f98", "#a874c4")
_WHO = {"people": "People with each other", "machine": "Machine with most people"}


def over_time(points: Sequence[OfSession]) -> Any:
    """Alpha of each session, for people and for the machine."""
    rows = [
        {"order": place, "session": point.title, **_figures(who, found)}
        for place, point in enumerate(points)
        for who, found in (("people", point.people), ("machine", point.machine))
        if found.alpha is not None
    ]
    return _dots(
        rows, alt.X("session:N", sort=None, title=None, axis=alt.Axis(labelAngle=0, labelLimit=260))
    )


def _figures(who: str, found: Agreement) -> dict[str, Any]:
    return {"who": _WHO[who], "alpha": found.alpha, "low": found.low, "high": found.high}


def _dots(rows: Sequence[dict[str, Any]], x: Any) -> Any:
    scale = alt.Scale(domain=list(_WHO.values()), range=list(_COLOURS))
    colour = alt.Color("who:N", title=None, scale=scale, legend=alt.Legend(orient="top"))
    beside = alt.XOffset("who:N")
    base = alt.Chart(pl.DataFrame(rows)).encode(x=x, xOffset=beside, color=colour)
    heights = alt.Scale(domain=[min(0.0, *(row["low"] or 0.0 for row in rows)), 1.0])
    dots = base.mark_point(filled=True, size=70).encode(
        y=alt.Y("alpha:Q", title="alpha", scale=heights),
        shape=alt.Shape("who:N", title=None),
        tooltip=["session:N", "who:N", alt.Tooltip("alpha:Q", format=".2f")],
    )
    return (
        base.mark_rule().encode(y=alt.Y("low:Q", scale=heights), y2="high:Q") + dots
    ).properties(height=220)
