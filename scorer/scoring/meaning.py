"""Cues by their meaning: how near a sentence comes to what a lead gave as examples of a cue.

A cue's `like` sentences show it and its `unlike` ones do not; the `like` of every other cue are
contrast too, but for those named `beside`, which can be meant at the same time. From them a
logistic regression is solved for each cue, on the sentences' vectors, so what is kept is one small
matrix, however many examples there are. An example of which it is not said whether it means a cue
takes no part in that cue's. How sure a value is comes from the examples themselves, each held out
in turn. Cues of another `lesson` take no part either: they may be meant at the same time.

Lessons of other rooms (the outcome's) have few cues and look at pieces of sentences; for them one
ridge regression is solved on random Fourier features (Rahimi & Recht 2007, *Random features for
large-scale kernel machines*), by which an example reaches no further than its like.

    meanings = Meanings.taught(cues)        # None where no weights of a model are on the machine
    meanings.strengths(["you want it by friday ."])     # [shape=(1, cues)], in [0, 1]

The lesson of conduct is solved twice. Moments are looked for on calls, so there all examples teach,
those under `calls` too. What `shown` compares is talk of any kind, whose proportions thousands of
sentences of service calls would shift; there only `like` and `unlike` teach. Any other lesson is a
pool of its own. A sentence is read once for all of them.

What the shipped cues teach lies ready in `taught.npz` (`python -m tests.training.meaning`). Once a
lead has edited an example, it is taught anew and laid aside in the installation's own folder.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import ThreadpoolController

from scorer.paths import shipped
from scorer.scoring.encoder import WIDTH, Encoder, Floats
from scorer.scoring.schema import CONDUCT, CueEntry, Meaning
from scorer.scoring.sentences import plain
from scorer.scoring.taught_files import keep, laid_aside, ready

Doubles = NDArray[np.float64]
Bytes = NDArray[np.uint8]
#: "talk" of any kind and service "calls" are of conduct; any other lesson is a pool by its name.
Pool = str

TAUGHT = "scoring/taught.npz"  # what the shipped cues teach, as a file that ships
_SMOOTHING = 1 / 3  # of a logistic regression: how much one example may decide alone
_SHARE = 0.3  # the weight of all examples that mean a cue, against those that do not
_STEPS = 8  # to the best weights, each squaring what is wrong with them
_REACH = 0.92  # of the kernel exp(-(distance / reach)**2): how far an example reaches
_RIDGE = 0.5  # of the ridge regression: how much one example may decide alone
_WAVES = 1024  # random directions; twice as many features
_SEED = 17  # of the directions, drawn by the one generator whose stream numpy has frozen
_MEANT = 0.1  # the share of sentences in which a cue is taken to be meant
_STEP = 100  # strengths are rounded to 1/100, coarser by far than processors differ
_BLOCK = 32  # sentences in each product: one of another shape rounds its sums otherwise
_REMEMBERED = 20_000  # sentences whose strengths are kept: some ten megabytes
_VERSION = b"9"  # of this computation, for what lies ready


@dataclass(frozen=True)
class Taught:
    """What the examples of a pool taught: log-odds as a sum, with a column for each cue."""

    weights: Floats  # [shape=(384, cues)] of a vector's elements, or of its [shape=(2048, cues)]
    offset: Doubles  # [shape=(cues,)]

    def odds(self, vectors: Floats, features: Floats) -> Doubles:
        """Log-odds that each sentence means each cue [shape=(sentences, cues)]."""
        rows = vectors if len(self.weights) == vectors.shape[1] else features
        odds: Doubles = _product(rows, self.weights) + self.offset
        return odds


@dataclass(frozen=True)
class Meanings:
    """What the cues' examples taught. `cues` gives the order of columns in each pool."""

    cues: Mapping[Pool, tuple[str, ...]]
    encoder: Encoder
    taught_by: Mapping[Pool, Taught]

    @staticmethod
    def taught(entries: Mapping[str, CueEntry]) -> Meanings | None:
        """From the cues that have a `meaning`; None without any, or without a model.

        Raises ScorerError where a model's file is there but is not the one we know.
        """
        cues = by_meaning(entries)
        encoder = Encoder.load() if cues else None
        if encoder is None:
            return None
        lesson = _digest(encoder, cues)
        solved = ready(shipped(TAUGHT), lesson) or ready(laid_aside("meaning", lesson), lesson)
        if solved is None:
            solved = teach(encoder, cues)
            keep(laid_aside("meaning", lesson), solved)
        pools = {pool: tuple(some) for pool in pools_of(cues) if (some := of_pool(cues, pool))}
        return Meanings(pools, encoder, {pool: _taught(solved, pool) for pool in pools})

    def strengths(self, sentences: Sequence[str], pool: Pool = "calls") -> Doubles:
        """How surely each sentence means each cue [shape=(sentences, cues)], in [0, 1]."""
        known = self._known
        found = {one: known[one] for one in sentences if one in known}
        new = [one for one in dict.fromkeys(sentences) if one not in found]
        if new:
            read = dict(zip(new, self._hundredths(self.encoder.embed(new)), strict=True))
            found.update(read)
            if len(known) + len(read) > _REMEMBERED:
                known.clear()
            known.update(read)
        columns = self._columns[pool]
        if not found:
            return np.zeros((0, columns.stop - columns.start))
        strengths: Doubles = np.stack([found[one] for one in sentences])[:, columns] / _STEP
        return strengths

    def nearest(self, sentence: str, among: Iterable[str]) -> str:
        """The example nearest to a sentence `among` some (of a cue), as it was written."""
        examples = tuple(among)
        if examples not in self._placed:
            self._placed[examples] = self.encoder.embed([plain(one) for one in examples])
        cosines = self._placed[examples] @ self.encoder.embed([sentence])[0]
        return examples[int(np.argmax(cosines))]

    def _hundredths(self, vectors: Floats) -> Bytes:
        """How surely each sentence means each cue of each pool, of a hundred."""
        with _blas().limit(limits=1, user_api="blas"):  # too small to share out among threads
            features = _features(vectors)
            odds = np.concatenate(
                [one.odds(vectors, features) for one in self.taught_by.values()], axis=1
            )
        hundredths: Bytes = np.round(_STEP / (1 + np.exp(-odds))).astype(np.uint8)
        return hundredths

    @cached_property
    def _columns(self) -> Mapping[Pool, slice]:
        found, at = {}, 0
        for pool, cues in self.cues.items():
            found[pool] = slice(at, at + len(cues))
            at += len(cues)
        return found

    @cached_property
    def _known(self) -> dict[str, Bytes]:
        return {}

    @cached_property
    def _placed(self) -> dict[tuple[str, ...], Floats]:
        """The vectors of examples, for explanations only."""
        return {}


