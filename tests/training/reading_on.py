"""Teaches the layers that read calls further, by whole calls: `python -m tests.training.reading_on`
(five minutes on an H200; for a CPU it is a matter of hours).

`reading` taught them what single sentences mean, by 600 calls labelled sentence by sentence. Nearly
ten times as many are marked by what a reviewer would mark. Here the same two layers learn from
those, together with a network that reads whole calls (`whole_calls`) by the marks of all rubrics,
while the cues go on being asked as `reading` asks them. A tenth of the pieces of words is hidden at
each step, as a recogniser mishears. The network is thrown away: `verdicts` teaches its own, which
has more to look at.

It goes on from `scorer/scoring/reading.npz` and writes it anew; so run it once, after `reading`,
and `meaning`, `verdicts` and `optional` after it. (What ships was taught so with the sentences
packed into rows, which differs in nothing but what chance leaves out.)

Needs what no installation needs: `pip install jax optax`, jax for the accelerator at hand.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import optax
from tqdm import tqdm

from scorer.call import Turn
from scorer.paths import shipped
from scorer.scoring import encoder_weights, onnx_parts
from scorer.scoring.blocks import PLACES, around
from scorer.scoring.encoder import tuned_layers
from scorer.scoring.labelled import told_by_calls
from scorer.scoring.lessons import by_meaning
from scorer.scoring.moments import MARKED
from scorer.scoring.networks import standard
from scorer.scoring.rubric import Rubrics, available, load
from scorer.scoring.score import cues_of
from tests.training import optional, reading, whole_calls
from tests.training.lessons import Marked, dropped
from tests.training.marked_calls import (
    LookedAt,
    Read,
    aims_of,
    marked_calls,
    marks_of,
    read,
    side_of,
)
from tests.training.verdicts import CRITERIA, scales_of

EPOCHS, RATE, NET_RATE, HEAD_RATE = 10, 1e-4, whole_calls.RATE, 1e-3
DECAY, HEAD_DECAY, LONGEST_STEP = 0.01, 0.001, 5.0
HIDDEN = 0.1  # of the pieces of words,
MASK = 103  # by BERT's piece for what is hidden
CUES, CUES_COUNT = 64, 0.25  # sentences asked for their cues beside each eight calls; their weight
SENTENCES = 64  # a call of more is left out: five of 5,700


@dataclass(frozen=True)
class Lesson(Marked):
    """A call as it teaches, and the pieces of its sentences."""

    pieces: tuple[Sequence[int], ...]


@dataclass(frozen=True)
class Asked:
    """Sentences that are asked for their cues."""

    pieces: list[list[int]]
    told: np.ndarray  # [shape=(sentences, cues)]
    mean: Any  # of their vectors as they are read at first,
    spread: Any  # and how far they spread
    weight: Any  # of an example that means a cue


def main() -> None:
    options = argparse.ArgumentParser()
    options.add_argument("--epochs", type=int, default=EPOCHS)
    options.add_argument("--rate", type=float, default=RATE)
    options.add_argument("--calls", type=int, help="only so many calls, to try it")
    options.add_argument("--out", default=str(shipped("scoring") / "reading.npz"))
    chosen = options.parse_args()
    rubrics = load(shipped("rubrics"), available(shipped("rubrics")))
    lessons, scales = lessons_of(rubrics, chosen.calls)
    layers = Layers.as_they_are()
    asked = asked_of(rubrics, layers)
    reading.save(chosen.out, learn(lessons, asked, layers, scales, chosen.epochs, chosen.rate))


@dataclass(frozen=True)
class Layers:
    """What stays as it is of MiniLM, and the two layers that are taught."""

    table: Mapping[str, Any]
    first: Mapping[str, Any]
    taught: list[dict[str, Any]]

    @staticmethod
    def as_they_are() -> Layers:
        whole = onnx_parts.tensors(encoder_weights.find().read_bytes())
        tuned = whole | tuned_layers()
        return Layers(
            reading.embeddings(whole),
            reading.layer(whole, 0),
            [reading.layer(tuned, place) for place in (1, 2)],
        )

    def below(self, pieces: Any, mask: Any) -> Any:
        """What the first layer makes of some sentences [shape=(sentences, pieces, 384)]."""
        states = reading.embedded(self.table, pieces)
        return jax.lax.stop_gradient(reading.through(self.first, states, mask))


def lessons_of(rubrics: Rubrics, many: int | None) -> tuple[list[Lesson], dict[str, np.ndarray]]:
    """All marked calls by the marks of all rubrics, and the scales of what is read of sentences."""
    only = rubrics.only([one.rubric for one in rubrics.rubrics if one.default])
    by_optional = {
        _key(turns): (turns, optional.with_a_fault(marks))
        for turns, marks in optional.optional_calls()
    }
    further = [marks for _, marks in by_optional.values()]
    named = {mark.removeprefix("? ").split()[0] for marks in further for mark in marks}
    asked = [name for name in rubrics.criteria if name in named]
    looked_at = LookedAt(
        list(rubrics.cues.meanings.cues["calls"]), sorted(cues_of(only.rubrics)), CRITERIA
    )
    both = list(_with_both(by_optional))[:many]
    calls = [
        read(only, turns, list(marks_of(marks or (), len(turns), CRITERIA)), looked_at)
        for turns, marks, _ in tqdm(both, desc="reading", mininterval=20)
    ]
    others = [
        replace(call, marks=list(marks_of(further or (), len(turns), asked)))
        for call, (turns, _, further) in zip(calls, both, strict=True)
    ]
    sides = [side_of(calls, criterion) for criterion in range(len(CRITERIA))]
    further_sides = [side_of(others, criterion) for criterion in range(len(asked))]
    _, scales = scales_of(calls)
    lessons = []
    for call, other, (_, marks, further) in zip(calls, others, both, strict=True):
        if len(call.said) <= SENTENCES:
            own, more = aims_of(call, sides), aims_of(other, further_sides)
            aims = np.concatenate([own[0], more[0]], axis=1)
            counts = [own[1] * (marks is not None), more[1] * (further is not None)]
            lessons.append(_lesson(call, aims, np.concatenate(counts, axis=1), scales))
    return lessons, scales


def _with_both(by_optional: Mapping[Any, Any]) -> Iterator[tuple[list[Turn], Any, Any]]:
    """Every marked call with its marks by the default rubrics and by the optional ones; None where
    nobody marked it so."""
    left = dict(by_optional)
    for turns, marks in marked_calls():
        _, further = left.pop(_key(turns), (turns, None))
        yield turns, marks, further
    for turns, further in left.values():
        yield turns, None, further


def _key(turns: Sequence[Turn]) -> tuple[tuple[str, str], ...]:
    return tuple((turn.speaker, turn.text) for turn in turns)


def _lesson(call: Read, aims: Any, counts: Any, scales: dict[str, np.ndarray]) -> Lesson:
    """A call as it teaches here: of what stands around a block the network sees only where that is
    and what the rules found, so that all else must be read in the sentences."""
    vectors = standard(call.lines.vectors[call.lines.number], **scales)
    points, seen = np.zeros_like(call.features), around(call.features).shape[1]
    own = slice(seen - PLACES - 2 * len(CRITERIA) * len(MARKED), seen)  # the last of what is around
    points[:, own] = call.features[:, own]
    lines, pieces = replace(call.lines, vectors=vectors), tuple(reading.tokens(call.said))
    return Lesson(lines, points.astype(np.float16), aims, counts, pieces)


def asked_of(rubrics: Rubrics, layers: Layers) -> Asked:
    """All that teaches the cues, as `reading` has it."""
    cues = by_meaning(rubrics.cues.entries)
    calls, told_too = told_by_calls(cues, "taught")
    held, _ = told_by_calls(cues, "held")
    examples, told = reading.examples(cues, without=frozenset(held))
    pieces = reading.tokens([*examples, *calls])
    told = np.concatenate([told, told_too]).astype(np.float32)
    run = jax.jit(lambda some, mask: _mean(layers.taught, layers.below(some, mask), mask))
    vectors = np.concatenate(
        [
            np.asarray(run(*filled(pieces[at : at + CUES], CUES)))[: len(pieces) - at]
            for at in range(0, len(pieces), CUES)
        ]
    )
    mean, spread = vectors.mean(axis=0), vectors.std(axis=0)
    return Asked(pieces, told, mean, spread, reading.weight_of(told))


def learn(
    lessons: Sequence[Lesson], asked: Asked, layers: Layers, scales: Any, epochs: int, rate: float
) -> list[dict[str, Any]]:
    """The two layers, taught."""
    taught = {
        "net": whole_calls.begun(jax.random.PRNGKey(0), lessons[0]),
        "layers": layers.taught,
        "head": {
            "w": jnp.zeros((reading.WIDTH, asked.told.shape[1])),
            "b": jnp.full(asked.told.shape[1], -2.0),
        },
    }
    steps = epochs * (len(lessons) // whole_calls.CALLS)
    rule = _rule(steps, rate)

    def missed(taught: Any, some: Any, aims: Any, counts: Any, sentences: Any, key: Any) -> Any:
        one, two = jax.random.split(key)
        sums = _marked(taught, layers, scales, some, one)
        cost = (optax.sigmoid_binary_cross_entropy(sums, aims) * counts).sum() / len(aims)
        return cost + CUES_COUNT * _meant(taught, layers, asked, sentences, two)

    @jax.jit
    def step(taught: Any, state: Any, *given: Any) -> Any:
        cost, slope = jax.value_and_grad(missed)(taught, *given)
        change, state = rule.update(slope, state, taught)
        return optax.apply_updates(taught, change), state, cost

    state, key, drawn = rule.init(taught), jax.random.PRNGKey(1), np.random.RandomState(0)
    for epoch in range(epochs):
        costs = []
        groups = list(whole_calls.alike(lessons, drawn))
        for rows in tqdm(groups, desc=f"epoch {epoch + 1}", mininterval=20):
            key, now = jax.random.split(key)
            given = (*_calls(lessons, rows, drawn), _sentences(asked, drawn), now)
            taught, state, cost = step(taught, state, *given)
            costs.append(float(cost))
        print(f"epoch {epoch + 1}: cost {np.mean(costs):.3f}", flush=True)
    return taught["layers"]


def _rule(steps: int, rate: float) -> Any:
    """How each part is changed at a step."""
    warmth = optax.warmup_cosine_decay_schedule(0, 1, min(whole_calls.WARM_UP, steps // 4), steps)
    warmer = optax.warmup_cosine_decay_schedule(0, 1, steps // 10, steps)

    def part(longest: float, rate: float, warmth: Any, **how: Any) -> Any:
        changes = optax.adamw(lambda at: rate * warmth(at), **how)
        return optax.chain(optax.clip_by_global_norm(longest), changes)

    decays = lambda some: jax.tree_util.tree_map(lambda value: value.ndim >= 2, some)  # noqa: E731
    rules = {
        "net": part(
            whole_calls.LONGEST_STEP, NET_RATE, warmth,
            b2=0.98, weight_decay=whole_calls.DECAY, mask=decays,
        ),
        "layers": part(LONGEST_STEP, rate, warmer, weight_decay=DECAY),
        "head": part(LONGEST_STEP, HEAD_RATE, warmer, weight_decay=HEAD_DECAY),
    }  # fmt: skip
    return optax.multi_transform(rules, {name: name for name in rules})


def _calls(lessons: Sequence[Lesson], rows: Any, drawn: Any) -> tuple[Any, Any, Any]:
    """Some calls as the network reads them, with their sentences' pieces."""
    some, aims, counts = whole_calls.together([lessons[row] for row in rows])
    sentences = some["block"].shape[1]
    each = [(*lessons[row].pieces, *[()] * sentences)[:sentences] for row in rows]
    some["pieces"], some["mask"] = filled([one for call in each for one in call])
    lost = drawn.rand(*some["block"].shape) < whole_calls.UNSEEN_SENTENCES
    some["block"] = np.where(lost, whole_calls.NOBODY, some["block"])
    return some, aims, counts


