"""Teaches the network that reads blocks, each by itself (`networks.by_block`); see `verdicts`.

It is taught twice (or as often as asked) from other beginnings and made one. Dropout and decay keep
it from learning the calls by heart.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import optax

from tests.training.lessons import Marked, dropped

HIDDEN, EPOCHS, RATE, DECAY, BATCH = 384, 25, 2e-3, 2.0, 256
UNSEEN_INPUTS, UNSEEN_HIDDEN = 0.6, 0.5  # shares left out at each step
BEGINNINGS = 2


def learn(calls: Sequence[Marked], seed: int, beginnings: int = BEGINNINGS) -> dict[str, Any]:
    """A network from marked calls."""
    points, aims, counts = (
        np.concatenate([getattr(one, name) for one in calls]).astype(np.float32)
        for name in ("points", "aims", "counts")
    )
    return together([_learn(points, aims, counts, seed + nth) for nth in range(beginnings)])


def told(taught: dict[str, Any], call: Marked) -> Any:
    """The sums of a call's blocks [shape=(blocks, outputs)], as `networks.by_block` has them."""
    return np.asarray(net(taught, call.points))


def _learn(points: Any, aims: Any, counts: Any, seed: int) -> dict[str, Any]:
    key = jax.random.PRNGKey(seed)
    one, two, three = jax.random.split(key, 3)
    width, out = points.shape[1], aims.shape[1]
    taught = {
        "first": jax.random.normal(one, (width, HIDDEN)) * width**-0.5,
        "first_base": jnp.zeros(HIDDEN),
        "second": jax.random.normal(two, (HIDDEN, out)) * HIDDEN**-0.5 * 0.1,
        "direct": jax.random.normal(three, (width, out)) * 1e-3,
        "base": jnp.full(out, -3.0),
    }
    steps = EPOCHS * (len(points) // BATCH)
    rule = optax.adamw(optax.warmup_cosine_decay_schedule(0, RATE, 50, steps), weight_decay=DECAY)

    def missed(taught: Any, some: Any, aim: Any, count: Any, key: Any) -> Any:
        cost = optax.sigmoid_binary_cross_entropy(net(taught, some, key), aim)
        return (cost * count).sum() / len(some)

    @jax.jit
    def step(taught: Any, state: Any, some: Any, aim: Any, count: Any, key: Any) -> Any:
        change, state = rule.update(jax.grad(missed)(taught, some, aim, count, key), state, taught)
        return optax.apply_updates(taught, change), state

    state, drawn = rule.init(taught), np.random.RandomState(seed)
    for _ in range(EPOCHS):
        order = drawn.permutation(len(points))
        for first in range(0, len(order) - BATCH + 1, BATCH):
            key, now = jax.random.split(key)
            rows = order[first : first + BATCH]
            taught, state = step(taught, state, points[rows], aims[rows], counts[rows], now)
    return taught


def net(taught: Any, points: Any, key: Any = None) -> Any:
    """As `networks.by_block` has it; with a key some of it is left out, by chance."""
    one, two = (None, None) if key is None else jax.random.split(key)
    points = dropped(points, UNSEEN_INPUTS, one)
    hidden = jax.nn.gelu(points @ taught["first"] + taught["first_base"])
    hidden = dropped(hidden, UNSEEN_HIDDEN, two)
    return hidden @ taught["second"] + points @ taught["direct"] + taught["base"]


def together(nets: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """One network whose sums are the mean of several networks' sums."""
    return {
        "first": jnp.concatenate([one["first"] for one in nets], axis=1),
        "first_base": jnp.concatenate([one["first_base"] for one in nets]),
        "second": jnp.concatenate([one["second"] for one in nets]) / len(nets),
        "direct": sum(one["direct"] for one in nets) / len(nets),
        "base": sum(one["base"] for one in nets) / len(nets),
    }
