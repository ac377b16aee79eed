"""A day for the mail: what became of customers, what was made good, what is promised for today.

Counted over all calls of the day, never by how long a call took. No word of any call is on it.
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import altair as alt
import polars as pl

from scorer.batch import results
from scorer.batch.sheets import sheet
from scorer.errors import ScorerError
from scorer.store.store import Store
from scorer.store.tallies import Among

#: A mean of fewer calls says nothing, and is not shown.
_LEAST = 5

_OUTCOME = ("Need met", "Not met yet", "Not clear")
_REPAIR = ("Made good on the call", "Still open", "Not clear")
_COLOURS = ["#1f6f78", "#c98a2b", "#c9ced3"]
_LETTERS = '"Inter", "Source Sans", system-ui, sans-serif'


@dataclass(frozen=True, slots=True)
class Daily:
    """The figures of a day. `teams` has a row a team; `promises` are those the centre made."""

    day: date
    team: str
    teams: pl.DataFrame
    promises: Mapping[str, int]  # "due" on the morning after, "overdue" by then

    @property
    def calls(self) -> int:
        """Calls of the day that were scored."""
        return int(self.teams["calls"].sum())

    def total(self, name: str) -> int:
        """A column of `teams` over all teams."""
        return int(self.teams[name].sum())


def daily(store: Store, day: date, there: ZoneInfo, team: str = "") -> Daily:
    """What the store knows of a day. The person must be allowed to compare and to read."""
    begin, end = results.day(day, there)
    found = store.tallies.calls([begin, end], Among(team), ["team"])
    names = ("calls", "answered", "resolved", "complaints", "made_good", "left_open")
    sums = [pl.col(name).sum() for name in (*names, "predicted", "predicted_total")]
    teams = found.group_by("team").agg(*sums).sort("team")
    teams = teams.with_columns(
        pl.when(pl.col("team") == "").then(pl.lit("no team")).otherwise("team").alias("team"),
        pl.when(pl.col("predicted") >= _LEAST)
        .then(pl.col("predicted_total") / pl.col("predicted"))
        .alias("satisfaction"),
    )
    morning = day + timedelta(days=1)
    counts = store.ledger.counts(morning, Among(team), kept_back=True)
    return Daily(day, team, teams, {name: counts[name] for name in ("due", "overdue")})


def page(found: Daily) -> str:
    """The day as a page that stands alone: nothing is fetched when it is opened."""
    return sheet("daily.html", found=found, chart=_svg(chart(found)) if found.calls else "")


def picture(found: Daily) -> bytes:
    """The day as a PNG, for a mail."""
    out = io.BytesIO()
    _with_converter(lambda: chart(found).save(out, format="png", scale_factor=2))
    return out.getvalue()


def chart(found: Daily) -> Any:
    """Outcome, and what became of complaints, a bar a team; promises in words above."""
    due, overdue = found.promises["due"], found.promises["overdue"]
    day = f"{found.day:%A} {found.day.day} {found.day:%B %Y}"
    title = alt.TitleParams(
        f"{found.team or 'All teams'}, {day}: {found.calls} calls",
        subtitle=f"{due} promises are due the next day, {overdue} are overdue",
        anchor="start",
        offset=14,
    )
    t = found.teams
    outcome = _long(
        t, _OUTCOME, (t["resolved"], t["answered"] - t["resolved"], t["calls"] - t["answered"])
    )
    unclear = t["complaints"] - t["made_good"] - t["left_open"]
    repair = _long(t, _REPAIR, (t["made_good"], t["left_open"], unclear.clip(0)))
    both = alt.vconcat(
        _bars(outcome, _OUTCOME, "What became of the customer's need"),
        _bars(repair, _REPAIR, "Calls with a complaint"),
        title=title,
    )
    return (
        both.resolve_scale(color="independent")
        .configure(font=_LETTERS)
        .configure_view(stroke=None)
        .configure_axis(domain=False, ticks=False, gridColor="#eceeef")
    )


def _long(teams: pl.DataFrame, kinds: tuple[str, ...], columns: tuple[pl.Series, ...]) -> Any:
    return pl.concat(
        [
            pl.DataFrame({"team": teams["team"], "kind": kind, "calls": column, "order": place})
            for place, (kind, column) in enumerate(zip(kinds, columns, strict=True))
        ]
    )


def _bars(rows: pl.DataFrame, kinds: tuple[str, ...], title: str) -> Any:
    return (
        alt.Chart(rows, title=alt.TitleParams(title, anchor="start", fontSize=12))
        .mark_bar(height={"band": 0.7})
        .encode(
            y=alt.Y("team:N", title=None, axis=alt.Axis(labelLimit=200)),
            x=alt.X("calls:Q", title="calls", axis=alt.Axis(tickMinStep=1, format="d")),
            color=alt.Color(
                "kind:N",
                title=None,
                scale=alt.Scale(domain=list(kinds), range=_COLOURS),
                legend=alt.Legend(orient="top", columnPadding=26),
            ),
            order="order:Q",
        )
        .properties(width=520, height={"step": 26})
    )


def _svg(drawn: Any) -> str:
    out = io.StringIO()
    _with_converter(lambda: drawn.save(out, format="svg"))
    return out.getvalue()


def _with_converter(draw: Any) -> None:
    try:
        import vl_convert  # noqa: F401  only whether it is here
    except ModuleNotFoundError as error:
        raise ScorerError(
            "a chart needs vl-convert; run pip install 'call-quality-scorer[batch]'"
        ) from error
    draw()