def _sentences(asked: Asked, drawn: Any) -> tuple[Any, Any, Any]:
    rows = drawn.choice(len(asked.pieces), CUES, replace=False)
    return *filled([asked.pieces[row] for row in rows]), asked.told[rows]


def filled(sentences: Sequence[Sequence[int]], many: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Sentences' pieces filled up to one length, and which of these are there."""
    longest = max(map(len, sentences))
    length = next(size for size in reading.BUCKETS if size >= longest)
    pieces = np.zeros((max(many, len(sentences)), length), np.int32)
    mask = np.zeros(pieces.shape, np.float32)
    mask[:, 0] = 1  # nothing is divided by nothing
    for row, one in enumerate(sentences):
        pieces[row, : len(one)] = one
        mask[row, : len(one)] = 1
    return pieces, mask


def _hidden(pieces: Any, key: Any) -> Any:
    return jnp.where(jax.random.bernoulli(key, HIDDEN, pieces.shape), MASK, pieces)


def _marked(taught: Any, layers: Layers, scales: Any, some: Any, key: Any) -> Any:
    """How surely each block is marked, by the layers as they are now."""
    one, two, three = jax.random.split(key, 3)
    below = layers.below(_hidden(some["pieces"], one), some["mask"])
    states = reading.above(taught["layers"], below, some["mask"], two)
    there = some["mask"][..., None]
    mean = reading.mean(states, some["mask"])
    mean /= jnp.sqrt((mean**2).sum(axis=-1, keepdims=True) + 1e-12)
    most = jnp.where(there > 0, states, -jnp.inf).max(axis=1)
    vectors, shape = some["vectors"], some["block"].shape
    for place, values in ((1, mean), (3, most)):  # as `Lines` has what is read as calls are
        scaled = (values - scales["mean"][place]) * scales["scale"][place]
        vectors = vectors.at[:, :, place].set(jnp.clip(scaled, -6, 6).reshape(*shape, -1))
    return whole_calls.read(taught["net"], some | {"vectors": vectors}, three)


def _meant(taught: Any, layers: Layers, asked: Asked, sentences: Any, key: Any) -> Any:
    """What the cues of some sentences cost, as `reading` has it."""
    one, two, three = jax.random.split(key, 3)
    pieces, mask, told = sentences
    vectors = _mean(taught["layers"], layers.below(_hidden(pieces, one), mask), mask, two)
    vectors = dropped((vectors - asked.mean) / asked.spread, reading.DROPPED, three)
    sums = vectors @ taught["head"]["w"] + taught["head"]["b"]
    cost = jnp.where(told > 0, asked.weight * jax.nn.softplus(-sums), jax.nn.softplus(sums))
    return jnp.where(told != 0, cost, 0).sum() / CUES


def _mean(layers: Any, below: Any, mask: Any, key: Any = None) -> Any:
    return reading.mean(reading.above(layers, below, mask, key), mask)


if __name__ == "__main__":
    main()
