"""Whisper's features, from the compiled kernel."""

from __future__ import annotations

from functools import cache

import numpy as np
import numpy.typing as npt

from scorer.audio import kernels
from scorer.audio.recording import RATE

HOP = 160  # samples from frame to frame: 10 ms
WINDOW = 400  # samples of a frame: 25 ms

# Of Slaney's scale: a mel below 1 kHz [Hz], how many there are, and the ratio of two above it.
_MEL, _LINEAR = 200.0 / 3, 1000.0
_LINEAR_MELS, _STEP = _LINEAR / _MEL, np.log(6.4) / 27


def log_mel(
    samples: npt.NDArray[np.float32],
    n_mels: int = 80,
    *,
    padding: int = HOP,
    out: npt.NDArray[np.float32] | None = None,
) -> npt.NDArray[np.float32]:
    """What `faster_whisper.feature_extractor.FeatureExtractor(n_mels)(samples, padding)` gives.

    The answer has `(n + padding) // 160` frames: with faster-whisper's own padding of 160 zeros
    that is one more than the sound has whole hops. Its range is the sound's own: values lie within
    2.0 below the greatest one (Radford et al. 2022, and whisper's `log_mel_spectrogram`).

    Args:
        samples: sound at 16 kHz in [-1, 1], float32 [shape=(n,)].
        n_mels: 80, or 128 for large-v3 and its kin.
        padding: zeros that follow the sound, in samples.
        out: a buffer to write to instead of a new array [shape=(n_mels, frames), float32]; it may
            be a view into a larger one.

    Returns:
        Features [shape=(n_mels, frames)], float32.

    Raises:
        ValueError: `samples` is not one-dimensional, or `out` has another shape.
    """
    if samples.ndim != 1:
        raise ValueError(f"samples have shape {samples.shape}: want one channel, [shape=(n,)]")
    sound = np.ascontiguousarray(samples, dtype=np.float32)
    if out is None:
        out = np.empty((n_mels, (len(sound) + padding) // HOP), np.float32)
    kernels.spectrum.log_mel(sound, mel_filters(n_mels), HOP, padding, out)
    return out


@cache
def mel_filters(n_mels: int) -> npt.NDArray[np.float32]:
    """Slaney's mel filters from 0 to 8 kHz with equal area, as Whisper uses them, read-only."""
    edges = _hertz(np.linspace(0.0, _LINEAR_MELS + np.log(RATE / 2 / _LINEAR) / _STEP, n_mels + 2))
    bins = np.arange(WINDOW // 2 + 1) * (RATE / WINDOW)
    rise = (bins - edges[:-2, None]) / np.diff(edges)[:-1, None]
    fall = (edges[2:, None] - bins) / np.diff(edges)[1:, None]
    filters = np.maximum(0, np.minimum(rise, fall)).astype(np.float32)
    filters *= (2 / (edges[2:] - edges[:-2]))[:, None]
    filters.setflags(write=False)
    return filters


def _hertz(mels: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Slaney's scale (Auditory Toolbox, 1998): even steps up to 1 kHz, even ratios above."""
    above = _LINEAR * np.exp(_STEP * (mels - _LINEAR_MELS))
    return np.where(mels < _LINEAR_MELS, _MEL * mels, above)
