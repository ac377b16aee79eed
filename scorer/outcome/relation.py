"""How each criterion relates to what customers answered: the customer is the judge (S20).

Spearman's rank correlation between a criterion's score and the answers to the same calls, with a
95 % bootstrap interval. Calls where the criterion had no score are left out, never counted as 0.
Fewer than `LEAST` calls give no figure: `rho` is None.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from scorer.outcome.calibrate import Example
from scorer.outcome.surveys import Kind, Survey, linked

LEAST = 20
_DRAWS = 1000

_Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Relation:
    """`rho` in [-1, 1] with its interval, over `calls` calls; None where there are too few."""

    name: str
    calls: int
    rho: float | None
    low: float | None = None
    high: float | None = None


def relations(
    cards: Iterable[Mapping[str, Any]], surveys: Iterable[Survey], kind: Kind = "csat"
) -> tuple[Relation, ...]:
    """Each judged criterion, and predicted satisfaction, against the answers of one kind.

    `cards` are scorecards as `Scorecard.to_dict` gives them, each with an `id` of its own.
    """
    by_call = {card["id"]: card for card in cards if "error" not in card}
    known, _ = linked((s for s in surveys if s.kind == kind), {call: call for call in by_call})
    pairs: dict[str, list[tuple[float, float]]] = {}
    for survey in known:
        for name, score in _scores(by_call[survey.call]):
            pairs.setdefault(name, []).append((score, survey.place))
    return tuple(_relation(name, found) for name, found in sorted(pairs.items()))


def examples(
    cards: Iterable[Mapping[str, Any]], surveys: Iterable[Survey], kind: Kind = "csat"
) -> tuple[Example, ...]:
    """What `calibrate.fit` learns from: surveyed calls whose satisfaction could be predicted."""
    by_call = {card["id"]: card for card in cards if "error" not in card}
    known, _ = linked((s for s in surveys if s.kind == kind), {call: call for call in by_call})
    parts = {call: card["outcome"]["parts"].get("satisfaction") for call, card in by_call.items()}
    return tuple(Example(s.call, parts[s.call], s.place) for s in known if parts[s.call])


def spearman(first: Sequence[float], second: Sequence[float]) -> float:
    """Rank correlation in [-1, 1]; equal values share their mean rank; 0 where one is constant."""
    a, b = _ranks(np.asarray(first, dtype=float)), _ranks(np.asarray(second, dtype=float))
    a, b = a - a.mean(), b - b.mean()
    scale = float(np.sqrt((a @ a) * (b @ b)))
    return float(a @ b) / scale if scale > 1e-12 else 0.0


def _scores(card: Mapping[str, Any]) -> Iterable[tuple[str, float]]:
    for judged in card.get("judgements", ()):
        if judged.get("score") is not None:
            yield f"{judged['rubric']}.{judged['criterion']}", float(judged["score"])
    predicted = card["outcome"].get("satisfaction")
    if predicted is not None:
        yield "predicted satisfaction", float(predicted)


def _relation(name: str, pairs: Sequence[tuple[float, float]]) -> Relation:
    if len(pairs) < LEAST:
        return Relation(name, len(pairs), None)
    table = np.array(pairs)
    rng = np.random.default_rng(20)
    drawn = [
        spearman(*table[rng.integers(0, len(table), len(table))].T.tolist()) for _ in range(_DRAWS)
    ]
    low, high = np.percentile(drawn, [2.5, 97.5])
    rho = spearman(*table.T.tolist())
    return Relation(name, len(pairs), round(rho, 3), round(float(low), 3), round(float(high), 3))


def _ranks(values: _Floats) -> _Floats:
    _, place, counts = np.unique(values, return_inverse=True, return_counts=True)
    last = np.cumsum(counts)
    return np.asarray((last - (counts - 1) / 2)[place], dtype=float)
