"""Cues by their meaning: how near a sentence comes to what a lead gave as examples of a cue.

A cue's `like` sentences show it and its `unlike` ones do not; the `like` of every other cue are
contrast too, but for those named `beside`, which can be meant at the same time. From all of them
one kernel ridge regression is solved in closed form (Saunders et al. 1998, *Ridge regression
learning algorithm in dual variables*), a column for each cue. So the nearest example does not
decide alone: it is weighed against all that are near and mean something else, and one more example
teaches. How sure a value is comes from the examples themselves, each held out in turn.

    meanings = Meanings.taught(cues)        # None where no weights of a model are on the machine
    meanings.strengths(["you want it by friday ."])     # [shape=(1, cues)], in [0, 1]
"""

from __future__ import annotations

import hashlib
import tempfile
import zipfile
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from scorer.paths import home
from scorer.scoring.encoder import Encoder, Floats
from scorer.scoring.schema import CueEntry

Doubles = NDArray[np.float64]

_NEARNESS = 0.5  # of the kernel, per spread of the examples: how far an example reaches
_SMOOTHING = 0.5  # of the ridge: how much one example may decide alone
_STEP = 100  # strengths are rounded to 1/100, coarser by far than processors differ
_REMEMBERED = 20_000  # sentences whose strengths are kept: some tens of megabytes
_VERSION = b"3"  # of this computation, for what lies cached


@dataclass(frozen=True)
class Meanings:
    """What the cues' examples taught. `cues` gives the order of all columns."""

    cues: tuple[str, ...]
    examples: tuple[str, ...]
    encoder: Encoder
    vectors: Floats  # [shape=(examples, 384)]
    weights: Doubles  # [shape=(examples, cues)], of each example in each cue's sum
    base: Doubles  # [shape=(cues,)], of a sentence that is near nothing
    slope: Doubles  # [shape=(cues,)], from a sum to log-odds
    offset: Doubles  # [shape=(cues,)]
    spread: float  # of the examples around their mean

    @staticmethod
    def taught(entries: Mapping[str, CueEntry]) -> Meanings | None:
        """From the cues that have a `meaning`; None without any, or without a model.

        Raises ScorerError where a model's file is there but is not the one we know.
        """
        taught = {cue: entry for cue, entry in entries.items() if entry.meaning}
        encoder = Encoder.load() if taught else None
        if encoder is None:
            return None
        examples, targets = _lessons(taught)
        parties = [one.by for entry in taught.values() if (one := entry.meaning)]
        lesson = _digest(encoder, (*taught, *parties), examples, targets)
        solved = _cached(lesson) or _keep(lesson, _solve(encoder.embed(examples), targets, parties))
        return Meanings(
            cues=tuple(taught),
            examples=examples,
            encoder=encoder,
            vectors=solved["vectors"].astype(np.float32),
            weights=solved["weights"],
            base=solved["base"],
            slope=solved["slope"],
            offset=solved["offset"],
            spread=float(solved["spread"]),
        )

    def strengths(self, sentences: Sequence[str]) -> Doubles:
        """How surely each sentence means each cue [shape=(sentences, cues)], in [0, 1]."""
        new = [one for one in dict.fromkeys(sentences) if one not in self._known]
        if len(self._known) + len(new) > _REMEMBERED:
            self._known.clear()
            new = list(dict.fromkeys(sentences))
        if new:
            near = _near(self.encoder.embed(new), self.vectors, self.spread)
            odds = (self.base + near @ self.weights) * self.slope + self.offset
            strengths = np.round(_STEP / (1 + np.exp(-odds))) / _STEP
            self._known.update(zip(new, strengths, strict=True))
        found = [self._known[one] for one in sentences]
        return np.stack(found) if found else np.zeros((0, len(self.cues)))

    def nearest(self, sentence: str, among: Collection[str]) -> str:
        """The example nearest to a sentence `among` some (a cue's `like`), as it was written."""
        places = [place for place, example in enumerate(self.examples) if example in among]
        near = _near(self.encoder.embed([sentence]), self.vectors[places], self.spread)[0]
        return self.examples[places[int(np.argmax(near))]]

    @cached_property
    def _known(self) -> dict[str, Doubles]:
        return {}


