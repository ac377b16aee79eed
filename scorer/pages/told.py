"""Figures over many calls in words: never without how many they come from."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from scorer.analytics.measures import MEANS, MEASURES
from scorer.analytics.periods import Periods
from scorer.pages.questions import slips
from scorer.pages.words import several, title

#: What a measure counts, in a line.
ABOUT: Mapping[str, str] = {
    "predicted": "From the words of each call, between 0 and 1. A survey's answer is never in it.",
    "surveyed": "What customers answered (csat), on a scale from 0 to 1.",
    "resolved": "Calls on which the need was met, of those on which that can be told.",
    "little_effort": "Calls on which nothing made it hard for the customer: no telling again, no "
    "passing on, no hold, no chasing.",
    "recovered": "Complaints made good on the call, of those that were made good or left open.",
    "promises_kept": "Promises that somebody says were kept, of those that were kept, late or "
    "broken; counted on the day of the call.",
}


def named(measure: str) -> str:
    """A measure or a criterion, as people write it."""
    return MEASURES.get(measure) or title(measure.partition(".")[2])


def value(measure: str, number: float | None) -> str:
    """`0.71` for a mean, `71 %` for a share, a dash where there is none."""
    if number is None:
        return "–"
    # Half a hundredth is rounded the same way, in whichever order the calls were added up.
    return f"{round(number, 9):.2f}" if measure in MEANS else f"{100 * number:.0f} %"


def interval(row: Mapping[str, Any]) -> str:
    """`71 % (66 – 76)`; few are said to be few."""
    measure = row["measure"]
    if row["value"] is None:
        return "–"
    told = value(measure, row["value"])
    if row["few"]:
        return f"{told}, of only {row['n']}"
    if row["low"] is None:
        return told
    ends = [value(measure, row[name]).removesuffix(" %") for name in ("low", "high")]
    return f"{told} ({ends[0]} – {ends[1]})"


def counted(measure: str, n: int) -> str:
    """How many a figure rests on."""
    return {
        "surveyed": several(n, "answer"),
        "promises_kept": several(n, "promise"),
        "recovered": several(n, "complaint"),
    }.get(measure, several(n, "call"))


def changed(row: Mapping[str, Any], periods: Periods) -> str:
    """A change in a line: from what to what, since when, and of how many."""
    measure = row["measure"]
    first = periods.first(row["since"])
    since = f"{'the week of ' if periods.days == 7 else ''}{first.day} {first:%b}"
    met = "" if measure in MEASURES else "fine in " if measure in slips() else "met in "
    told = f"{value(measure, row['before'])} → {value(measure, row['after'])}"
    count = counted(measure, row["n_before"] + row["n_after"])
    return f"**{named(measure)}** {met}{told} since {since} :gray[({count})]"
