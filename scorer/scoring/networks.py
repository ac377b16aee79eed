"""The two networks by whose mean `verdicts` goes.

One reads each block with what stands in and around it (`by_block`). The other reads the sentences
of a call in their order and finds out itself which of them matter to which (`by_call`; Vaswani et
al. 2017, *Attention is all you need*; levelled first, as Xiong et al. 2020 have it). Each errs
where the other does not. `tests.training.verdicts` teaches both.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scorer.scoring.encoder import Floats
from scorer.scoring.products import product

REACH = 12  # blocks, within which one sentence is looked at for another
EDGE = 8  # blocks that are told apart at the beginning and at the end of a call
LEAST = 1e-5  # of a variance
_FAR_OFF = 6.0  # standard deviations to which what is read is cut
_TOGETHER = 64  # blocks at a time, so that hours of talk are never held against each other,
_LOOKING = 256  # and sentences that look around at a time, so that one who never stops is not
_BEND = np.float32(np.sqrt(2 / np.pi))

Arrays = Mapping[str, Floats]


@dataclass(frozen=True, slots=True)
class Lines:
    """The sentences that stand in a call's blocks, in their order."""

    number: NDArray[np.int64]  # of each sentence, among all that `Spoken` has
    block: NDArray[np.int64]  # of each sentence
    of_agent: NDArray[np.bool_]  # whether each block is the agent's
    vectors: Floats  # of all that `Spoken` has [shape=(all, 4, 384)]

    def edges(self) -> NDArray[np.int64]:
        """1 for the first sentence of a block, 2 for its last, 3 for an only one, 0 between."""
        turns = np.diff(self.block, prepend=-1, append=-1) != 0
        edges: NDArray[np.int64] = turns[:-1] + 2 * turns[1:]
        return edges


def standard(read: Floats, mean: Floats, scale: Floats) -> Floats:
    """What was read, in standard deviations from its mean."""
    points: Floats = np.clip((read - mean) * scale, -_FAR_OFF, _FAR_OFF).astype(np.float32)
    return points


def by_block(kept: Arrays, points: Floats) -> Floats:
    """The sums of each block [shape=(blocks, outputs)] from what stands in and around it
    [shape=(blocks, features)]."""
    hidden = _gelu(product(points, kept["first"]) + kept["first_base"])
    sums: Floats = product(hidden, kept["second"]) + product(points, kept["direct"]) + kept["base"]
    return sums


def by_call(kept: Arrays, lines: Lines, points: Floats) -> tuple[Floats, Floats]:
    """The sums of each block [shape=(blocks, outputs)] from a call's sentences, and from what
    stands around each block but for sentences' vectors [shape=(blocks, features)]; and those of
    each sentence, if its block had no other one [shape=(sentences, outputs)].

    Each layer looks `REACH` blocks around, so some blocks at a time come to the same as all.
    """
    around, many = REACH * len(kept["near"]), len(points)
    sums = np.zeros((many, len(kept["base"])), np.float32)
    alone = np.zeros((len(lines.block), len(kept["base"])), np.float32)
    for first in range(0, many, _TOGETHER):
        last = min(first + _TOGETHER, many)
        begin, end = max(first - around, 0), min(last + around, many)
        here = np.flatnonzero((lines.block >= begin) & (lines.block < end))
        block = lines.block[here]
        states = _read(kept, _given(kept, lines, points, here), block)
        told = _told(kept, *_pooled(states, block - begin, end - begin))
        sums[first:last] = told[first - begin : last - begin]
        own = (block >= first) & (block < last)
        alone[here[own]] = _told(kept, states[own], states[own])
    return sums, alone


def _given(kept: Arrays, lines: Lines, points: Floats, here: NDArray[np.int64]) -> Floats:
    """What is known of some sentences each by itself: its vectors, who says it, where it stands."""
    block, vectors = lines.block[here], lines.vectors[lines.number[here]]
    read = standard(vectors, kept["mean"], kept["scale"]).reshape(len(here), len(kept["vectors"]))
    states: Floats = product(read, kept["vectors"]) + kept["vectors_base"]
    states += product(points[block], kept["points"])
    states += kept["side"][np.where(lines.of_agent[block], 0, 1)]
    states += kept["edge"][lines.edges()[here]]
    states += kept["begin"][np.minimum(block, EDGE - 1)]
    states += kept["end"][np.minimum(len(points) - 1 - block, EDGE - 1)]
    return states


