"""How courteous a turn is, as readers marked some 2,700 exchanges of seven kinds of talk.

No cue says it: courtesy is in the whole of a turn, and a plain question among experts is as plain
as a curt one. So a linear regression on the mean of a turn's sentences, as MiniLM reads any talk,
was taught what readers marked as rude, neutral or polite (`python -m tests.training.courtesy`).
A rubric's `shown` weighs it; it enters no score.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

import numpy as np

from scorer.paths import shipped
from scorer.scoring.encoder import Floats
from scorer.scoring.marks import hundredths
from scorer.scoring.spoken import Spoken

TAUGHT = "scoring/courtesy.npz"


@dataclass(frozen=True, eq=False)
class Taught:
    """The regression, in standard deviations of what readers' exchanges come to."""

    encoder: str  # sha256 of the weights that it was taught with
    weights: Floats  # [shape=(384,)]
    offset: float


def by_turn(spoken: Spoken) -> Mapping[int, float]:
    """How courteous each turn is that has a sentence: 0 as most are, below 0 less, mostly in
    [-3, 3]. Nothing where it was not taught with the encoder at hand."""
    known, meanings = taught(), spoken.book.meanings
    if known is None or meanings is None or known.encoder != meanings.encoder.sha256:
        return {}
    told = spoken.vectors[:, 0].astype(np.float64) @ known.weights + known.offset
    many = np.bincount(spoken.turns)
    mean = hundredths(np.bincount(spoken.turns, told) / np.maximum(many, 1))
    return {turn: float(mean[turn]) for turn in np.flatnonzero(many).tolist()}


@cache
def taught() -> Taught | None:
    """What ships with the program; None where it does not."""
    try:
        with np.load(shipped(TAUGHT), allow_pickle=False) as kept:
            return Taught(str(kept["encoder"]), kept["weights"], float(kept["offset"]))
    except OSError:
        return None
