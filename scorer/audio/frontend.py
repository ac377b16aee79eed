"""Whisper's features, from the compiled kernel."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np
import numpy.typing as npt

from scorer.audio import kernels
from scorer.audio.recording import RATE

HOP = 160  # samples from frame to frame: 10 ms
WINDOW = 400  # samples of a frame: 25 ms

#: Filters by librosa, made by `python -m tests.training.mel_filters`: to load librosa itself would
#: cost each process of a night 1.3 s and 150 MB.
FILTERS = Path(__file__).with_name("mel_filters.npz")


def log_mel(
    samples: npt.NDArray[np.float32],
    n_mels: int = 80,
    *,
    padding: int = HOP,
) -> npt.NDArray[np.float32]:
    """What `faster_whisper.feature_extractor.FeatureExtractor(n_mels)(samples, padding)` gives.

    The answer has `(n + padding) // 160` frames: with faster-whisper's own padding of 160 zeros
    that is one more than the sound has whole hops. Its range is the sound's own: values lie within
    2.0 below the greatest one (Radford et al. 2022, and whisper's `log_mel_spectrogram`).

    Args:
        samples: sound at 16 kHz in [-1, 1], float32 [shape=(n,)].
        n_mels: 80, or 128 for large-v3 and its kin.
        padding: zeros that follow the sound, in samples.

    Returns:
        Features [shape=(n_mels, frames)], float32.

    Raises:
        ValueError: `samples` is not one-dimensional.
    """
    if samples.ndim != 1:
        raise ValueError(f"samples have shape {samples.shape}: want one channel, [shape=(n,)]")
    sound = np.ascontiguousarray(samples, dtype=np.float32)
    out = np.empty((n_mels, (len(sound) + padding) // HOP), np.float32)
    kernels.spectrum.log_mel(sound, mel_filters(n_mels), HOP, padding, out)
    return out


@cache
def mel_filters(n_mels: int) -> npt.NDArray[np.float32]:
    """Slaney's mel filters from 0 to 8 kHz with equal area, as Whisper uses them, read-only."""
    with np.load(FILTERS) as ready:
        filters: npt.NDArray[np.float32] | None = ready.get(f"mel_{n_mels}")
    if filters is None:
        from librosa.filters import mel

        filters = mel(sr=RATE, n_fft=WINDOW, n_mels=n_mels)
    filters.setflags(write=False)
    return filters