def _read(kept: Arrays, states: Floats, block: NDArray[np.int64]) -> Floats:
    """Some sentences in a row, having looked at each other [shape=(sentences, width)]."""
    for layer in range(len(kept["near"])):
        states = _layer({name: kept[name][layer] for name in OF_LAYER}, states, block)
    return _level(states, kept["level"])


def _pooled(states: Floats, block: NDArray[np.int64], blocks: int) -> tuple[Floats, Floats]:
    """The mean and the most of each block's sentences; nothing where it has none."""
    mean = np.zeros((blocks, states.shape[1]), np.float32)
    most = np.full_like(mean, -np.inf)
    np.add.at(mean, block, states)
    np.maximum.at(most, block, states)
    sentences = np.bincount(block, minlength=blocks)[:, None]
    mean /= np.maximum(sentences, 1)
    return mean, np.where(sentences, most, np.float32(0))


def _told(kept: Arrays, mean: Floats, most: Floats) -> Floats:
    """The sums of what some sentences have in the mean and at most."""
    both = np.concatenate([mean, most], axis=1)
    hidden = _gelu(product(both, kept["first"]) + kept["first_base"])
    sums: Floats = product(np.concatenate([both, hidden], axis=1), kept["second"]) + kept["base"]
    return sums


#: What each layer has of its own.
OF_LAYER = (
    "level_asked", "asked", "answered", "near", "level_wide", "wide", "wide_base", "narrow",
)  # fmt: skip


def _layer(kept: Arrays, states: Floats, block: NDArray[np.int64]) -> Floats:
    """Each sentence, having looked at those around it."""
    many, width = states.shape
    heads = len(kept["near"])
    asked = product(_level(states, kept["level_asked"]), kept["asked"])
    asks, has, says = asked.reshape(many, 3, heads, width // heads).transpose(1, 2, 0, 3)
    told = [
        _looked(kept, asks[:, some], has, says, block[some, None] - block)
        for some in (slice(first, first + _LOOKING) for first in range(0, many, _LOOKING))
    ]
    answers: Floats = np.concatenate([states[:0], *told])
    states = states + product(answers, kept["answered"])
    hidden = _gelu(product(_level(states, kept["level_wide"]), kept["wide"]) + kept["wide_base"])
    deeper: Floats = states + product(hidden, kept["narrow"])
    return deeper


def _looked(
    kept: Arrays, asks: Floats, has: Floats, says: Floats, apart: NDArray[np.int64]
) -> Floats:
    """What some sentences are told by all of them [shape=(some, width)]. `apart`: blocks between
    any two."""
    heads, some, size = asks.shape
    fits = product(asks, has.swapaxes(1, 2)) * np.float32(size**-0.5)
    fits += kept["near"][:, np.clip(apart, -REACH, REACH) + REACH]
    fits[:, np.abs(apart) > REACH] = -np.inf
    told: Floats = product(_shares(fits), says).swapaxes(0, 1).reshape(some, heads * size)
    return told


def _shares(fits: Floats) -> Floats:
    """What falls to each, of one in all, along the last axis."""
    powers = np.exp(fits - fits.max(axis=-1, keepdims=True, initial=-np.inf))
    shares: Floats = powers / powers.sum(axis=-1, keepdims=True)
    return shares


def _level(states: Floats, scale: Floats) -> Floats:
    """Ba et al. 2016, *Layer Normalization*, without its shift."""
    centred = states - states.mean(axis=-1, keepdims=True)
    spread = np.sqrt((centred**2).mean(axis=-1, keepdims=True) + np.float32(LEAST))
    levelled: Floats = centred / spread * scale
    return levelled


def _gelu(sums: Floats) -> Floats:
    """Hendrycks & Gimpel 2016, by its hyperbolic tangent."""
    bent = np.tanh(_BEND * sums * (1 + np.float32(0.044715) * sums * sums))  # no power: it is slow
    curved: Floats = np.float32(0.5) * sums * (1 + bent)
    return curved
