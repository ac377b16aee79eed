"""Teaches MiniLM to read calls: `python -m tests.training.reading` (about half an hour, two cores).

The third and the second layer are tuned on all that teaches the cues (the examples of
`rubrics/cues/*.yaml` and the calls of `rubrics/calls/taught`), so that sentences which do the same
come to lie together; the calls of `rubrics/calls/held` are never seen and tell how well it went.
Nothing else is read. What is written, `scorer/scoring/reading.npz`, are the tuned layers in the
format of the MiniLM file, 8-bit weights with a scale for each column. Run
`python -m tests.training.meaning` afterwards.

Needs what no installation needs: `pip install jax optax`.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator

import jax
import jax.numpy as jnp
import numpy as np
import optax
from tqdm import tqdm

from scorer.paths import shipped
from scorer.scoring import encoder, encoder_weights, onnx_parts
from scorer.scoring.labelled import told_by_calls
from scorer.scoring.lessons import by_meaning, examples_of, of_pool, pool_of
from scorer.scoring.rubric import load
from scorer.scoring.sentences import plain

HEADS, WIDTH, BATCH = 12, 384, 32
BUCKETS = (8, 12, 16, 24, 32, 48, 64)
MATRICES = {"q": 0, "k": 1, "v": 2, "o": 3, "f": 4, "d": 5}  # in the order of the file
NUMBERED = (  # of each layer, as the file numbers them
    (49, 57, 65, 105, 109, 118),
    (122, 130, 138, 176, 180, 189),
    (193, 201, 209, 247, 251, 260),
)
BIASES = (
    "attention.self.query.bias", "attention.self.key.bias", "attention.self.value.bias",
    "attention.output.dense.bias", "intermediate.dense.bias", "output.dense.bias",
)  # fmt: skip
DROPPED = 0.1
HEAVIEST = 8.0  # of an example that means a cue, however rare the cue is


def main() -> None:
    options = argparse.ArgumentParser()
    options.add_argument("--epochs", type=int, default=5)
    options.add_argument("--rate", type=float, default=1.5e-4)
    options.add_argument("--out", default=str(shipped("scoring") / "reading.npz"))
    chosen = options.parse_args()
    cues = by_meaning(load(shipped("rubrics")).cues.entries)
    calls, told_too = told_by_calls(cues, "taught")
    held, asked = told_by_calls(cues, "held")
    said, told = examples(cues, without=frozenset(held))
    pieces = tokens([*said, *calls, *held])
    told = np.concatenate([told, told_too, asked]).astype(np.float32)
    taught, unseen = np.split(np.arange(len(told)), [len(told) - len(held)])
    print(f"{len(said)} examples, {len(calls)} sentences of calls; {len(held)} held", flush=True)

    whole = onnx_parts.tensors(encoder_weights.find().read_bytes())
    layers = [layer(whole, place) for place in range(3)]
    below = _below(whole, layers[0], pieces)
    tuned = {
        "layers": layers[1:],
        "head": {"w": jnp.zeros((WIDTH, len(cues))), "b": jnp.full(len(cues), -2.0)},
    }
    vectors = _vectors(tuned["layers"], below, taught)
    mean, spread = vectors.mean(axis=0), vectors.std(axis=0)
    weight = weight_of(told[taught])

    def missed(tuned, states, mask, aims, key, rows):
        vectors = _read(tuned["layers"], states, mask, key)
        vectors = _drop((vectors - mean) / spread, jax.random.fold_in(key, 99))
        sums = vectors @ tuned["head"]["w"] + tuned["head"]["b"]
        cost = jnp.where(aims > 0, weight * jax.nn.softplus(-sums), jax.nn.softplus(sums))
        return jnp.where(aims != 0, cost, 0).sum() / rows

    steps = chosen.epochs * (len(taught) // BATCH + len(BUCKETS))
    warmth = optax.warmup_cosine_decay_schedule(0, 1, steps // 10, steps)
    rates = {"layers": (chosen.rate, 0.01), "head": (3e-3, 0.001)}
    rule = optax.multi_transform(
        {
            part: optax.chain(
                optax.adamw(1.0, weight_decay=decay),
                optax.scale_by_schedule(lambda step, rate=rate: rate * warmth(step)),
            )
            for part, (rate, decay) in rates.items()
        },
        {part: part for part in tuned},
    )

    @jax.jit
    def step(tuned, state, *given):
        cost, slope = jax.value_and_grad(missed)(tuned, *given)
        change, state = rule.update(slope, state, tuned)
        return optax.apply_updates(tuned, change), state, cost

    state, key, done = rule.init(tuned), jax.random.PRNGKey(0), 0
    drawn = np.random.RandomState(0)
    for epoch in range(chosen.epochs):
        batches, costs = list(_batches(below, taught, drawn)), []
        for place in tqdm(
            drawn.permutation(len(batches)), desc=f"epoch {epoch + 1}", mininterval=20
        ):
            some = batches[place]
            states, mask = _padded(below, some)
            aims = np.zeros((BATCH, len(cues)), np.float32)
            aims[: len(some)] = told[some]
            done += 1
            given = (states, mask, aims, jax.random.fold_in(key, done), float(max(len(some), 8)))
            tuned, state, cost = step(tuned, state, *given)
            costs.append(float(cost))
        vectors = (_vectors(tuned["layers"], below, unseen) - mean) / spread
        sums = vectors @ np.asarray(tuned["head"]["w"]) + np.asarray(tuned["head"]["b"])
        found = [_precision(sums[:, c], told[unseen, c]) for c in range(len(cues))]
        found = [one for one in found if one is not None]
        print(
            f"epoch {epoch + 1}: cost {np.mean(costs):.3f}, held: {np.mean(found):.4f}", flush=True
        )
        save(chosen.out, tuned["layers"])


def weight_of(told: np.ndarray) -> np.ndarray:
    """How much an example that means a cue weighs, against one that does not."""
    meant, not_meant = (told > 0).sum(axis=0), (told < 0).sum(axis=0)
    return np.minimum(np.sqrt(not_meant / np.maximum(meant, 1)), HEAVIEST)


def examples(cues, without: frozenset[str]) -> tuple[list[str], np.ndarray]:
    """The examples of all lessons, and what each says of all cues; none of the held calls'."""
    order, sentences, rows = list(cues), [], []
    for pool in dict.fromkeys(map(pool_of, cues.values())):
        lessons = of_pool(cues, pool)
        some, told = examples_of(lessons)
        row = np.zeros((len(some), len(order)))
        row[:, [order.index(cue) for cue in lessons]] = told
        sentences += some
        rows.append(row)
    told = np.concatenate(rows)
    kept = [place for place, one in enumerate(sentences) if one not in without]
    return [sentences[place] for place in kept], told[kept]


