"""Where somebody speaks: what rises above the line's own noise and above the other party's leak."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from numpy.lib.stride_tricks import sliding_window_view

from scorer.audio import kernels
from scorer.audio.bands import Levels
from scorer.audio.stretches import (
    Stretches,
    bridged,
    filled,
    greatest,
    lasting,
    lengths,
    means,
    percentiles,
    runs,
)

Mask = npt.NDArray[np.bool_]
Level = npt.NDArray[np.float32]  # dB [shape=(frames,)]

#: Mean rise over the bands (dB, each band counted up to `MOST`) that begins and that keeps speech.
BEGINS, KEEPS, MOST = 3.0, 2.0, 15.0
#: A band must rise this far (dB) above its noise before it counts.
MARGIN = 3.0
#: How likely speech must be, at the least: in each frame, over a whole stretch, and that much more
#: once in it.
LIKELY, LIKELY_MEAN, LIKELY_ONCE = 0.1, 0.2, 0.1
#: In noise a voice is hard to know, but what stands out clearly must be known for one: so much more
#: for each dB of mean rise beyond `CLEAR`, beside sure speech and where there is none around.
LIKELY_CLEAR, LIKELY_ALONE, CLEAR = 0.02, 0.04, 5.0
#: What speech surely is, on the whole of a stretch, and how far around is beside it (frames).
SURE, AROUND = 0.6, 1_000
#: Nothing this far (dB) below the loudest around it is speech, but breath, the room, a far voice.
REACH = 52.0
#: A stretch of speech this far (dB) below the loudest one of its channel is somebody else, far off,
#: or the line's own rustling while the party is silent. The loudest lasts at least this (frames).
FAINT, TELLING = 38.0, 30
#: A word of one drawn-out vowel sounds like music for a moment: at most so long (frames), as clear
#: as this (dB of mean rise), and where music is no likelier than that over the 2 s around.
BRIEF, OUTSTANDING, CALM, CALM_OVER = 60, 10.0, 0.25, 201
#: Where noise lies this near below the loudness (dB), it hides the ends of words: at most so much
#: longer (frames) they are believed while speech is this likely.
NOISY, FADES, FADING = 30.0, 8, 0.3
#: The longest that an echo may lag behind, in frames: 600 ms.
LONGEST_ECHO = 60
#: Pauses inside a sentence that are bridged, and bursts too short for a syllable (frames of 10 ms).
PAUSE, BURST = 20, 6


def noise_floor(levels: Levels) -> Levels:
    """Each band's noise over time, dB: what is low in half a second, as it mostly is in 6 s around.

    After the minimum statistics of Martin (2001), but with percentiles, which are steadier. Even
    without a pause every band falls silent between syllables; 6 s follow a noise that changes.
    """
    half_s, low, around, mostly = 50, 5, 13, 45
    frames = levels.shape[1]
    blocks = -(-frames // half_s)
    lows = np.empty((len(levels), blocks), np.float32)
    kernels.level.lows(levels, half_s, low, lows)
    beside = np.pad(lows, ((0, 0), (around // 2, around // 2)), mode="symmetric")
    steady = np.percentile(sliding_window_view(beside, around, axis=1), mostly, axis=2)
    return np.repeat(steady.astype(np.float32), half_s, axis=1)[:, :frames]


def loudness(levels: Levels) -> Level:
    """How loud the line is around each frame, dB: a high percentile of half seconds, of 15 s."""
    half_s, around = 50, 31
    total = levels.max(axis=0)
    frames = len(total)
    blocks = -(-frames // half_s)
    padded = np.pad(total, (0, blocks * half_s - frames), mode="edge")
    high = np.percentile(padded.reshape(blocks, half_s), 80, axis=1)
    beside = np.pad(high, around // 2, mode="symmetric")
    steady = np.percentile(sliding_window_view(beside, around), 85, axis=1)
    return np.repeat(steady.astype(np.float32), half_s)[:frames]


def leak(levels: Levels, other: Levels, noise: Levels) -> Levels:
    """The most that the other channel can have added to `levels`, band by band, in dB.

    What leaks is the other party's sound, perhaps later, less a fixed loss in each band. Everything
    else on this channel only adds to it, so while the other is loud the loss is what a low
    percentile of the difference says. Without a leak that is the distance to this channel's noise,
    and does no harm. Only what rises above the other's own `noise` is loud: of two noises it would
    say that one leaks into the other whole.
    """
    margin = 3.0
    delay = echo_delay(levels, other)
    other, noise = _delayed(other, delay), _delayed(noise, delay)
    total = other.mean(axis=0)
    loud = (total > np.percentile(total, 95) - 12) & (rise(other, noise) >= CLEAR)
    if not loud.any():
        return np.full_like(levels, -np.inf)
    loss = np.percentile((levels - other)[:, loud], 30, axis=1)[:, None]
    added: Levels = _greatest(other) + (loss + margin).astype(np.float32)
    return added


def echo_delay(levels: Levels, other: Levels) -> int:
    """How many frames later the other party is heard on this channel; 0: at once, or not at all.

    The other's levels are laid against this channel's, later and later, wherever this channel is
    the fainter one; where they rise and fall together lies the echo.
    """
    own, theirs = levels.mean(axis=0), other.mean(axis=0)
    loud = float(np.percentile(theirs, 95)) - 25
    best, found = 0, 0.6  # below this correlation nothing is heard twice
    for delay in range(0, min(LONGEST_ECHO + 1, len(own)), 2):
        late, here = theirs[: len(theirs) - delay], own[delay:]
        faint = (late > loud) & (here < late - 10)
        if np.count_nonzero(faint) >= 200:
            alike = _correlation(late[faint], here[faint])
            if alike > found + 0.02:
                best, found = delay, alike
    return best


def _correlation(a: npt.NDArray[np.float32], b: npt.NDArray[np.float32]) -> float:
    """Pearson's, and 0 where one of them does not move at all."""
    moves = np.stack([a, b]).astype(np.float64)
    moves -= moves.mean(axis=1, keepdims=True)
    power = float((moves[0] @ moves[0]) * (moves[1] @ moves[1]))
    return float(moves[0] @ moves[1]) / power**0.5 if power > 1e-6 else 0.0


