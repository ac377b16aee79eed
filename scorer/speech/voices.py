"""Which stretches of one recording are of one voice: the GE2E encoder, without PyTorch.

The encoder is Resemblyzer's (Apache-2.0; Wan et al. 2018, *Generalized end-to-end loss for speaker
verification*), exported once by tests/training/export_voices.py: three LSTM
layers and a projection.

It tells the two parties of a mono recording apart and does nothing else. What it computes is
compared within that one call and then forgotten: it is never stored, names nobody, and reaches no
score.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from itertools import islice
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from scorer.audio import kernels
from scorer.audio.frontend import HOP, WINDOW, mel_filters
from scorer.threads import one_thread

Floats = NDArray[np.float32]

FRAMES = 160  # that the encoder was trained on: 1.6 s
STEP = 80  # frames from one look at a stretch to the next
AT_ONCE = 32  # stretches
_MELS = 40
_LEVEL = -30.0  # dB re full scale, that quieter sound is raised to


def embed(stretches: Iterable[Floats]) -> Floats:
    """One vector of length 1 for the voice of each stretch [shape=(stretches, 256)].

    Some are worked on at a time, so that memory does not grow with their number.

    Args:
        stretches: sound at 16 kHz, each [shape=(samples,)]; from about 1 s on the vectors are good.
    """
    rest = iter(stretches)
    vectors = [np.zeros((0, 256), np.float32)]
    # The products are too small to share out: two threads take ten times what one takes, waiting.
    with one_thread():
        while some := [_looks(_mel(stretch)) for stretch in islice(rest, AT_ONCE)]:
            ends = np.cumsum([len(looks) for looks in some])
            parts = np.split(_encode(np.concatenate(some)), ends[:-1])
            vectors.append(_unit(np.stack([part.mean(axis=0) for part in parts])))
    return np.concatenate(vectors)


def _mel(sound: Floats) -> Floats:
    """The power mel spectrogram that the encoder expects [shape=(frames, 40)]."""
    level = 10 * np.log10(np.mean(np.square(sound)) + 1e-12)
    louder = np.float32(10 ** (max(0.0, _LEVEL - level) / 20))
    levels = np.empty((_MELS, 1 + len(sound) // HOP), np.float32)
    kernels.spectrum.band_levels(
        np.pad(sound * louder, WINDOW // 2), mel_filters(_MELS), HOP, levels
    )
    return np.power(np.float32(10), levels.T)


def _looks(mel: Floats) -> Floats:
    """Windows of 1.6 s over a stretch [shape=(looks, 160, 40)]; a short one is repeated to fill."""
    if len(mel) < FRAMES:
        return np.resize(mel, (1, FRAMES, _MELS))
    starts = range(0, len(mel) - FRAMES + 1, STEP)
    return np.stack([mel[start : start + FRAMES] for start in starts])


def _encode(mels: Floats) -> Floats:
    weights = _weights()
    hidden = mels.transpose(1, 0, 2)  # time first
    for layer in range(3):
        hidden = _lstm(hidden, *(weights[f"lstm_{part}_l{layer}"] for part in _PARTS))
    projected = hidden[-1] @ weights["linear_weight"].T + weights["linear_bias"]
    return _unit(np.maximum(projected, 0))


_PARTS = ("weight_ih", "weight_hh", "bias_ih", "bias_hh")


def _lstm(inputs: Floats, w_in: Floats, w_rec: Floats, b_in: Floats, b_rec: Floats) -> Floats:
    """A layer's outputs [shape=(time, batch, hidden)].

    The gates stand in PyTorch's order: in, forget, cell, out.
    """
    size = w_rec.shape[1]
    gates_in = inputs @ w_in.T + (b_in + b_rec)
    recurrent = np.ascontiguousarray(w_rec.T)
    state = cell = np.zeros((inputs.shape[1], size), np.float32)
    outputs = np.empty((*inputs.shape[:2], size), np.float32)
    for step, gates in enumerate(gates_in):
        gates += state @ recurrent
        enter, forget, leave = (_sigmoid(gates[:, i * size : (i + 1) * size]) for i in (0, 1, 3))
        cell = forget * cell + enter * np.tanh(gates[:, 2 * size : 3 * size])
        state = leave * np.tanh(cell)
        outputs[step] = state
    return outputs


def _sigmoid(x: Floats) -> Floats:
    return np.asarray(0.5 * np.tanh(0.5 * x) + 0.5, np.float32)


def _unit(vectors: Floats) -> Floats:
    norms = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.asarray(vectors / np.maximum(norms, 1e-9), np.float32)


@cache
def _weights() -> dict[str, Floats]:
    with np.load(Path(__file__).with_name("voices.npz")) as file:
        return {name: file[name].astype(np.float32) for name in file.files}
