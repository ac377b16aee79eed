"""Teaches the network that reads all the sentences of a call (`networks.by_call`); see `verdicts`.

It is small and much of what it sees is left out, whole sentences too: some four thousand calls
would else be learned by heart within minutes.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import optax

from scorer.scoring.blocks import around
from scorer.scoring.networks import EDGE, LEAST, OF_LAYER, REACH
from tests.training.lessons import Marked, dropped

WIDTH, HEADS, LAYERS = 192, 6, 2
EPOCHS, RATE, DECAY, CALLS = 10, 1e-3, 0.3, 8
WARM_UP, LONGEST_STEP = 200, 1.0
UNSEEN_VECTORS, UNSEEN_POINTS, UNSEEN_STATES, UNSEEN_SHARES = 0.4, 0.5, 0.25, 0.1
UNSEEN_POOLED, UNSEEN_SENTENCES = 0.3, 0.1
SENTENCES = (24, 40, 64, 96, 160)  # to which a call is filled up, so that little is compiled
BLOCKS = 8
NOBODY = -1  # the block of what only fills up
JITTER = 12  # sentences, by which calls that are read together differ


def learn(calls: Sequence[Marked], seed: int) -> dict[str, Any]:
    """A network from marked calls."""
    taught = begun(jax.random.PRNGKey(seed), calls[0])
    steps = EPOCHS * (len(calls) // CALLS)
    decays = jax.tree_util.tree_map(lambda value: value.ndim >= 2, taught)
    rate = optax.warmup_cosine_decay_schedule(0, RATE, WARM_UP, steps)
    rule = optax.chain(
        optax.clip_by_global_norm(LONGEST_STEP),
        optax.adamw(rate, b2=0.98, weight_decay=DECAY, mask=decays),
    )

    def missed(taught: Any, some: Any, aims: Any, counts: Any, key: Any) -> Any:
        cost = optax.sigmoid_binary_cross_entropy(read(taught, some, key), aims)
        return (cost * counts).sum() / len(aims)

    @jax.jit
    def step(taught: Any, state: Any, some: Any, aims: Any, counts: Any, key: Any) -> Any:
        change, state = rule.update(
            jax.grad(missed)(taught, some, aims, counts, key), state, taught
        )
        return optax.apply_updates(taught, change), state

    state, drawn, key = rule.init(taught), np.random.RandomState(seed), jax.random.PRNGKey(seed + 1)
    for _ in range(EPOCHS):
        for rows in alike(calls, drawn):
            key, now = jax.random.split(key)
            some, aims, counts = together([calls[row] for row in rows])
            lost = drawn.rand(*some["block"].shape) < UNSEEN_SENTENCES
            some["block"] = np.where(lost, NOBODY, some["block"])
            taught, state = step(taught, state, some, aims, counts, now)
    return taught


@jax.jit
def _sums(taught: Any, some: Any) -> Any:
    return read(taught, some)


def told(taught: dict[str, Any], call: Marked) -> Any:
    """The sums of a call's blocks [shape=(blocks, outputs)], as `networks.by_call` has them."""
    return np.asarray(_sums(taught, together([call])[0]))[0, : len(call.points)]


def alike(calls: Sequence[Marked], drawn: Any) -> Iterator[Any]:
    """Which calls are read together: those of about one length, in any order."""
    order = np.argsort([len(one.lines.block) + drawn.rand() * JITTER for one in calls])
    groups = [order[at : at + CALLS] for at in range(0, len(order) - CALLS + 1, CALLS)]
    drawn.shuffle(groups)
    yield from groups


