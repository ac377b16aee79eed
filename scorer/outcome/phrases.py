"""What a few words in a row tell of what was meant: "had to ring", "on <day> and again on".

A sentence's vector (`scorer.scoring.meaning`) holds what it is about. That somebody had to do it
*again*, or that it *will* be done, stands in two or three small words, which the vector nearly
loses. So the examples of a lesson teach a second reader too: a logistic regression for each cue on
the words of a sentence, in ones and twos as they are, and in runs of up to three with every verb in
its dictionary form and days, months and numbers each as one. `meant` takes the mean of what both
say. On sentences of writers who wrote none of the examples that is much surer than either alone
(docs/accuracy.md).

    phrases = Phrases.taught(book.entries)          # None without such a lesson
    phrases.odds("effort", ["i rang on monday ."])  # log-odds [shape=(1, cues of the lesson)]

Runs of words are kept by a hash, so what was learned is one small matrix however many there are.
What the shipped cues teach lies ready in `phrases.npz` (`python -m tests.training.meaning`); where
a lead has edited an example it is learned anew and laid aside, as all lessons are.
"""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from scorer.outcome.phrase_words import runs
from scorer.paths import shipped
from scorer.scoring.lessons import Pool, by_meaning, examples_of, of_pool
from scorer.scoring.schema import CueEntry, Meaning
from scorer.scoring.sentences import plain
from scorer.scoring.solving import Doubles
from scorer.scoring.taught_files import keep, laid_aside, ready

TAUGHT = "outcome/phrases.npz"  # what the shipped cues teach, as a file that ships
LESSONS = ("effort", "promises")  # where a few small words tell; what helped is told in any words
_SLOTS = 1 << 16  # for runs of words; two that share one count as the same
_SMOOTHING = 1 / 30  # how much one example may decide alone
_SHARE = 0.3  # the weight of all examples that mean a cue, against those that do not
_STEPS, _INNER = 12, 40  # of Newton's method, and of conjugate gradients within each
_VERSION = b"1"  # of this computation, for what lies ready


@dataclass(frozen=True)
class Phrases:
    """The weight of each run of words for each cue, and an offset, by lesson."""

    cues: Mapping[Pool, tuple[str, ...]]
    weights: Mapping[Pool, Doubles]  # [shape=(slots, cues)]
    offsets: Mapping[Pool, Doubles]

    @staticmethod
    def taught(entries: Mapping[str, CueEntry]) -> Phrases | None:
        """From the examples of these cues, as they lie ready or learned now."""
        cues = by_meaning(entries)
        lessons = {name: some for name in LESSONS if (some := of_pool(cues, name))}
        if not lessons:
            return None
        digest = digest_of(lessons)
        solved = ready(shipped(TAUGHT), digest) or ready(laid_aside("phrases", digest), digest)
        if solved is None:
            solved = learn(lessons)
            keep(laid_aside("phrases", digest), solved)
        return Phrases(
            {name: tuple(some) for name, some in lessons.items()},
            {name: _unpacked(solved, name, len(some)) for name, some in lessons.items()},
            {name: solved[f"{name}_offset"] for name in lessons},
        )

    def odds(self, lesson: Pool, sentences: Sequence[str]) -> Doubles:
        """Log-odds that each sentence means each cue of a lesson [shape=(sentences, cues)]."""
        sums: Doubles = _Table(sentences).sums(self.weights[lesson]) + self.offsets[lesson]
        return sums


def learn(lessons: Mapping[Pool, Mapping[str, Meaning]]) -> dict[str, NDArray[Any]]:
    """What the examples of these lessons teach, as `phrases.npz` holds it."""
    solved: dict[str, NDArray[Any]] = {"lesson": np.array(digest_of(lessons))}
    for name, cues in lessons.items():
        examples, targets = examples_of(cues)
        table = _Table([plain(one) for one in examples])
        learned = [_regression(table, targets[:, column]) for column in range(len(cues))]
        weights = np.stack([weights for weights, _ in learned], axis=1)
        used = np.flatnonzero(np.abs(weights).max(axis=1) > 0)
        solved |= {
            f"{name}_slots": used.astype(np.uint16),
            f"{name}_weights": weights[used].astype(np.float16),
            f"{name}_offset": np.array([offset for _, offset in learned]),
        }
    return solved


