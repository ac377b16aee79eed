"""The figures of a lead's page, gathered once for as long as nothing is written into the store."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

import polars as pl
import streamlit as st

from scorer.analytics import change, measures
from scorer.analytics.periods import Periods
from scorer.pages.questions import slips
from scorer.store.store import Store
from scorer.store.tallies import Among, Part

#: How a figure can be split: the column, and how the page calls it.
PARTS: Mapping[Part, str] = {"team": "Team", "queue": "Queue", "topic": "Topic"}

#: How each measure's two sides are asked of the list: what counts as a hit, and what does not.
ASKED: dict[str, tuple[dict[str, str], dict[str, str]]] = {
    "predicted": ({"predicted": "1"}, {}),
    "surveyed": ({"survey": "csat"}, {}),
    "resolved": ({"became": "resolved"}, {"became": "not_resolved"}),
    "little_effort": ({"effort": "little"}, {"effort": "not_little"}),
    "recovered": ({"moment": "made_good"}, {"moment": "left_open"}),
    "promises_kept": ({"promise": "kept"}, {"promise": "not_kept"}),
}


@dataclass(frozen=True)
class Figures:
    """Tallies (`analytics.measures`) by period, and in `parts` over all periods, split; how many
    calls and answers there are."""

    tallies: pl.DataFrame
    parts: dict[str, pl.DataFrame]
    calls: int
    answers: int

    @cached_property
    def estimates(self) -> pl.DataFrame:
        """Each measure by period, with intervals."""
        return measures.estimated(self.tallies)

    @cached_property
    def whole(self) -> pl.DataFrame:
        """Each measure over all periods."""
        return measures.estimated(measures.whole(self.tallies))

    @cached_property
    def changes(self) -> pl.DataFrame:
        """What changed, and since when."""
        return change.changes(self.tallies)

    def split(self, part: str) -> pl.DataFrame:
        """Each measure over all periods, by a part in the order of its names."""
        return measures.estimated(measures.whole(self.parts[part], [part])).sort(part, "measure")


def figures(store: Store, among: Among, periods: Periods) -> Figures:
    """All that a lead's page counts, for these calls."""
    who = store.person
    asks = (who.name, who.role, tuple(sorted(who.teams)), who.agent)
    return _figures(store, (*asks, store.address), among, periods.edges, store.tallies.state())


@st.cache_resource(max_entries=32, show_spinner=False)
def _figures(
    _store: Store,
    asks: Sequence[object],  # noqa: ARG001  whose figures these are: part of what they are kept by
    among: Among,
    edges: Sequence[datetime],
    state: int,  # noqa: ARG001  what it is kept by
) -> Figures:
    tallies, span = _store.tallies, (edges[0], edges[-1])
    counted, answered = tallies.calls(edges, among), tallies.surveys(edges, among)
    # Over all periods at once: by period as well there would be as many rows as calls.
    split, answers = tallies.calls(span, among, PARTS), tallies.surveys(span, among, PARTS)
    return Figures(
        pl.concat(
            [
                measures.from_calls(counted),
                measures.from_surveys(answered),
                measures.from_promises(tallies.promises(edges, among)),
                measures.from_judgements(tallies.judgements(edges, among), slips()),
            ]
        ),
        {
            part: pl.concat(
                [measures.from_calls(split, [part]), measures.from_surveys(answers, [part])]
            )
            for part in PARTS
        },
        int(counted["calls"].sum()),
        int(answered["answers"].sum()),
    )


def asked(measure: str) -> tuple[dict[str, str], dict[str, str]]:
    """What the list is asked for the calls that count as hits of a measure, and for the others."""
    if measure in ASKED:
        return ASKED[measure]
    hit = "clear" if measure in slips() else "met"
    return ({"criterion": measure, "answer": hit}, {"criterion": measure, "answer": "not_met"})
