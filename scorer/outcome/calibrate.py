"""Fitting predicted satisfaction to a centre's own surveys, with intervals that hold what they say.

The model stays the plain sum of `satisfaction`: each part gets a weight of its own, drawn towards
the shipped one (ridge regression towards the prior), so that few surveys move little and many move
what they speak about. The interval is conformal: the level's quantile of how far predictions for
calls that were held out lay from the customers' answers (split over ten folds; Vovk 2015, Barber et
al. 2021), so it is as wide as this centre's customers are hard to predict.

Too few surveys are said to be too few: nothing is fitted below `LEAST`.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from scorer.disk import whole
from scorer.errors import ScorerError

LEAST = 60  # surveys linked to calls; 90 % of fewer is a matter of a handful of answers
_FOLDS = 10
_DRAWN = 1.0  # how strongly a part's weight is drawn to the shipped one
#: Half the width of the 90 % interval where no surveys are known. A rule of thumb, and wide.
UNCALIBRATED = 0.35

_Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Example:
    """A surveyed call: `id`, the parts of its predicted satisfaction, the answer in [0, 1]."""

    id: str
    parts: Mapping[str, float]
    answer: float


@dataclass(frozen=True, slots=True)
class Calibration:
    """`predicted = offset + sum(weights[part] * part)`, in [0, 1], give or take `half_width`."""

    offset: float
    weights: Mapping[str, float]
    half_width: float
    level: float
    surveys: int
    error_before: float  # mean absolute error of the shipped weights, and of the fitted ones on
    error_after: float  # calls that were held out

    def predict(self, parts: Mapping[str, float]) -> float:
        """Predicted satisfaction in [0, 1]; a part that was not fitted keeps its shipped weight."""
        total = self.offset + math.fsum(
            self.weights.get(name, 1.0) * x for name, x in parts.items()
        )
        return round(min(1.0, max(0.0, total)), 3)

    def interval(self, value: float) -> tuple[float, float]:
        return _around(value, self.half_width)


def predict(
    parts: Mapping[str, float], calibration: Calibration | None = None
) -> tuple[float, tuple[float, float]]:
    """Satisfaction in [0, 1] and its 90 % interval, with the centre's own weights if it has any."""
    if calibration is not None:
        value = calibration.predict(parts)
        return value, calibration.interval(value)
    value = round(min(1.0, max(0.0, 0.5 + math.fsum(parts.values()))), 3)
    return value, _around(value, UNCALIBRATED)


def fit(examples: Sequence[Example], level: float = 0.9) -> Calibration:
    """Fit the weights to surveyed calls; `level` is the share of answers an interval must hold.

    Raises ScorerError below `LEAST` surveys, or where all answers are the same.
    """
    if len(examples) < LEAST:
        raise ScorerError(
            f"{len(examples)} surveys are linked to scored calls: too few to calibrate on; "
            f"at least {LEAST} are needed, and 200 make it worth while"
        )
    if not 0.5 <= level < 1:
        raise ScorerError(f"a level of {level} is no use: choose one from 0.5 up to 0.99")
    names = sorted({name for example in examples for name in example.parts})
    table = np.array([[e.parts.get(name, 0.0) for name in names] for e in examples])
    answers = np.array([e.answer for e in examples])
    if float(answers.std()) < 1e-9:
        raise ScorerError("all surveys gave the same answer: there is nothing to calibrate on")
    folds = np.array([_fold(example.id) for example in examples])
    missed = _held_out(table, answers, folds)
    offset, weights = _ridge(table, answers)
    shipped = np.clip(0.5 + table.sum(axis=1), 0, 1)
    return Calibration(
        offset=round(offset, 4),
        weights={name: round(float(w), 4) for name, w in zip(names, weights, strict=True)},
        half_width=round(_quantile(missed, level), 4),
        level=level,
        surveys=len(examples),
        error_before=round(float(np.abs(shipped - answers).mean()), 4),
        error_after=round(float(missed.mean()), 4),
    )


def write(calibration: Calibration, path: Path) -> None:
    """Keep a calibration as JSON, whole or not at all. Raises ScorerError where it cannot."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with whole(path) as out:
            out.write((json.dumps(asdict(calibration), indent=1) + "\n").encode())
    except OSError as error:
        raise ScorerError(
            f"{path}: cannot be written ({error.strerror}); make room, then calibrate again"
        ) from error


def read(path: Path) -> Calibration | None:
    """The calibration that is kept at `path`; None where there is none.

    Raises ScorerError where the file is not one.
    """
    try:
        return Calibration(**json.loads(path.read_text(encoding="utf-8")))
    except FileNotFoundError:
        return None
    except (OSError, ValueError, TypeError) as error:
        raise ScorerError(
            f"{path}: not a calibration ({error}); run `scorer surveys calibrate` again"
        ) from None


def _held_out(table: _Floats, answers: _Floats, folds: NDArray[np.int64]) -> _Floats:
    """How far each answer lay from a prediction that had not seen it."""
    missed = np.zeros(len(answers))
    for fold in np.unique(folds):
        inside = folds == fold
        offset, weights = _ridge(table[~inside], answers[~inside])
        missed[inside] = np.abs(np.clip(offset + table[inside] @ weights, 0, 1) - answers[inside])
    return missed


def _ridge(table: _Floats, answers: _Floats) -> tuple[float, _Floats]:
    """Least squares with each weight drawn to a common scale, and that scale to 1."""
    total = table.sum(axis=1)
    scale, offset = _line(total, answers)
    rest = answers - offset - scale * total
    centred = table - table.mean(axis=0)
    drawn = _DRAWN * np.eye(table.shape[1])
    moved = np.linalg.solve(centred.T @ centred + drawn, centred.T @ (rest - rest.mean()))
    weights = scale + moved
    return float(answers.mean() - table.mean(axis=0) @ weights), weights


def _line(total: _Floats, answers: _Floats) -> tuple[float, float]:
    spread = float(((total - total.mean()) ** 2).sum())
    covered = float(((total - total.mean()) * (answers - answers.mean())).sum())
    scale = (covered + _DRAWN) / (spread + _DRAWN)  # drawn to 1, as much as a part is
    return scale, float(answers.mean() - scale * total.mean())


def _quantile(missed: _Floats, level: float) -> float:
    """The smallest width that holds `level` of the answers, counting the one still to come."""
    rank = min(len(missed), math.ceil((len(missed) + 1) * level))
    return float(np.sort(missed)[rank - 1])


def _fold(identity: str) -> int:
    """A call's fold, the same every time and on every machine."""
    return int(hashlib.sha256(identity.encode()).hexdigest()[:8], 16) % _FOLDS


def _around(value: float, half: float) -> tuple[float, float]:
    return round(max(0.0, value - half), 3), round(min(1.0, value + half), 3)
