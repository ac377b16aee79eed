"""Teaches how courteous a turn is: `python -m tests.training.courtesy` (half a minute).

The exchanges in `exchanges/`, each file by a writer of its own and marked by other readers, teach a
ridge regression. How much one exchange may decide alone is chosen by kinds of talk that taught
nothing: each file in turn is read by what the others taught. Nothing of any evaluation set is
among them. What is written is `scorer/scoring/courtesy.npz`.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from scorer.paths import shipped
from scorer.scoring.courtesy import TAUGHT
from scorer.scoring.rubric import load
from scorer.scoring.spoken import Spoken
from scorer.scoring.talk import Conversation
from tests.support.exchanges import exchanges

HERE = Path(__file__).parent / "exchanges"
SMOOTHINGS = (100.0, 300.0, 1000.0, 3000.0, 10000.0)


def main() -> None:
    cues = load(shipped("rubrics")).cues
    assert cues.meanings is not None, "needs the encoder"
    vectors, marks, files = [], [], []
    for file in sorted(HERE.glob("*.txt")):
        for one in exchanges(file):
            spoken = Spoken(Conversation(one.call), cues)
            said = spoken.vectors[spoken.by("agent"), 0]
            if len(said):
                vectors.append(said.mean(axis=0))
                marks.append(one.marks["P"])
                files.append(file.stem)
    read, aims, kinds = np.array(vectors, np.float64), np.array(marks), np.array(files)

    errors = {smoothing: held_out(read, aims, kinds, smoothing) for smoothing in SMOOTHINGS}
    best = min(errors, key=lambda one: errors[one])
    weights, offset = ridge(read, aims, best)
    sums = read @ weights + offset
    place = shipped("scoring") / Path(TAUGHT).name
    np.savez_compressed(
        place,
        encoder=cues.meanings.encoder.sha256,
        weights=(weights / sums.std()).astype(np.float32),
        offset=(offset - sums.mean()) / sums.std(),
    )
    told = {smoothing: round(error, 4) for smoothing, error in errors.items()}
    print(f"{place}: {len(aims)} exchanges; squared errors on files held out {told}")
    print(f"squared error of their mean {aims.var():.4f}; {sums.std():.3f} of a mark is 1")


def ridge(read: np.ndarray, aims: np.ndarray, smoothing: float) -> tuple[np.ndarray, float]:
    """Weights and an offset, on vectors in standard deviations."""
    mean, spread = read.mean(axis=0), read.std(axis=0)
    points = (read - mean) / spread
    bend = points.T @ points + smoothing * np.eye(points.shape[1])
    weights = np.linalg.solve(bend, points.T @ (aims - aims.mean())) / spread
    return weights, float(aims.mean() - mean @ weights)


def held_out(read: np.ndarray, aims: np.ndarray, kinds: np.ndarray, smoothing: float) -> float:
    """The squared error on each file of what the others taught."""
    missed = np.zeros(len(aims))
    for kind in np.unique(kinds):
        here = kinds == kind
        weights, offset = ridge(read[~here], aims[~here], smoothing)
        missed[here] = read[here] @ weights + offset - aims[here]
    return float((missed**2).mean())


if __name__ == "__main__":
    main()
