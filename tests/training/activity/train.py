"""Trains `scorer/audio/kinds.npz` on scenes made here: python -m tests.training.activity.train

Plain gradient descent (Adam) in NumPy; about a quarter of an hour on two cores. Nothing but the
voices of requirements.txt and the generators beside this file goes into the weights.

The shipped weights were trained in three steps, each going on from the one before (--begin) with
scenes that had become harder: gain control, gated lines, gusts, keyboards, song. The last two had
14 and 7 epochs. What is shipped is the mean of the three, 0.30, 0.35 and 0.35 of them, which was
better than each alone (--keep takes a share of where it began). So the file can be trained anew
to about the same figures, but not to the same bits.
"""

from __future__ import annotations

import argparse
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import numpy as np

from scorer.audio import bands, kernels, kinds, reference, voice
from tests.training.activity import scenes, speech

HIDDEN = 32
OUT = Path(kinds.__file__).with_suffix(".npz")


def heard(sound):
    """The band levels of a whole scene, as the product would hear them."""
    before = (bands.WINDOW - bands.HOP) // 2
    padded = np.pad(sound, (before, bands.WINDOW))
    levels = np.empty((bands.BANDS, len(sound) // bands.HOP), np.float32)
    kernels.spectrum.band_levels(padded, bands.filters(), bands.HOP, levels)
    return levels * 10


def batch_of_scenes(seed, count, pool):
    rng = np.random.default_rng(seed)
    made = [scenes.scene(rng, pool) for _ in range(count)]
    levels = np.stack([heard(sound) for sound, _ in made])
    return levels.astype(np.float16), np.stack([labels[:: reference.STEP] for _, labels in made])


def views(levels):
    """What the network sees of each scene."""
    return np.stack(
        [
            reference.view(one, voice.noise_floor(one), voice.loudness(one))
            for one in levels.astype("f4")
        ]
    )


def fresh(rng):
    def around_zero(*shape):
        return (rng.standard_normal(shape) * np.sqrt(2 / shape[-1])).astype("f4")

    return {
        "taps": around_zero(len(reference.TAPS), HIDDEN, 2 * bands.BANDS)
        / np.float32(np.sqrt(len(reference.TAPS))),
        "first": np.zeros(HIDDEN, "f4"),
        "mix": around_zero(HIDDEN, HIDDEN * (1 + len(reference.NEAR))),
        "second": np.zeros(HIDDEN, "f4"),
        "out": around_zero(len(kinds.Kind), HIDDEN * (1 + len(reference.WIDE))),
        "last": np.zeros(len(kinds.Kind), "f4"),
    }


def gradients(w, x, labels):
    """Mean cross-entropy, its gradients, and the scores."""
    near, wide, scores = reference.network(x, w)
    scores -= scores.max(axis=1, keepdims=True)
    likely = np.exp(scores)
    likely /= likely.sum(axis=1, keepdims=True)
    picked = np.take_along_axis(likely, labels[:, None], 1)
    loss = -np.log(np.maximum(picked, 1e-9)).mean()
    delta = likely.copy()
    np.put_along_axis(delta, labels[:, None], picked - 1, 1)
    delta /= labels.size
    g = {"out": _outer(delta, wide), "last": delta.sum((0, 2))}
    back = _through(w["out"].T @ delta, reference.WIDE) * (wide[:, :HIDDEN] > 0)
    g["mix"], g["second"] = _outer(back, near), back.sum((0, 2))
    back = _through(w["mix"].T @ back, reference.NEAR) * (near[:, :HIDDEN] > 0)
    reach = max(reference.TAPS)
    padded = np.pad(x, ((0, 0), (0, 0), (reach, reach)), mode="edge")
    n = x.shape[2]
    g["taps"] = np.stack(
        [_outer(back, padded[:, :, reach + t : reach + t + n]) for t in reference.TAPS]
    )
    g["first"] = back.sum((0, 2))
    return loss, g, likely


def _outer(delta, layer):
    return np.matmul(delta, layer.transpose(0, 2, 1)).sum(0)


def _through(back, widths):
    """Back through the averages, which are their own transpose."""
    parts = np.split(back, 1 + len(widths), axis=1)
    return parts[0] + sum(reference.averaged(p, w) for p, w in zip(parts[1:], widths, strict=True))


def train(w, x, y, check_x, check_y, epochs, rng):
    mean = {k: np.zeros_like(v) for k, v in w.items()}
    square = {k: np.zeros_like(v) for k, v in w.items()}
    step, size = 0, 8
    total = epochs * (len(x) // size)
    for epoch in range(epochs):
        order, losses = rng.permutation(len(x)), []
        for at in range(0, len(x) - size + 1, size):
            picked = order[at : at + size]
            loss, g, _ = gradients(w, x[picked].astype("f4"), y[picked])
            losses.append(loss)
            step += 1
            rate = 4e-3 * min(step / 50, 1) * 0.5 * (1 + np.cos(np.pi * step / total))
            for k in w:
                mean[k] += 0.1 * (g[k] - mean[k])
                square[k] += 0.01 * (g[k] ** 2 - square[k])
                seen_steps = (1 - 0.9**step), (1 - 0.99**step)
                w[k] -= (
                    rate * (mean[k] / seen_steps[0]) / (np.sqrt(square[k] / seen_steps[1]) + 1e-8)
                ).astype("f4")
        print(epoch, f"loss {np.mean(losses):.4f}", report(w, check_x, check_y), flush=True)
    return w


def report(w, x, y):
    """F1 of each kind on scenes that were not trained on."""
    found = np.concatenate(
        [reference.network(x[i : i + 8].astype("f4"), w)[-1].argmax(1) for i in range(0, len(x), 8)]
    )
    f1 = [
        2 * ((found == k) & (y == k)).sum() / ((found == k).sum() + (y == k).sum())
        for k in kinds.Kind
    ]
    return " ".join(f"{k.name.lower()} {v:.4f}" for k, v in zip(kinds.Kind, f1, strict=True))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--scenes", type=int, default=1200)
    parser.add_argument("--epochs", type=int, default=16)
    parser.add_argument("--pool", type=Path, help="utterances made before, as .npz")
    parser.add_argument("--out", type=Path, default=OUT)
    parser.add_argument("--begin", type=Path, help="weights to go on from")
    parser.add_argument("--keep", type=float, default=0.0, help="share of those that stays")
    parser.add_argument("--made", type=Path, help="scenes to keep, or kept before, as .npz")
    args = parser.parse_args()
    pool = list(np.load(args.pool).values()) if args.pool else list(speech.utterances(2, 22))
    rng = np.random.default_rng(0)
    held = len(pool) // 10
    jobs = [(seed, 20, pool[held:]) for seed in range(args.scenes // 20)]
    jobs += [(10_000 + seed, 20, pool[:held]) for seed in range(4)]
    if args.made and args.made.exists():
        x, y = np.load(args.made).values()
    else:
        with ProcessPoolExecutor(2) as workers:
            made = list(workers.map(batch_of_scenes, *zip(*jobs, strict=True)))
        x, y = (np.concatenate(part) for part in zip(*made, strict=True))
        if args.made:
            np.savez(args.made, x=x, y=y)
    x = views(x).astype(np.float16)
    begin = dict(np.load(args.begin)) if args.begin else fresh(rng)
    w = {name: weights.astype(np.float32, copy=True) for name, weights in begin.items()}
    w = train(w, x[:-80], y[:-80], x[-80:], y[-80:], args.epochs, rng)
    mixed = {k: args.keep * begin[k] + (1 - args.keep) * v for k, v in w.items()}
    np.savez(args.out, **{k: v.astype(np.float16) for k, v in mixed.items()})


if __name__ == "__main__":
    main()
