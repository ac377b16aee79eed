"""Levels: of raw samples frame by frame, the extremes that draw a waveform, the quiet of bands.

Specification: `scorer.audio.reference`, same names and arguments.
"""

from libc.math cimport INFINITY
from libc.stdint cimport int64_t


cdef extern from "level.h" nogil:
    enum:
        LANES
    ctypedef float lanes  # to Cython a float, to the C compiler LANES of them
    void lanes_beside(const float *samples, int hop, int rows, int row, float *to)
    void lanes_order(lanes *low, lanes *high)

cdef enum:
    FULL = 32000  # mu-law's loudest is 32124, so that it counts as clipped too
    BLOCK = 512  # samples taken at once
    MOST_LENGTH = 256  # frames of a stretch whose quiet is looked for
    MOST_RANK = 32

cdef struct Sums:
    int64_t squares
    int64_t total
    int loudest
    int clipped


cdef void add "scorer_add" (
    const short *pcm, Py_ssize_t step, int count, void *untyped
) noexcept nogil:
    """Adds up to BLOCK samples, `step` apart, to the sums."""
    cdef Sums *sums = <Sums *> untyped
    cdef short block[BLOCK]
    cdef int64_t squares = 0
    cdef int total = 0
    cdef int loudest = 0
    cdef int clipped = 0
    cdef int i, value
    for i in range(count):  # gathered first, so that the next loop takes many at once
        block[i] = pcm[i * step]
    for i in range(count):
        value = block[i]
        squares += <int64_t> (value * value)
        total += value
        value = -value if value < 0 else value
        loudest = value if value > loudest else loudest
        clipped += value >= FULL
    sums.squares += squares
    sums.total += total
    sums.loudest = max(sums.loudest, loudest)
    sums.clipped += clipped


def levels(const short[:] pcm, Py_ssize_t hop, float[:, ::1] out):
    """Power, peak, mean and clipped samples of each frame; see `scorer.audio.reference.levels`."""
    cdef Py_ssize_t frames = out.shape[1]
    cdef Py_ssize_t step = pcm.strides[0] // <Py_ssize_t> sizeof(short)
    cdef Py_ssize_t t, i
    cdef Sums sums
    cdef const short *at
    if out.shape[0] != 4 or hop < 1 or frames != pcm.shape[0] // hop:
        raise ValueError(f"out is [{out.shape[0]}, {frames}] for {pcm.shape[0]} samples")
    if frames == 0:
        return
    at = &pcm[0]
    with nogil:
        for t in range(frames):
            sums.squares = sums.total = sums.loudest = sums.clipped = 0
            i = 0
            while i < hop:
                add(at + (t * hop + i) * step, step, <int> min(hop - i, <Py_ssize_t> BLOCK), &sums)
                i += BLOCK
            out[0, t] = <float> (sums.squares / (32768.0 * 32768.0 * hop))
            out[1, t] = <float> (sums.loudest / 32768.0)
            out[2, t] = <float> (sums.total / (32768.0 * hop))
            out[3, t] = sums.clipped


def census(const short[:, ::1] pcm, int idle, double[:, ::1] products, int64_t[::1] loud):
    """Adds up what tells copies and silent channels apart; see `scorer.audio.reference.census`."""
    cdef Py_ssize_t channels = pcm.shape[1]
    cdef Py_ssize_t a, b, i
    cdef int64_t found[2]
    if not channels == products.shape[0] == products.shape[1] == loud.shape[0]:
        raise ValueError(f"sums of {loud.shape[0]} channels for {channels}")
    if pcm.shape[0] == 0:
        return
    with nogil:
        for a in range(channels):
            for b in range(a + 1):
                found[0] = found[1] = 0
                i = 0
                while i < pcm.shape[0]:
                    count(
                        &pcm[i, a], &pcm[i, b], channels,
                        <int> min(pcm.shape[0] - i, <Py_ssize_t> BLOCK), idle, found,
                    )
                    i += BLOCK
                products[a, b] += found[0]
                if a == b:
                    loud[a] += found[1]
                else:
                    products[b, a] += found[0]


cdef void count "scorer_count" (
    const short *a, const short *b, Py_ssize_t step, int length, int idle, int64_t *found
) noexcept nogil:
    """Adds the product of two channels, and how many samples of the first are louder than idle."""
    cdef short first[BLOCK]
    cdef short second[BLOCK]
    cdef int64_t total = 0
    cdef int loud = 0
    cdef int i
    for i in range(length):
        first[i] = a[i * step]
        second[i] = b[i * step]
    for i in range(length):
        total += <int64_t> (<int> first[i] * <int> second[i])
        loud += (first[i] > idle) | (first[i] < -idle)
    found[0] += total
    found[1] += loud