class _Table:
    """Which runs of words each sentence has: the sparse matrix of the regression, each row of
    length 1."""

    def __init__(self, sentences: Sequence[str]) -> None:
        slots = [
            np.fromiter({zlib.crc32(run.encode()) % _SLOTS for run in runs(one)}, np.int64)
            for one in sentences
        ]
        self._counts = np.array([len(one) for one in slots], np.int64)
        self._slots = np.concatenate([np.zeros(0, np.int64), *slots])
        self._starts = np.cumsum(self._counts) - self._counts
        self._scale = 1 / np.sqrt(self._counts)

    def sums(self, weights: Doubles) -> Doubles:
        """Each row times the weights [shape=(slots,) or (slots, cues)]."""
        if not len(self._counts):
            return np.zeros((0, *weights.shape[1:]))
        sums = np.add.reduceat(weights[self._slots], self._starts, axis=0)
        scaled: Doubles = (sums.T * self._scale).T
        return scaled

    def spread(self, rows: Doubles) -> Doubles:
        """The transposed matrix times a number for each row [shape=(slots,)]."""
        each = np.repeat(rows * self._scale, self._counts)
        return np.bincount(self._slots, each, minlength=_SLOTS).astype(np.float64)


def _regression(table: _Table, targets: Doubles) -> tuple[Doubles, float]:
    """The weights of a logistic regression and its offset; examples whose target is 0 say nothing.

    By Newton's method, each step found by conjugate gradients no further than it pays (Dembo &
    Steihaug 1983).
    """
    told, meant = targets != 0, targets > 0
    share = float(np.clip(meant.sum() / max(told.sum(), 1), 1e-4, 1 - 1e-4))
    counts = np.where(meant, _SHARE / share, (1 - _SHARE) / (1 - share)) * told
    found = np.zeros(_SLOTS + 1)  # the last is the offset
    smoothing = np.append(np.full(_SLOTS, _SMOOTHING), 1e-6)

    def sums(weights: Doubles) -> Doubles:
        odds: Doubles = table.sums(weights[:-1]) + weights[-1]
        return odds

    def spread(rows: Doubles) -> Doubles:
        each: Doubles = np.append(table.spread(rows), rows.sum())
        return each

    def cost(weights: Doubles) -> float:
        odds = sums(weights)
        return float(counts @ (np.logaddexp(0, odds) - meant * odds) + smoothing @ weights**2 / 2)

    for _ in range(_STEPS):
        guess = 1 / (1 + np.exp(-sums(found)))
        slope = spread(counts * (guess - meant)) + smoothing * found
        curve = counts * guess * (1 - guess)

        def bend(way: Doubles, curve: Doubles = curve) -> Doubles:
            return spread(curve * sums(way)) + smoothing * way

        step = _conjugate(bend, slope)
        while cost(found - step) > cost(found) + 1e-9:
            step /= 2
        found = found - step
        if np.abs(step).max() < 1e-3:
            break
    return found[:-1], float(found[-1])


def _conjugate(bend: Callable[[Doubles], Doubles], slope: Doubles) -> Doubles:
    """The step whose bend is `slope`, by conjugate gradients, as exactly as is worth the while."""
    step, left = np.zeros_like(slope), slope.copy()
    way, size = left.copy(), float(left @ left)
    enough = min(0.25, size**0.25) ** 2 * size
    for _ in range(_INNER):
        bent = bend(way)
        far = size / float(way @ bent)
        step += far * way
        left -= far * bent
        size, before = float(left @ left), size
        if size <= enough:
            break
        way = left + size / before * way
    return step


def _unpacked(solved: Mapping[str, NDArray[Any]], lesson: Pool, cues: int) -> Doubles:
    weights: Doubles = np.zeros((_SLOTS, cues))
    weights[solved[f"{lesson}_slots"]] = solved[f"{lesson}_weights"]
    return weights


def digest_of(lessons: Mapping[Pool, Mapping[str, Meaning]]) -> str:
    """Of all that the lessons depend on, as hexadecimal text."""
    told = hashlib.sha256(_VERSION + repr((_SLOTS, _SMOOTHING, _SHARE, _STEPS, _INNER)).encode())
    for name, cues in lessons.items():
        for cue, one in cues.items():
            told.update(repr((name, cue, one.by, one.like, one.unlike, one.beside)).encode())
    return told.hexdigest()
