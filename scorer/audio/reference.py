"""What the compiled kernels must compute, in NumPy: the specification, and the path without them.

Every function here has its twin of the same name and arguments in `ext/`; one suite runs both.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]
Shorts = npt.NDArray[np.int16]

_CHUNK = 1024  # frames transformed at once


def log_mel(samples: Floats, filters: Floats, hop: int, padding: int, out: Floats) -> None:
    """Whisper's log-mel features (Radford et al. 2022; `faster_whisper.feature_extractor`).

    Frames of `2 * (filters.shape[1] - 1)` samples, centred `hop` apart, under a periodic Hann
    window; the sound is followed by `padding` zeros and reflected at both ends. log10 of the mel
    powers is held above 1e-10 and within 8 of its maximum, then scaled to (x + 4) / 4.

    Args:
        samples: sound at 16 kHz [shape=(n,)].
        filters: mel weights [shape=(n_mels, n_fft / 2 + 1)].
        hop: samples from frame to frame.
        padding: zeros appended to the sound.
        out: receives the features [shape=(n_mels, (n + padding) // hop)].
    """
    frames = (len(samples) + padding) // hop
    if out.shape != (len(filters), frames) or padding < 0:
        raise ValueError(f"out is {list(out.shape)} for {len(samples)} samples")
    if not frames:
        return
    half = filters.shape[1] - 1
    sound = np.pad(np.pad(samples, (0, padding)), half, mode="reflect")
    _band_levels(sound, filters, hop, 1e-10, out)
    np.maximum(out, out.max() - 8, out=out)
    out += 4
    out /= 4


def band_levels(samples: Floats, filters: Floats, hop: int, out: Floats) -> None:
    """log10 of the power in each band, held above 1e-12.

    Frame t holds the `2 * (filters.shape[1] - 1)` samples from `t * hop`, under a periodic Hann
    window.

    Args:
        samples: sound [shape=(n,)].
        filters: weights of each bin in each band [shape=(bands, n_fft / 2 + 1)].
        hop: samples from frame to frame.
        out: receives the levels [shape=(bands, frames)]; its frames must lie within `samples`.
    """
    frames = out.shape[1]
    needed = (frames - 1) * hop + 2 * (filters.shape[1] - 1) if frames else 0
    if out.shape[0] != len(filters) or len(samples) < needed:
        raise ValueError(f"out is {list(out.shape)} for {len(samples)} samples")
    if frames:
        _band_levels(samples, filters, hop, 1e-12, out)


def _band_levels(sound: Floats, filters: Floats, hop: int, least: float, out: Floats) -> None:
    n = 2 * (filters.shape[1] - 1)
    # In double precision: a specification should not add errors of its own.
    window = np.hanning(n + 1)[:-1].astype(np.float32).astype(np.float64)
    frames = np.lib.stride_tricks.sliding_window_view(sound, n)[::hop]
    for start in range(0, out.shape[1], _CHUNK):
        stop = min(start + _CHUNK, out.shape[1])
        power = np.abs(np.fft.rfft(frames[start:stop] * window)) ** 2
        out[:, start:stop] = np.log10(np.maximum(filters @ power.T, least))


def levels(pcm: Shorts, hop: int, out: Floats) -> None:
    """Level of each frame of `hop` samples, full scale being 1.

    Args:
        pcm: raw samples [shape=(n,)].
        hop: samples of a frame.
        out: receives power (mean square), peak, mean, and the count of samples at full scale
            [shape=(4, n // hop)].
    """
    frames = len(pcm) // hop
    if out.shape != (4, frames):
        raise ValueError(f"out is {list(out.shape)} for {len(pcm)} samples")
    framed = pcm[: frames * hop].reshape(frames, hop).astype(np.float64)
    out[0] = (framed**2).mean(axis=1) / 32768**2
    out[1] = np.abs(framed).max(axis=1, initial=0) / 32768
    out[2] = framed.mean(axis=1) / 32768
    out[3] = (np.abs(framed) >= 32000).sum(axis=1)


def extremes(pcm: Shorts, out: Shorts) -> None:
    """The least and the greatest sample of each of `out.shape[1]` stretches of about equal length.

    Args:
        pcm: raw samples [shape=(n,)].
        out: receives the minima and the maxima [shape=(2, stretches)], `stretches <= n`.
    """
    stretches = out.shape[1]
    if out.shape[0] != 2 or stretches > len(pcm):
        raise ValueError(f"out is {list(out.shape)} for {len(pcm)} samples")
    if stretches:
        starts = np.arange(stretches) * len(pcm) // stretches
        out[0] = np.minimum.reduceat(pcm, starts)
        out[1] = np.maximum.reduceat(pcm, starts)