def extremes(const short[:] pcm, short[:, ::1] out):
    """The least and the greatest sample of each stretch; see `scorer.audio.reference.extremes`."""
    cdef Py_ssize_t stretches = out.shape[1]
    cdef Py_ssize_t length = pcm.shape[0]
    cdef Py_ssize_t s, i
    cdef short low, high, value
    if out.shape[0] != 2 or stretches > length:
        raise ValueError(f"out is [{out.shape[0]}, {stretches}] for {length} samples")
    with nogil:
        for s in range(stretches):
            i = s * length // stretches
            low = high = pcm[i]
            for i in range(i + 1, (s + 1) * length // stretches):
                value = pcm[i]
                low = value if value < low else low
                high = value if value > high else high
            out[0, s] = low
            out[1, s] = high


def lows(const float[:, :] levels, Py_ssize_t length, Py_ssize_t rank, float[:, :] out):
    """What is low in each stretch of each band; see `scorer.audio.reference.lows`."""
    cdef Py_ssize_t frames = levels.shape[1]
    cdef Py_ssize_t band, block, t, i
    cdef float drawn[MOST_LENGTH * LANES]  # LANES stretches, the last frame drawn out
    cdef float found[LANES]
    if (
        not 0 <= rank < length <= MOST_LENGTH or rank >= MOST_RANK
        or out.shape[0] != levels.shape[0] or out.shape[1] != (frames + length - 1) // length
    ):
        raise ValueError(f"out is [{out.shape[0]}, {out.shape[1]}] for {frames} frames")
    with nogil:
        for band in range(levels.shape[0]):
            block = 0
            while block < out.shape[1]:
                for i in range(length * LANES):
                    t = block * length + i
                    drawn[i] = levels[band, t if t < frames else frames - 1]
                low(drawn, <int> length, <int> rank, found)
                for i in range(min(<Py_ssize_t> LANES, out.shape[1] - block)):
                    out[band, block + i] = found[i]
                block += LANES


cdef void low "scorer_low" (const float *drawn, int length, int rank, float *found) noexcept nogil:
    """Sorts the rank + 1 least of LANES stretches, side by side, as they come."""
    cdef float beside[MOST_LENGTH * LANES]
    cdef float least[MOST_RANK * LANES]
    cdef float more[LANES]
    cdef int t, r
    lanes_beside(drawn, length, length, LANES, beside)
    for r in range((rank + 1) * LANES):
        least[r] = INFINITY
    for t in range(length):
        for r in range(LANES):
            more[r] = beside[t * LANES + r]
        for r in range(rank + 1):
            lanes_order(<lanes *> &least[r * LANES], <lanes *> more)
    for r in range(LANES):
        found[r] = least[rank * LANES + r]


def rise(
    const float[:, :] levels, const float[:, :] floor, float margin, float most, float[::1] out
):
    """How far each frame rises above `floor` on average; see `scorer.audio.reference.rise`."""
    cdef Py_ssize_t frames = levels.shape[1]
    cdef Py_ssize_t bands = levels.shape[0]
    cdef Py_ssize_t first = 0
    cdef int taken
    if floor.shape[0] != bands or floor.shape[1] != frames or out.shape[0] != frames:
        raise ValueError(f"out is [{out.shape[0]}] for {frames} frames")
    if frames == 0 or bands == 0:
        out[:] = 0
        return
    if not levels.strides[1] == floor.strides[1] == sizeof(float):
        raise ValueError("the frames of a band must lie one after the other")
    with nogil:
        while first < frames:
            taken = <int> min(<Py_ssize_t> BLOCK, frames - first)
            above(
                &levels[0, first], levels.strides[0] // <Py_ssize_t> sizeof(float),
                &floor[0, first], floor.strides[0] // <Py_ssize_t> sizeof(float),
                bands, taken, margin, most, &out[first],
            )
            first += BLOCK


cdef void above "scorer_above" (
    const float *levels, Py_ssize_t levels_row, const float *floor, Py_ssize_t floor_row,
    Py_ssize_t bands, int count, float margin, float most, float *out
) noexcept nogil:
    cdef float sums[BLOCK]
    cdef float value
    cdef Py_ssize_t band
    cdef int t
    for t in range(count):
        sums[t] = 0
    for band in range(bands):
        for t in range(count):
            value = levels[band * levels_row + t] - floor[band * floor_row + t] - margin
            value = value if value > 0 else 0
            sums[t] += value if value < most else most
    for t in range(count):
        out[t] = sums[t] / bands