def _matrix_name(layer: int, matrix: int) -> str:
    """What the model's file calls a layer's matrices: of query, key, value and output of its
    attention, and the two after it."""
    return f"val_{NUMBERED[layer][matrix]}"


def tokens(sentences: list[str]) -> list[list[int]]:
    read = encoder.tokenizer()
    return [read.encode(plain(one)).ids for one in sentences]


def _precision(sums, told) -> float | None:
    """Average precision over the held sentences that say something of a cue; None for few."""
    asked = told != 0
    if (told > 0).sum() < 5:
        return None
    meant = (told[asked] > 0)[np.argsort(-sums[asked], kind="stable")]
    return float((np.cumsum(meant) / np.arange(1, len(meant) + 1))[meant].mean())


def layer(whole, place: int) -> dict[str, np.ndarray]:
    """A layer's weights, matrices as [shape=(in, out)]."""
    name = f"inner.encoder.layer.{place}."
    made = {}
    for short, number in MATRICES.items():
        matrix = _matrix_name(place, number)
        made[short + "w"] = whole[matrix + "_q"].astype(np.float32) * whole[matrix + "_scale"]
        made[short + "b"] = whole[name + BIASES[number]]
    for short, norm in (("m", "attention.output.LayerNorm"), ("n", "output.LayerNorm")):
        made[short + "g"] = whole[f"{name}{norm}.weight"]
        made[short + "b"] = whole[f"{name}{norm}.bias"]
    return made


def embeddings(whole) -> dict[str, np.ndarray]:
    """What the model's file has of words and places, before any layer."""
    name = "inner.embeddings."
    table = {
        part: whole[f"{name}{part}_embeddings.weight_q"].astype(np.float32)
        * whole[f"{name}{part}_embeddings.weight_scale"].reshape(-1, 1)
        for part in ("word", "position")
    }
    table["kind"] = whole[f"{name}token_type_embeddings.weight"][0]
    table["gain"], table["bias"] = (whole[f"{name}LayerNorm.{one}"] for one in ("weight", "bias"))
    return table


def embedded(table, pieces):
    """What the first layer is given of some sentences [shape=(sentences, pieces, 384)]."""
    states = jnp.asarray(table["word"])[pieces] + table["position"][: pieces.shape[-1]]
    return _normed(states + table["kind"], table["gain"], table["bias"])


