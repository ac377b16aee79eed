"""Lessons solved: what sentences' vectors, and what is said of them, teach a cue.

`regressions` is one logistic regression for each cue; `ridge` one ridge regression for all cues of
a lesson, on random Fourier features. Both give weights and an offset whose sum is the log-odds that
a sentence means a cue.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from scorer.scoring.encoder import WIDTH, Floats
from scorer.scoring.labelled import Told
from scorer.scoring.products import product
from scorer.threads import shared_out

Doubles = NDArray[np.float64]

_SMOOTHING = 1 / 3  # of a logistic regression: how little one example may decide alone,
_OF_MANY = 5.0  # and where thousands of sentences of calls teach beside the examples
_SHARE = 0.3  # the weight of all examples that mean a cue, against those that do not
_STEPS = 12  # at most to the best weights, each squaring what is wrong with them, but
_ENOUGH = 1e-5  # no further where the largest weight has this share left to go
_REACH = 0.92  # of the kernel exp(-(distance / reach)**2): how far an example reaches
_RIDGE = 0.5  # of the ridge regression: how much one example may decide alone
_WAVES = 1024  # random directions; twice as many features
_SEED = 17  # of the directions, drawn by the one generator whose stream numpy has frozen
_MEANT = 0.1  # the share of sentences in which a cue is taken to be meant
_USUAL = (1.0, -2.0)  # the slope and offset of log-odds, where there is no call at all
_PULL = 4.0  # how many sentences' worth a cue's own odds are held near the usual
_NOTHING = (0.0, -9.0)  # the slope and offset by which no sentence means a cue


def regressions(
    vectors: Doubles,
    told: Doubles,
    held: Doubles | None = None,
    asked: Told | None = None,
) -> dict[str, NDArray[Any]]:
    """The regressions, and how their sums become odds: as the `held` sentences tell, which taught
    nothing and are met as often as calls have them; for a cue that they say nothing of, as each
    example would, were it left out."""
    held = vectors[:0] if held is None else held
    asked = np.zeros((0, told.shape[1]), np.int8) if asked is None else asked
    mean, spread = vectors.mean(axis=0), vectors.std(axis=0) * np.sqrt(vectors.shape[1])
    spread = np.maximum(spread, 1e-6)
    points, others = (
        np.concatenate([(some - mean) / spread, np.ones((len(some), 1))], axis=1)
        for some in (vectors, held)
    )
    cues, smoothing = range(told.shape[1]), _OF_MANY if len(held) else _SMOOTHING

    def solved(cue: int) -> tuple[Doubles, Doubles, Doubles]:
        rows = np.flatnonzero(told[:, cue])
        aims = told[rows, cue]
        return *_regression(points[rows], aims > 0, smoothing), aims

    weighed, *left_out = zip(*shared_out(solved, cues, "learning cues"), strict=True)
    found = np.stack(weighed, axis=1)
    judged = others @ found
    usual = _as_often_as_met(judged.ravel(), asked.ravel(), _USUAL) if len(held) else _USUAL
    odds = [
        _as_often_as_met(judged[:, cue], asked[:, cue], usual)
        if (asked[:, cue] > 0).any()
        else _logistic_fit(*(some[cue] for some in left_out))
        for cue in cues
    ]
    slopes, bases = np.array(odds).T
    weights = slopes * found[:-1] / spread[:, None]
    offset = bases + slopes * found[-1] - mean @ weights
    return {"weights": weights.astype(np.float16), "offset": offset}


def _regression(
    points: Doubles, meant: NDArray[np.bool_], smoothing: float
) -> tuple[Doubles, Doubles]:
    """The weights of a logistic regression, the last element of each point being 1, and each
    point's sum had it been left out (Rad & Maleki 2020, *A scalable estimate of the
    out-of-sample prediction error via approximate leave-one-out*)."""
    share = float(np.clip(meant.mean(), 1e-4, 1 - 1e-4))  # there may be no contrast at all
    counts = np.where(meant, _SHARE / share, (1 - _SHARE) / (1 - share))
    pull = np.append(np.full(points.shape[1] - 1, smoothing), 1e-6)

    def cost(weights: Doubles) -> float:
        sums = points @ weights
        missed = counts @ (np.logaddexp(0, sums) - meant * sums)
        return float(missed + 0.5 * pull @ weights**2)

    short = points.astype(np.float32)  # enough for the way there, and half as dear
    found: Doubles = np.zeros(points.shape[1])
    for _ in range(_STEPS):  # of Newton's method
        guess = 1 / (1 + np.exp(-(points @ found)))
        curve = counts * guess * (1 - guess)
        curved = short * np.sqrt(curve, dtype=np.float32)[:, None]
        bend = curved.T @ curved  # of itself, by half the sums
        inverse = np.linalg.inv(bend.astype(np.float64) + np.diag(pull))
        step = inverse @ (points.T @ (counts * (guess - meant)) + pull * found)
        while cost(found - step) > cost(found) + 1e-9:
            step /= 2
        found = found - step
        if np.abs(step).max() < _ENOUGH * np.abs(found).max():
            break
    own = np.einsum("ij,ij->i", points @ inverse, points)
    held_out = points @ found + counts * (guess - meant) * own / (1 - np.minimum(curve * own, 0.99))
    return found, held_out


def ridge(vectors: Floats, targets: Doubles, parties: Sequence[str]) -> dict[str, NDArray[Any]]:
    """The ridge regression, and how a sum becomes odds, judged on each example held out in turn.

    `parties` says whose turns each cue is looked for in: those of one party are solved together.
    """
    features = features_of(vectors).astype(np.float64)
    weights = np.zeros((features.shape[1], targets.shape[1]))
    base, slope, offset = np.zeros((3, targets.shape[1]))
    told = targets != 0
    for party in sorted(set(parties)):
        columns = np.array([place for place, one in enumerate(parties) if one == party])
        rows = np.flatnonzero(told[:, columns].any(axis=1))
        some, aims = features[rows], targets[np.ix_(rows, columns)]
        inverse = np.linalg.inv(some.T @ some + _RIDGE * np.eye(some.shape[1]))
        base[columns] = aims.mean(axis=0)
        weights[:, columns] = inverse @ (some.T @ (aims - base[columns]))
        # Left out, an example is missed by more: by its own leverage (Allen 1974).
        leverage = np.einsum("ij,jk,ik->i", some, inverse, some, optimize=True)
        missed = aims - base[columns] - some @ weights[:, columns]
        held_out = aims - missed / (1 - leverage)[:, None]
        for place, column in enumerate(columns):
            slope[column], offset[column] = _logistic_fit(held_out[:, place], aims[:, place])
    return {
        "weights": (weights * slope).astype(np.float16),
        "offset": base * slope + offset,
    }


def _logistic_fit(sums: Doubles, targets: Doubles) -> tuple[float, float]:
    """Slope and offset of the log-odds that a sum stands for (Platt 1999)."""
    told = targets != 0
    meant = targets[told] > 0
    few, many = int(meant.sum()), int((~meant).sum())
    aim = np.where(meant, (few + 1) / (few + 2), 1 / (many + 2))
    # However many examples a cue has, as if it were meant in the same share of sentences.
    counts = np.where(meant, _MEANT * many / few, 1 - _MEANT) / (1 - _MEANT)
    return _slope_and_offset(sums[told], aim, counts, np.zeros(2), np.full(2, 1e-3))


def _as_often_as_met(
    sums: Doubles, targets: Told, usual: tuple[float, float]
) -> tuple[float, float]:
    """The same where cues come as often as they do in calls; a few sentences move it little from
    what is usual."""
    told = targets != 0
    aim = (targets[told] > 0).astype(np.float64)
    pull = np.array([_PULL, _PULL / 4])
    return _slope_and_offset(sums[told], aim, np.ones_like(aim), np.array(usual), pull)


def _slope_and_offset(
    sums: Doubles, aim: Doubles, counts: Doubles, usual: Doubles, pull: Doubles
) -> tuple[float, float]:
    """By Newton's method, from what is usual and pulled towards it.

    Where sentences that do not mean a cue have the larger sums, too few of them were there to learn
    from: turned round, the sums would find just those, so that nothing is found by them.
    """
    design = np.stack([sums, np.ones_like(sums)], axis=1)
    found = usual
    for _ in range(30):
        guess = 1 / (1 + np.exp(-design @ found))
        slope = design.T @ (counts * (aim - guess)) - pull * (found - usual)
        curve = (design * (counts * guess * (1 - guess))[:, None]).T @ design + np.diag(pull)
        found = found + np.clip(np.linalg.solve(curve, slope), -2, 2)
    return (float(found[0]), float(found[1])) if found[0] > 0 else _NOTHING


@cache
def _waves() -> Floats:
    """The random directions whose cosines and sines stand for the kernel
    exp(-(distance / reach)**2) [shape=(384, waves)]."""
    drawn = np.random.RandomState(_SEED).standard_normal((WIDTH, _WAVES))
    waves: Floats = (drawn * np.sqrt(2) / _REACH).astype(np.float32)
    return waves


def features_of(vectors: Floats) -> Floats:
    """[shape=(sentences, 2 * waves)], each row of length 1."""
    angles = product(vectors, _waves())
    both: Floats = np.concatenate([np.cos(angles), np.sin(angles)], axis=1)
    both /= np.float32(np.sqrt(_WAVES))
    return both
