"""What the compiled kernels must compute, in NumPy: the specification, and the path without them.

Every function with an `out` has its twin of the same name and arguments in `ext/`; one suite runs
both.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]
Shorts = npt.NDArray[np.int16]
Ints = npt.NDArray[np.intc]

_CHUNK = 1024  # frames transformed at once

#: The network of `likelihoods` works on every second frame: 20 ms. In these, what its first layer
#: sees before and after, and the widths that each layer averages over.
STEP = 2
TAPS = (-4, -3, -2, -1, 0, 1, 2, 3, 4)
NEAR, WIDE = (7, 25, 101), (5, 21)


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
    for start in range(0, out.shape[1], _CHUNK):
        stop = min(start + _CHUNK, out.shape[1])
        power = _powers(sound[start * hop :], n, hop, stop - start)
        out[:, start:stop] = np.log10(np.maximum(filters @ power.T, least))


def _powers(sound: Floats, n: int, hop: int, frames: int) -> npt.NDArray[np.float64]:
    """Of every bin [shape=(frames, n / 2 + 1)].

    In double precision: a specification should not add errors of its own.
    """
    window = np.hanning(n + 1)[:-1].astype(np.float32).astype(np.float64)
    framed = np.lib.stride_tricks.sliding_window_view(sound, n)[::hop][:frames]
    power: npt.NDArray[np.float64] = np.abs(np.fft.rfft(framed * window)) ** 2
    return power


def lines(
    samples: Floats, n: int, hop: int, low: Ints, high: Ints, share: Floats, total: Floats
) -> None:
    """The two strongest lines in the spectrum of each frame, and what they hold of its power.

    A line with less than a tenth of the other's power is none: then both are the strongest. So it
    is with two lines too close to be told apart, as in a ringback.

    Args:
        samples: sound [shape=(n_samples,)].
        n: samples of a frame, under a periodic Hann window; the last bin is left out.
        hop: samples from frame to frame.
        low: receives the bin of the lower line [shape=(frames,), intc].
        high: receives the bin of the higher one.
        share: receives the share of the power that lies within 3 bins of the two.
        total: receives the power; a full-scale sine has about 1, and no bin less than 1e-12.
    """
    frames = len(low)
    if not len(high) == len(share) == len(total) == frames:
        raise ValueError("low, high, share and total are of different lengths")
    if len(samples) < ((frames - 1) * hop + n if frames else 0):
        raise ValueError(f"{frames} frames of {n} for {len(samples)} samples")
    for start in range(0, frames, _CHUNK):
        stop = min(start + _CHUNK, frames)
        power = _powers(samples[start * hop :], n, hop, stop - start).T[: n // 2] / (n / 4) ** 2
        power = np.maximum(power, 1e-12).astype(np.float32)
        bins = np.arange(n // 2)[:, None]
        total[start:stop] = power.sum(axis=0)
        peaks, parts = [], []
        for _ in range(2):
            peaks.append(power.argmax(axis=0))
            skirt = np.abs(bins - peaks[-1]) <= 3
            parts.append(np.where(skirt, power, 0).sum(axis=0))
            power[skirt] = 0
        second = np.where(parts[1] > 0.1 * parts[0], peaks[1], peaks[0])
        low[start:stop] = np.minimum(peaks[0], second)
        high[start:stop] = np.maximum(peaks[0], second)
        share[start:stop] = (parts[0] + parts[1]) / total[start:stop]


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


def census(
    pcm: Shorts, idle: int, products: npt.NDArray[np.float64], loud: npt.NDArray[np.int64]
) -> None:
    """Adds up what tells copies and silent channels apart.

    Args:
        pcm: raw samples [shape=(n, channels)].
        idle: what is no louder does not count as sound.
        products: to these are added the sums over time of each two channels' products
            [shape=(channels, channels)].
        loud: to these is added how many samples of each channel are louder than `idle`
            [shape=(channels,)].
    """
    channels = pcm.shape[1]
    if products.shape != (channels, channels) or loud.shape != (channels,):
        raise ValueError(f"sums of {len(loud)} channels for {channels}")
    exact = pcm.astype(np.int64)
    products += exact.T @ exact
    loud += (np.abs(exact) > idle).sum(axis=0)


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


def lows(levels: Floats, length: int, rank: int, out: Floats) -> None:
    """What is low in each stretch of `length` frames, band by band: the least but `rank`.

    Args:
        levels: of each band in each frame [shape=(bands, frames)]; the last one is drawn out to
            fill the last stretch.
        length: frames of a stretch, at most 256.
        rank: how many frames of a stretch are lower, `0 <= rank < length`.
        out: receives the levels [shape=(bands, frames / length, rounded up)].
    """
    bands, frames = levels.shape
    blocks = -(-frames // length)
    if not 0 <= rank < length or out.shape != (bands, blocks):
        raise ValueError(f"out is {list(out.shape)} for {frames} frames")
    if frames:
        padded = np.pad(levels, ((0, 0), (0, blocks * length - frames)), mode="edge")
        split = padded.reshape(bands, blocks, length)
        out[:] = np.partition(split, rank, axis=2)[:, :, rank]


def rise(levels: Floats, floor: Floats, margin: float, most: float, out: Floats) -> None:
    """How far each frame rises above `floor` by more than `margin`, on average over the bands.

    Args:
        levels: of each band in each frame, dB [shape=(bands, frames)].
        floor: what they rise above, dB [shape=(bands, frames)].
        margin: how much of the rise does not count, dB.
        most: how much more of it counts at the most in a band, dB.
        out: receives the mean [shape=(frames,)].
    """
    if floor.shape != levels.shape or out.shape != levels.shape[1:]:
        raise ValueError(f"out is {list(out.shape)} for {levels.shape[1]} frames")
    out[:] = np.clip(levels - floor - np.float32(margin), 0, most).mean(axis=0)


def likelihoods(
    levels: Floats,
    floor: Floats,
    loud: Floats,
    taps: Floats,
    first: Floats,
    mix: Floats,
    second: Floats,
    heads: Floats,
    last: Floats,
    out: Floats,
) -> None:
    """How likely each kind of sound is in each frame, by a small network.

    Two layers of rectified units, each of which also gives on its averages over time; softmax.

    Args:
        levels: band levels, dB [shape=(bands, frames)].
        floor: the noise in each band, dB [shape=(bands, frames)].
        loud: the line's loudness, dB [shape=(frames,)].
        taps: weights of the first layer [shape=(len(TAPS), units, 2 * bands)].
        first: its biases [shape=(units,)].
        mix: weights of the second layer [shape=(units, (1 + len(NEAR)) * units)].
        second: its biases [shape=(units,)].
        heads: weights of the scores [shape=(kinds, (1 + len(WIDE)) * units)].
        last: their biases [shape=(kinds,)].
        out: receives the likelihoods; columns sum to 1 [shape=(kinds, frames)].
    """
    frames = levels.shape[1]
    if floor.shape != levels.shape or loud.shape != (frames,) or out.shape != (len(heads), frames):
        raise ValueError(f"out is {list(out.shape)} for {frames} frames")
    if not frames:
        return
    weights = {"taps": taps, "first": first, "mix": mix, "second": second, "out": heads}
    scores = network(view(levels, floor, loud)[None], weights | {"last": last})[-1][0]
    scores = np.exp(np.maximum(scores - scores.max(axis=0), -80))
    out[:] = np.repeat(scores / scores.sum(axis=0), STEP, axis=1)[:, :frames]


def view(levels: Floats, floor: Floats, loud: Floats) -> Floats:
    """What the network sees: levels above the noise, and levels below the line's loudness.

    Both are in units of 20 dB, and know nothing of how loud the line is
    [shape=(2 * bands, frames / STEP, rounded up)].
    """
    above = np.clip((levels - floor) / 20, -0.5, 3)
    below = np.clip((levels - loud) / 20, -3, 1)
    both = np.concatenate([above, below]).astype(np.float32)
    both = np.pad(both, ((0, 0), (0, -both.shape[1] % STEP)), mode="edge")
    seen: Floats = both.reshape(len(both), -1, STEP).mean(axis=2)
    return seen


def network(seen: Floats, w: Mapping[str, Floats]) -> tuple[Floats, ...]:
    """Every layer's outcome for `seen` [shape=(scenes, 2 * bands, steps)], the scores last."""
    steps = seen.shape[2]
    reach = max(TAPS)
    padded = np.pad(seen, ((0, 0), (0, 0), (reach, reach)), mode="edge")
    total = sum(
        w["taps"][i] @ padded[:, :, reach + tap : reach + tap + steps] for i, tap in enumerate(TAPS)
    )
    near = np.maximum(total + w["first"][:, None], 0)
    near = np.concatenate([near, *(averaged(near, width) for width in NEAR)], axis=1)
    second = np.maximum(w["mix"] @ near + w["second"][:, None], 0)
    wide = np.concatenate([second, *(averaged(second, width) for width in WIDE)], axis=1)
    return near, wide, w["out"] @ wide + w["last"][:, None]


def averaged(layer: Floats, width: int) -> Floats:
    """Mean over `width` steps around each, what lies outside counting as zero."""
    half = width // 2
    padded = np.pad(layer, ((0, 0), (0, 0), (half + 1, half)))
    exact = np.float64 if layer.shape[2] > 10_000 else np.float32
    sums: npt.NDArray[np.floating] = np.cumsum(padded, axis=2, dtype=exact)
    mean = (sums[:, :, width:] - sums[:, :, :-width]) / np.float32(width)
    return mean.astype(np.float32, copy=False)