def by_meaning(entries: Mapping[str, CueEntry]) -> dict[str, Meaning]:
    """The lessons of those cues that have one."""
    return {cue: entry.meaning for cue, entry in entries.items() if entry.meaning}


def pool_of(meaning: Meaning) -> Pool:
    """Where a cue is looked for in calls."""
    return "calls" if meaning.lesson == CONDUCT else meaning.lesson


def pools_of(cues: Mapping[str, Meaning]) -> tuple[Pool, ...]:
    """All pools that these cues need, each in the order of its first cue."""
    return ("talk", *dict.fromkeys(pool_of(one) for one in cues.values()))


def of_pool(cues: Mapping[str, Meaning], pool: Pool) -> dict[str, Meaning]:
    """The lessons as one pool knows them: talk at large has none of what is `calls` alone."""
    if pool == "talk":
        return {cue: one for cue, one in cues.items() if one.lesson == CONDUCT and one.like}
    return {
        cue: one.model_copy(
            update={
                "like": tuple(dict.fromkeys((*one.like, *one.calls))),
                "unlike": tuple(dict.fromkeys((*one.unlike, *one.calls_unlike))),
            }
        )
        for cue, one in cues.items()
        if pool_of(one) == pool
    }


def teach(encoder: Encoder, cues: Mapping[str, Meaning]) -> dict[str, NDArray[Any]]:
    """What the examples of these cues teach, as `taught.npz` holds it."""
    solved: dict[str, NDArray[Any]] = {"lesson": np.array(_digest(encoder, cues))}
    for pool in pools_of(cues):
        lessons = of_pool(cues, pool)
        if lessons:
            examples, targets = examples_of(lessons)
            vectors = encoder.embed([plain(one) for one in examples])
            with _blas().limit(limits=1, user_api="blas"):  # threads wait longer than they work
                if pool_of(next(iter(lessons.values()))) == "calls":
                    found = _regressions(vectors.astype(np.float64), targets)
                else:
                    found = _ridge(vectors, targets, [one.by for one in lessons.values()])
            solved |= {f"{pool}_{name}": value for name, value in found.items()}
    return solved


