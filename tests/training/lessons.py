"""What both networks of `verdicts` are taught with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import jax

from scorer.scoring.networks import Lines


@dataclass(frozen=True)
class Marked:
    """A call as the networks see it, and what each of its blocks is to be told as."""

    lines: Lines  # vectors of the sentences in blocks only, in standard deviations
    points: Any  # [shape=(blocks, features)], too
    aims: Any  # [shape=(blocks, outputs)]
    counts: Any  # which of them count


def dropped(values: Any, share: float, key: Any) -> Any:
    """Some of the values left out, by chance, and the others as much larger; all without a key."""
    if key is None:
        return values
    return values * jax.random.bernoulli(key, 1 - share, values.shape) / (1 - share)