def _below(whole, first, tokens: list[list[int]]) -> list[np.ndarray]:
    """What the layers that stay as they are make of each sentence [shape=(pieces, 384)]."""
    table = embeddings(whole)
    states = [
        np.asarray(table["word"][ids] + table["position"][: len(ids)] + table["kind"])
        for ids in tokens
    ]
    run = jax.jit(lambda x, mask: through(first, _normed(x, table["gain"], table["bias"]), mask))
    made: list[np.ndarray] = [None] * len(tokens)  # type: ignore[list-item]  # each is filled below
    for some in _batches(states, np.arange(len(states))):
        out = np.asarray(run(*_padded(states, some)))
        for row, place in zip(out, some, strict=False):
            made[place] = row[: len(tokens[place])].astype(np.float16)
    return made


def _batches(states, places, drawn=None) -> Iterator[np.ndarray]:
    """Places of sentences of about one length, up to BATCH together."""
    waiting: dict[int, list[int]] = {}
    for place in places if drawn is None else drawn.permutation(places):
        size = next(one for one in BUCKETS if len(states[place]) <= one)
        waiting.setdefault(size, []).append(place)
        if len(waiting[size]) == BATCH:
            yield np.array(waiting.pop(size))
    for left in waiting.values():
        yield np.array(left)


def _padded(states, some) -> tuple[np.ndarray, np.ndarray]:
    longest = next(one for one in BUCKETS if max(len(states[i]) for i in some) <= one)
    padded = np.zeros((BATCH, longest, WIDTH), np.float32)
    mask = np.zeros((BATCH, longest), np.float32)
    mask[:, 0] = 1  # nothing is divided by nothing
    for row, place in enumerate(some):
        padded[row, : len(states[place])] = states[place]
        mask[row, : len(states[place])] = 1
    return padded, mask


def _vectors(layers, below, places) -> np.ndarray:
    run = jax.jit(_read)
    made = np.zeros((len(below), WIDTH), np.float32)
    for some in _batches(below, places):
        made[some] = np.asarray(run(layers, *_padded(below, some)))[: len(some)]
    return made[places]


def _read(layers, states, mask, key=None):
    return mean(above(layers, states, mask, key), mask)


def mean(states, mask):
    """Of the pieces of each sentence that are there."""
    return (states * mask[..., None]).sum(1) / mask.sum(1, keepdims=True)


def above(layers, states, mask, key=None):
    """What the layers that are taught make of what the others did."""
    for place, one in enumerate(layers):
        states = through(one, states, mask, None if key is None else jax.random.fold_in(key, place))
    return states


def through(layer, x, mask, key=None):
    """One layer of BERT (Vaswani et al. 2017; Devlin et al. 2019)."""
    rows, pieces, width = x.shape
    q, k, v = (
        (x @ layer[one + "w"] + layer[one + "b"])
        .reshape(rows, pieces, HEADS, width // HEADS)
        .transpose(0, 2, 1, 3)
        for one in "qkv"
    )
    looks = jax.nn.softmax(
        q @ k.transpose(0, 1, 3, 2) / np.sqrt(width // HEADS) - 1e9 * (1 - mask[:, None, None]),
        axis=-1,
    )
    seen = (looks @ v).transpose(0, 2, 1, 3).reshape(rows, pieces, width)
    seen = _drop(
        seen @ layer["ow"] + layer["ob"], None if key is None else jax.random.fold_in(key, 1)
    )
    x = _normed(x + seen, layer["mg"], layer["mb"])
    inner = jax.nn.gelu(x @ layer["fw"] + layer["fb"], approximate=False)
    made = _drop(
        inner @ layer["dw"] + layer["db"], None if key is None else jax.random.fold_in(key, 2)
    )
    return _normed(x + made, layer["ng"], layer["nb"])


def _normed(x, gain, bias):
    mean = x.mean(-1, keepdims=True)
    return (x - mean) / jnp.sqrt(((x - mean) ** 2).mean(-1, keepdims=True) + 1e-12) * gain + bias


def _drop(x, key):
    if key is None:
        return x
    return x * jax.random.bernoulli(key, 1 - DROPPED, x.shape) / (1 - DROPPED)


def save(out: str, layers) -> None:
    """The tuned layers under the names of the MiniLM file."""
    named = {}
    for place, layer in enumerate(layers, 1):
        name = f"inner.encoder.layer.{place}."
        for short, number in MATRICES.items():
            matrix, values = _matrix_name(place, number), np.asarray(layer[short + "w"])
            scale = np.abs(values).max(axis=0, keepdims=True) / 127
            named[matrix + "_q"] = np.round(values / scale).astype(np.int8)
            named[matrix + "_scale"] = scale.astype(np.float32)
            named[name + BIASES[number]] = np.asarray(layer[short + "b"])
        for short, norm in (("m", "attention.output.LayerNorm"), ("n", "output.LayerNorm")):
            named[f"{name}{norm}.weight"] = np.asarray(layer[short + "g"])
            named[f"{name}{norm}.bias"] = np.asarray(layer[short + "b"])
    np.savez_compressed(out, **named)


if __name__ == "__main__":
    main()