def _taught(solved: Mapping[str, NDArray[Any]], pool: Pool) -> Taught:
    return Taught(solved[f"{pool}_weights"].astype(np.float32), solved[f"{pool}_offset"])


def _digest(encoder: Encoder, cues: Mapping[str, Meaning]) -> str:
    """Of all that a lesson depends on, as hexadecimal text."""
    told = hashlib.sha256(_VERSION + encoder.sha256.encode())
    told.update(repr((_SMOOTHING, _SHARE, _REACH, _RIDGE, _WAVES, _SEED, _MEANT)).encode())
    for cue, one in cues.items():
        lesson = (one.lesson, one.by, one.like, one.unlike, one.calls, one.calls_unlike, one.beside)
        told.update(repr((cue, *lesson)).encode())
    return told.hexdigest()


def examples_of(lessons: Mapping[str, Meaning]) -> tuple[tuple[str, ...], Doubles]:
    """Every example sentence, and what it says of each cue: 1 meant, -1 not meant, 0 nothing.

    What customers say is no contrast to what agents mean, nor the other way round.
    """
    rows: dict[str, Doubles] = {}
    column = {cue: place for place, cue in enumerate(lessons)}
    for cue, lesson in lessons.items():
        apart = [-1.0 if other.by == lesson.by else 0.0 for other in lessons.values()]
        for example in lesson.like:
            row = rows.setdefault(example, np.array(apart))
            for other in lesson.beside:
                if other in column:
                    row[column[other]] = max(row[column[other]], 0.0)
            row[column[cue]] = 1.0
    for cue, lesson in lessons.items():
        for example in lesson.unlike:
            # It is said what it does not mean; what else it may mean is left open.
            row = rows.setdefault(example, np.zeros(len(column)))
            row[column[cue]] = -1.0
    return tuple(rows), np.stack(list(rows.values()))


def _regressions(vectors: Doubles, targets: Doubles) -> dict[str, NDArray[Any]]:
    """The regressions, and how their sums become odds, judged on each example held out in turn."""
    mean, spread = vectors.mean(axis=0), vectors.std(axis=0) * np.sqrt(vectors.shape[1])
    spread = np.maximum(spread, 1e-6)
    points = np.concatenate([(vectors - mean) / spread, np.ones((len(vectors), 1))], axis=1)
    weights, offset = np.zeros((vectors.shape[1], targets.shape[1])), np.zeros(targets.shape[1])
    for column in range(targets.shape[1]):
        told = np.flatnonzero(targets[:, column])
        found, held_out = _regression(points[told], targets[told, column] > 0)
        slope, base = _logistic_fit(held_out, targets[told, column])
        weights[:, column] = slope * found[:-1] / spread
        offset[column] = base + slope * found[-1] - mean @ weights[:, column]
    return {"weights": weights.astype(np.float16), "offset": offset}