def together(calls: Sequence[Marked]) -> tuple[dict[str, Any], Any, Any]:
    """Some calls, filled up to one length; their aims, and what of these counts."""
    longest = max(len(one.lines.block) for one in calls)
    sentences = next((many for many in SENTENCES if many >= longest), longest)
    blocks = -(-max(len(one.points) for one in calls) // BLOCKS) * BLOCKS

    def filled(values: Any, length: int, empty: float = 0) -> Any:
        shape = (len(values), length, *values[0].shape[1:])
        made = np.full(shape, empty, values[0].dtype)
        for place, one in enumerate(values):
            made[place, : len(one)] = one
        return made

    some = {
        "vectors": filled([one.lines.vectors for one in calls], sentences),
        "block": filled([one.lines.block for one in calls], sentences, NOBODY),
        "edge": filled([one.lines.edges() for one in calls], sentences),
        "of_agent": filled([one.lines.of_agent for one in calls], blocks),
        "points": filled([around(one.points) for one in calls], blocks),
        "many": np.array([len(one.points) for one in calls]),
    }
    aims = filled([one.aims for one in calls], blocks)
    return some, aims, filled([one.counts for one in calls], blocks)


def begun(key: Any, like: Marked) -> dict[str, Any]:
    keys = iter(jax.random.split(key, 32))

    def drawn(*shape: int, by: float = 1.0) -> Any:
        return jax.random.normal(next(keys), shape) * by * shape[-2] ** -0.5

    vectors, points = like.lines.vectors[0].size, around(like.points).shape[1]
    return {
        "vectors": drawn(vectors, WIDTH),
        "vectors_base": jnp.zeros(WIDTH),
        "points": drawn(points, WIDTH, by=0.5),
        "side": drawn(2, WIDTH, by=0.3),
        "edge": drawn(4, WIDTH, by=0.3),
        "begin": drawn(EDGE, WIDTH, by=0.3),
        "end": drawn(EDGE, WIDTH, by=0.3),
        "near": jnp.zeros((LAYERS, HEADS, 2 * REACH + 1)),
        "level_asked": jnp.ones((LAYERS, WIDTH)),
        "asked": drawn(LAYERS, WIDTH, 3 * WIDTH),
        "answered": drawn(LAYERS, WIDTH, WIDTH, by=0.5),
        "level_wide": jnp.ones((LAYERS, WIDTH)),
        "wide": drawn(LAYERS, WIDTH, 4 * WIDTH),
        "wide_base": jnp.zeros((LAYERS, 4 * WIDTH)),
        "narrow": drawn(LAYERS, 4 * WIDTH, WIDTH, by=0.5),
        "level": jnp.ones(WIDTH),
        "first": drawn(2 * WIDTH, WIDTH),
        "first_base": jnp.zeros(WIDTH),
        "second": drawn(3 * WIDTH, like.aims.shape[1], by=0.1),
        "base": jnp.full(like.aims.shape[1], -3.0),
    }


def read(taught: Any, some: Any, key: Any = None) -> Any:
    """As `networks.by_call` has it, for several calls; with a key some is left out, by chance."""
    keys = iter([None] * 16 if key is None else jax.random.split(key, 16))
    real = some["block"] >= 0
    block = jnp.maximum(some["block"], 0)

    def of_block(values: Any) -> Any:
        return jnp.take_along_axis(values, block[..., None], axis=1)

    states = dropped(some["vectors"].astype(jnp.float32), UNSEEN_VECTORS, next(keys))
    points = dropped(some["points"].astype(jnp.float32), UNSEEN_POINTS, next(keys))
    states = states.reshape(*block.shape, -1) @ taught["vectors"] + taught["vectors_base"]
    states += of_block(points @ taught["points"])
    states += taught["side"][of_block(1 - some["of_agent"][..., None].astype(jnp.int32))[..., 0]]
    states += taught["edge"][some["edge"]]
    states += taught["begin"][jnp.minimum(block, EDGE - 1)]
    states += taught["end"][jnp.clip(some["many"][:, None] - 1 - block, 0, EDGE - 1)]
    states = dropped(states, UNSEEN_STATES, next(keys))
    apart = block[:, :, None] - block[:, None, :]
    seen = real[:, None, :] & (abs(apart) <= REACH)
    for layer in range(LAYERS):
        kept = {name: taught[name][layer] for name in OF_LAYER}
        states += _answered(kept, states, apart, seen, keys)
        hidden = jax.nn.gelu(_level(states, kept["level_wide"]) @ kept["wide"] + kept["wide_base"])
        states += dropped(hidden @ kept["narrow"], UNSEEN_STATES, next(keys))
    states = _level(states, taught["level"])
    both = dropped(_pooled(states, block, real, points.shape[1]), UNSEEN_POOLED, next(keys))
    hidden = jax.nn.gelu(both @ taught["first"] + taught["first_base"])
    hidden = dropped(hidden, UNSEEN_POOLED, next(keys))
    return jnp.concatenate([both, hidden], axis=-1) @ taught["second"] + taught["base"]


def _answered(kept: Any, states: Any, apart: Any, seen: Any, keys: Iterator[Any]) -> Any:
    calls, many, _ = states.shape
    asked = _level(states, kept["level_asked"]) @ kept["asked"]
    asks, has, says = jnp.moveaxis(asked.reshape(calls, many, 3, HEADS, -1), 2, 0)
    fits = jnp.einsum("cnhw,cmhw->chnm", asks, has) * (WIDTH // HEADS) ** -0.5
    fits += jnp.moveaxis(kept["near"][:, jnp.clip(apart, -REACH, REACH) + REACH], 0, 1)
    shares = jax.nn.softmax(jnp.where(seen[:, None], fits, -1e9))
    shares = dropped(shares, UNSEEN_SHARES, next(keys))
    answers = jnp.einsum("chnm,cmhw->cnhw", shares, says).reshape(calls, many, WIDTH)
    return dropped(answers @ kept["answered"], UNSEEN_STATES, next(keys))


def _pooled(states: Any, block: Any, real: Any, blocks: int) -> Any:
    """The mean and the most of each block's sentences; nothing where it has none."""
    own = (block[:, None, :] == jnp.arange(blocks)[:, None]) & real[:, None, :]
    many = own.sum(axis=-1, keepdims=True)
    mean = own.astype(jnp.float32) @ states / jnp.maximum(many, 1)
    places = jnp.where(real, block, blocks)
    most = jax.vmap(lambda some, at: jax.ops.segment_max(some, at, blocks + 1)[:-1])(states, places)
    return jnp.concatenate([mean, jnp.where(many > 0, most, 0)], axis=-1)


def _level(states: Any, scale: Any) -> Any:
    centred = states - states.mean(axis=-1, keepdims=True)
    return centred * jax.lax.rsqrt((centred**2).mean(axis=-1, keepdims=True) + LEAST) * scale