def _lessons(taught: Mapping[str, CueEntry]) -> tuple[tuple[str, ...], Doubles]:
    """Every example sentence, and what it says of each cue: 1 meant, -1 not meant, 0 nothing.

    What customers say is no contrast to what agents mean, nor the other way round.
    """
    rows: dict[str, Doubles] = {}
    column = {cue: place for place, cue in enumerate(taught)}
    lessons = [(cue, one) for cue, entry in taught.items() if (one := entry.meaning)]
    for cue, lesson in lessons:
        apart = [-1.0 if other.by == lesson.by else 0.0 for _, other in lessons]
        for example in lesson.like:
            row = rows.setdefault(example, np.array(apart))
            for other in lesson.beside:
                row[column[other]] = max(row[column[other]], 0.0)
            row[column[cue]] = 1.0
    for cue, lesson in lessons:
        for example in lesson.unlike:
            # It is said what it does not mean; what else it may mean is left open.
            row = rows.setdefault(example, np.zeros(len(column)))
            row[column[cue]] = -1.0
    return tuple(rows), np.stack(list(rows.values()))


def _solve(vectors: Floats, targets: Doubles, parties: Sequence[str]) -> dict[str, Doubles]:
    """The regression, and how a sum becomes odds, judged on each example held out in turn.

    `parties` says whose turns each cue is looked for in: those of one party are solved together.
    """
    points = vectors.astype(np.float64)
    spread = float(np.sqrt(np.mean(np.sum((points - points.mean(axis=0)) ** 2, axis=1))))
    near = _near(vectors, vectors, spread)
    weights = np.zeros_like(targets)
    base, slope, offset = np.zeros((3, targets.shape[1]))
    told = targets != 0
    for party in sorted(set(parties)):
        columns = np.array([place for place, one in enumerate(parties) if one == party])
        rows = np.flatnonzero(told[:, columns].any(axis=1))
        inverse = np.linalg.inv(near[np.ix_(rows, rows)] + _SMOOTHING * np.eye(len(rows)))
        aims = targets[np.ix_(rows, columns)]
        base[columns] = aims.mean(axis=0)
        solved = inverse @ (aims - base[columns])
        weights[np.ix_(rows, columns)] = solved
        # Left out, an example's sum is its target less weight / inverse diagonal (Allen 1974).
        held_out = aims - solved / np.diag(inverse)[:, None]
        for place, column in enumerate(columns):
            slope[column], offset[column] = _logistic_fit(held_out[:, place], aims[:, place])
    return {
        "vectors": points,
        "weights": weights,
        "base": base,
        "slope": slope,
        "offset": offset,
        "spread": np.array(spread),
    }


def _logistic_fit(sums: Doubles, targets: Doubles) -> tuple[float, float]:
    """Slope and offset of the log-odds that a sum stands for (Platt 1999), by Newton's method."""
    told = targets != 0
    x, meant = sums[told], (targets[told] > 0).astype(np.float64)
    few, many = meant.sum(), len(meant) - meant.sum()
    aim = np.where(meant > 0, (few + 1) / (few + 2), 1 / (many + 2))
    design = np.stack([x, np.ones_like(x)], axis=1)
    found = np.zeros(2)
    for _ in range(30):
        guess = 1 / (1 + np.exp(-design @ found))
        slope = design.T @ (aim - guess) - 1e-3 * found
        curve = (design * (guess * (1 - guess))[:, None]).T @ design + 1e-3 * np.eye(2)
        found = found + np.clip(np.linalg.solve(curve, slope), -2, 2)
    return float(found[0]), float(found[1])


def _near(sentences: Floats, examples: Floats, spread: float) -> Doubles:
    """How near each sentence is to each example: 1 for the same, towards 0 far away."""
    cosines = sentences.astype(np.float64) @ examples.astype(np.float64).T
    nearness: Doubles = np.exp(-_NEARNESS * (2 - 2 * cosines) / spread**2)
    return nearness


def _digest(
    encoder: Encoder, cues: tuple[str, ...], examples: tuple[str, ...], targets: Doubles
) -> str:
    digest = hashlib.sha256(_VERSION + encoder.sha256.encode())
    digest.update("\0".join((*cues, "", *examples)).encode())
    digest.update(np.ascontiguousarray(targets).tobytes())
    return digest.hexdigest()


def _place(lesson: str) -> Path:
    return home() / "cache" / f"meaning-{lesson[:32]}.npz"


def _cached(lesson: str) -> dict[str, Doubles] | None:
    try:
        with np.load(_place(lesson), allow_pickle=False) as kept:
            return {name: kept[name] for name in kept.files}
    except (OSError, ValueError, zipfile.BadZipFile):
        return None


def _keep(lesson: str, solved: dict[str, Doubles]) -> dict[str, Doubles]:
    """Laid aside for the next start; a folder that cannot be written only costs the time again."""
    place = _place(lesson)
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=place.parent, suffix=".part", delete=False) as file:
            np.savez(file, **solved)  # type: ignore[arg-type]
        Path(file.name).replace(place)
    except OSError:
        pass
    return solved
