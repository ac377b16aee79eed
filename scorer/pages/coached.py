"""Clips of an agent's moments, and the words of rubrics, as the coaching pages show them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl

from scorer.analytics import practising
from scorer.errors import ScorerError
from scorer.pages.clips import clip
from scorer.pages.shows import quote
from scorer.pages.words import title
from scorer.scoring.rubric import Rubrics, available, load
from scorer.scoring.schema import Criterion
from scorer.store import coaching
from scorer.store.store import Store


class Asked:
    """What the rubrics ask, by "rubric.criterion"."""

    def __init__(self, rubrics: Rubrics) -> None:
        self.criteria: Mapping[str, Criterion] = {
            f"{rubric.rubric}.{criterion.id}": criterion
            for rubric in rubrics.rubrics
            for criterion in rubric.criteria
        }
        self.titles = {rubric.rubric: rubric.title for rubric in rubrics.rubrics}
        self._always = {rubric.rubric for rubric in rubrics.rubrics if rubric.default}
        self.slips = practising.slips(rubrics.rubrics)

    def name(self, focus: str) -> str:
        """A criterion with the rubric that it stands in."""
        rubric, _, criterion = focus.partition(".")
        return f"{title(criterion)} ({self.titles.get(rubric, title(rubric))})"

    def always(self, focus: str) -> bool:
        """Whether every call is scored on it; else nothing may ever be counted."""
        return focus.partition(".")[0] in self._always

    def choices(self) -> list[str]:
        """What can be practised: all that can be heard; the quality practices (S16) first."""
        heard = [name for name, criterion in self.criteria.items() if criterion.observable]
        return sorted(heard, key=lambda name: (not name.startswith("quality_practices."), name))


def asked() -> Asked:
    """What the rubrics ask now."""
    return Asked(load(names=available()))


class Cards:
    """Scorecards of the calls that a page quotes; each is read once."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self._read: dict[str, Mapping[str, Any]] = {}

    def moment(self, row: Mapping[str, Any]) -> Mapping[str, Any] | None:
        """The moment of a row of `Practice.moments`, as its scorecard has it."""
        card, what = self.card(row["key"]), (row["rubric"], row["criterion"])
        return next(
            (
                moment
                for judgement in card.get("judgements") or []
                if (judgement["rubric"], judgement["criterion"]) == what
                for moment in judgement["moments"]
                if moment["opened"]["turn"] == row["turn"] and moment["outcome"] == row["outcome"]
            ),
            None,
        )

    def card(self, key: str) -> Mapping[str, Any]:
        if key not in self._read:
            try:
                self._read[key] = self.store.card(key)
            except ScorerError:  # out of reach, or gone meanwhile
                self._read[key] = {}
        return self._read[key]


def shown(cards: Cards, row: Mapping[str, Any], named: bool = True) -> dict[str, Any]:
    """A moment as a clip: what opened it, what the agent answered, and why it came out so.

    `named`: under the name of its question.
    """
    moment, card = cards.moment(row), cards.card(row["key"])
    quotes = [{"text": row["quote"], "at": None, "end": None, "clock": "", "who": ""}]
    if moment is not None:
        quotes = [quote(each, card) for each in (moment["opened"], moment["response"]) if each]
        if len(quotes) == 2 and quotes[0] == quotes[1]:
            quotes.pop()
    note = str(moment["note"]) if moment is not None else ""
    heading = title(row["criterion"]) if named else ""
    return clip(cards.store, row["key"], row["call"], quotes, heading, note)


def kept(cards: Cards, row: Mapping[str, Any], kind: coaching.ClipKind) -> coaching.Clip:
    """The same moment as a plan keeps it: the agent's own words where they answered."""
    moment = cards.moment(row)
    said = (moment["response"] or moment["opened"]) if moment is not None else {}
    return coaching.Clip(
        row["key"],
        kind,
        row["rubric"],
        row["criterion"],
        str(said.get("quote") or row["quote"]),
        said.get("turn", row["turn"]),
        said.get("start"),
        said.get("end"),
        call=row["call"],
    )


def rows(frame: pl.DataFrame) -> list[dict[str, Any]]:
    """A frame's rows by name."""
    return list(frame.iter_rows(named=True))