def _delayed(levels: Levels, frames: int) -> Levels:
    return np.pad(levels, ((0, 0), (frames, 0)), mode="edge")[:, : levels.shape[1]]


def _greatest(levels: Levels) -> Levels:
    """The greatest of each band over five frames."""
    padded = np.pad(levels, ((0, 0), (2, 2)), mode="edge")
    two = np.maximum(padded[:, :-1], padded[:, 1:])
    four = np.maximum(two[:, :-2], two[:, 2:])
    return np.maximum(four[:, :-1], padded[:, 4:])


def rise(levels: Levels, floor: Levels) -> npt.NDArray[np.float32]:
    """How far the sound rises above `floor`, dB, averaged over bands and 30 ms."""
    above = np.empty(levels.shape[1], np.float32)
    kernels.level.rise(levels, floor, MARGIN, MOST, above)
    padded = np.pad(above, 1, mode="edge") if len(above) else np.zeros(2, above.dtype)
    smooth: Level = (padded[:-2] + padded[1:-1] + padded[2:]) * np.float32(1 / 3)
    return smooth


def voiced(above: Level, likely: Level) -> Mask:
    """Frames that may be speech: a `rise` that begins clearly and goes on, of a likely sound.

    How far the sound rises says exactly when somebody speaks, but not whether it is a voice;
    `likely` (of `scorer.audio.kinds`) says that, but not to the frame.
    """
    found = runs(above >= KEEPS)
    clear = filled(found[greatest(above, found) >= BEGINS], len(above))
    return lasting(bridged(clear & (likely > LIKELY), PAUSE), BURST)


def spoken(above: Level, likely: Level, musical: Level) -> Mask:
    """What is `voiced`, where whole stretches are likely enough to be speech.

    The clearer a stretch stands out, the surer it must be, most of all where nobody surely speaks
    around it; what is twice as surely `musical` is no speech.
    """
    found = runs(voiced(above, likely))
    mean = means(likely, found)
    heard = _believed(above, likely, found, _beside(found, found[mean > SURE]))
    heard &= 2 * mean > means(musical, found)
    return filled(found[heard], len(above)) | _sung(above, likely, musical, found[heard])


def _believed(above: Level, likely: Level, found: Stretches, beside: Mask) -> Mask:
    """Which stretches are likely enough, each as clear as it is and `beside` sure speech or not."""
    mean, once = means(likely, found), greatest(likely, found)
    clear = np.maximum(means(above, found) - CLEAR, 0.0)
    needed = LIKELY_MEAN + clear * np.where(beside, LIKELY_CLEAR, LIKELY_ALONE)
    believed: Mask = (mean > needed) & (once > needed + LIKELY_ONCE)
    return believed


def _sung(above: Level, likely: Level, musical: Level, known: Stretches) -> Mask:
    """Words of one drawn-out vowel beside `known` speech ("Sure."), which sound like music.

    Music lasts, and a brief tone is of a kind of its own.
    """
    around = np.convolve(
        np.pad(musical, CALM_OVER // 2), np.full(CALM_OVER, 1 / CALM_OVER, np.float32), "valid"
    )
    either = likely + np.where(around < CALM, musical, np.float32(0))
    found = runs(voiced(above, either))
    brief = (lengths(found) <= BRIEF) & (means(above, found) >= OUTSTANDING)
    beside = _beside(found, known)
    return filled(found[brief & beside & _believed(above, either, found, beside)], len(above))


def _beside(found: Stretches, sure: Stretches) -> Mask:
    """Which stretches have a sure one less than `AROUND` away; with themselves if they are sure."""
    near = np.searchsorted(sure[:, 1], found[:, 0] - AROUND, side="right")  # that ends late enough
    begins = np.append(sure[:, 0], np.iinfo(np.intp).max)
    return begins[near] < found[:, 1] + AROUND


def faded(speech: Mask, likely: Level, noise: Levels, loud: Level) -> Mask:
    """`speech`, and the ends of its stretches that noise hides: they fade into it."""
    ends = runs(speech)[:, 1:] + np.array([0, FADES])
    hidden = filled(ends, len(speech)) & (loud - noise.max(axis=0) < NOISY) & (likely > FADING)
    either = runs(speech | hidden)
    return filled(either[greatest(speech, either)], len(speech))


def audible(levels: Levels, speech: Mask) -> Mask:
    """`speech` without the stretches that are far fainter than the channel's loudest one."""
    found = runs(speech)
    loud = percentiles(levels.max(axis=0), found, 90)
    telling = loud[lengths(found) >= TELLING]
    if not len(telling):
        return speech
    return filled(found[loud >= telling.max() - FAINT], len(speech))