def _regression(points: Doubles, meant: NDArray[np.bool_]) -> tuple[Doubles, Doubles]:
    """The weights of a logistic regression, the last element of each point being 1, and each
    point's sum had it been left out (Rad & Maleki 2020, *A scalable estimate of the
    out-of-sample prediction error via approximate leave-one-out*)."""
    share = float(np.clip(meant.mean(), 1e-4, 1 - 1e-4))  # there may be no contrast at all
    counts = np.where(meant, _SHARE / share, (1 - _SHARE) / (1 - share))
    smoothing = np.append(np.full(points.shape[1] - 1, _SMOOTHING), 1e-6)

    def cost(weights: Doubles) -> float:
        sums = points @ weights
        missed = counts @ (np.logaddexp(0, sums) - meant * sums)
        return float(missed + 0.5 * smoothing @ weights**2)

    short = points.astype(np.float32)  # enough for the way there, and half as dear
    found: Doubles = np.zeros(points.shape[1])
    for _ in range(_STEPS):  # of Newton's method
        guess = 1 / (1 + np.exp(-(points @ found)))
        curve = counts * guess * (1 - guess)
        bend = (short.T * curve.astype(np.float32)) @ short
        inverse = np.linalg.inv(bend.astype(np.float64) + np.diag(smoothing))
        step = inverse @ (points.T @ (counts * (guess - meant)) + smoothing * found)
        while cost(found - step) > cost(found) + 1e-9:
            step /= 2
        found = found - step
    own = np.einsum("ij,ij->i", points @ inverse, points)
    held_out = points @ found + counts * (guess - meant) * own / (1 - np.minimum(curve * own, 0.99))
    return found, held_out


def _ridge(vectors: Floats, targets: Doubles, parties: Sequence[str]) -> dict[str, NDArray[Any]]:
    """The ridge regression, and how a sum becomes odds, judged on each example held out in turn.

    `parties` says whose turns each cue is looked for in: those of one party are solved together.
    """
    features = _features(vectors).astype(np.float64)
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
    """Slope and offset of the log-odds that a sum stands for (Platt 1999), by Newton's method."""
    told = targets != 0
    x, meant = sums[told], (targets[told] > 0).astype(np.float64)
    few, many = meant.sum(), len(meant) - meant.sum()
    aim = np.where(meant > 0, (few + 1) / (few + 2), 1 / (many + 2))
    # However many examples a cue has, as if it were meant in the same share of sentences.
    counts = np.where(meant > 0, _MEANT * many / few, 1 - _MEANT) / (1 - _MEANT)
    design = np.stack([x, np.ones_like(x)], axis=1)
    found = np.zeros(2)
    for _ in range(30):
        guess = 1 / (1 + np.exp(-design @ found))
        slope = design.T @ (counts * (aim - guess)) - 1e-3 * found
        curve = (design * (counts * guess * (1 - guess))[:, None]).T @ design + 1e-3 * np.eye(2)
        found = found + np.clip(np.linalg.solve(curve, slope), -2, 2)
    return float(found[0]), float(found[1])


@cache
def _waves() -> Floats:
    """The random directions whose cosines and sines stand for the kernel
    exp(-(distance / reach)**2) [shape=(384, waves)]."""
    drawn = np.random.RandomState(_SEED).standard_normal((WIDTH, _WAVES))
    waves: Floats = (drawn * np.sqrt(2) / _REACH).astype(np.float32)
    return waves


def _features(vectors: Floats) -> Floats:
    """[shape=(sentences, 2 * waves)], each row of length 1."""
    angles = _product(vectors, _waves())
    both: Floats = np.concatenate([np.cos(angles), np.sin(angles)], axis=1)
    both /= np.float32(np.sqrt(_WAVES))
    return both


def _product(rows: Floats, matrix: Floats) -> Floats:
    """`rows @ matrix`, block by block, so that a row does not depend on how many there are."""
    made = np.empty((len(rows), matrix.shape[1]), np.float32)
    for first in range(0, len(rows), _BLOCK):
        some = rows[first : first + _BLOCK]
        if len(some) < _BLOCK:
            some = np.concatenate([some, np.zeros((_BLOCK - len(some), rows.shape[1]), np.float32)])
        made[first : first + _BLOCK] = (some @ matrix)[: len(rows) - first]
    return made


@cache
def _blas() -> ThreadpoolController:
    return ThreadpoolController()
