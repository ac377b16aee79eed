"""Band powers of overlapping frames: Whisper's log-mel features, and what activity is read from.

Specification: `scorer.audio.reference`, same names and arguments. Nothing is shared between calls.
"""

from libc.stdlib cimport calloc, free
from libc.string cimport memcpy

include "transform.pxi"


cdef extern from "spectrum.h" nogil:
    void lanes_log10(lanes *x, float least)
    void lanes_most(lanes *x, const lanes *y)
    void lanes_total(lanes *x, int count, float scale, float least, lanes *total)
    void lanes_greatest(const lanes *x, int count, int *at)

cdef enum:
    MOST_BANDS = 256
    MOST_SPAN = MOST_HOP * LANES + MOST_SAMPLES  # samples of LANES frames
    SKIRT = 3  # bins on each side of a line

cdef struct Line:  # the strongest two of a frame, see `lines`
    int low
    int high
    float share
    float total

cdef struct Plan:
    Transform transform
    int bands
    int first[MOST_BANDS]  # the bin at which each band begins
    int width[MOST_BANDS]  # bins of each band
    float weights[MOST_BANDS * MOST_BINS]  # of all bands, one after the other
    float least  # power below which the logarithm stays
    float padded[MOST_SPAN]  # frames that reach over an end


cdef void bands "scorer_bands" (const void *untyped, const lanes *power, lanes *out) noexcept nogil:
    """The log power of each band in LANES frames [bands]."""
    cdef const Plan *plan = <const Plan *> untyped
    cdef const float *weights = &plan.weights[0]
    cdef const lanes *bins
    cdef lanes total
    cdef int i, j
    for i in range(plan.bands):
        bins = power + plan.first[i]
        total = bins[0] * weights[0]
        for j in range(1, plan.width[i]):
            total = total + bins[j] * weights[j]
        weights += plan.width[i]
        lanes_log10(&total, plan.least)
        out[i] = total


cdef void plan_bands(Plan *plan, const float[:, :] filters) noexcept nogil:
    """Keeps of each filter only the bins that it covers."""
    cdef int band, k, at = 0
    cdef int first, last
    plan.bands = <int> filters.shape[0]
    for band in range(plan.bands):
        first, last = -1, -1
        for k in range(filters.shape[1]):
            if filters[band, k] != 0:
                if first < 0:
                    first = k
                last = k
        if first < 0:  # a filter that lies between two bins: an empty band
            first, last = 0, 0
        plan.first[band] = first
        plan.width[band] = last - first + 1
        for k in range(first, last + 1):
            plan.weights[at] = filters[band, k]
            at += 1


cdef Plan *planned(const float[:, :] filters, int hop, float least) except NULL:
    cdef Plan *plan
    if filters.shape[0] > MOST_BANDS:
        raise ValueError(f"{filters.shape[0]} bands: want at most {MOST_BANDS}")
    plan = <Plan *> calloc(1, sizeof(Plan))
    if plan == NULL:
        raise MemoryError
    try:
        plan_transform(&plan.transform, 2 * (<int> filters.shape[1] - 1), hop)
    except ValueError:
        free(plan)
        raise
    plan.least = least
    plan_bands(plan, filters)
    return plan


cdef inline Py_ssize_t mirrored(Py_ssize_t at, Py_ssize_t length) noexcept nogil:
    """Where sample `at` lies once the sound is reflected at both ends, as often as needed."""
    cdef Py_ssize_t period
    if length == 1:
        return 0
    period = 2 * (length - 1)
    at = at % period
    if at < 0:
        at += period
    return period - at if at >= length else at


cdef void transform_all(
    Plan *plan, const float[::1] samples, Py_ssize_t padding, Py_ssize_t before, float[:, :] out
) noexcept nogil:
    """Frame t begins at sample t * hop - before; the sound is followed by `padding` zeros."""
    cdef Py_ssize_t length = samples.shape[0]
    cdef Py_ssize_t frames = out.shape[1]
    cdef Py_ssize_t hop = plan.transform.hop
    cdef Py_ssize_t span = (LANES - 1) * hop + plan.transform.n
    cdef Py_ssize_t t = 0
    cdef Py_ssize_t start, i, at
    cdef float power[MOST_BINS * LANES]
    cdef float block[MOST_BANDS * LANES]
    cdef const float *frame
    cdef int band, j, take
    while t < frames:
        start = t * hop - before
        take = LANES if frames - t >= LANES else <int> (frames - t)
        if start >= 0 and start + span <= length:
            frame = &samples[start]
        else:
            for i in range(span):
                at = mirrored(start + i, length + padding)
                plan.padded[i] = samples[at] if at < length else 0
            frame = plan.padded
        powers(&plan.transform, frame, <lanes *> power)
        bands(plan, <const lanes *> power, <lanes *> block)
        for band in range(plan.bands):
            if take == LANES and out.strides[1] == sizeof(float):
                memcpy(&out[band, t], &block[band * LANES], LANES * sizeof(float))
            else:
                for j in range(take):
                    out[band, t + j] = block[band * LANES + j]
        t += take


def log_mel(
    const float[::1] samples, const float[:, :] filters, int hop, Py_ssize_t padding,
    float[:, :] out,
):
    """Whisper's features of `samples` into `out`; see `scorer.audio.reference.log_mel`."""
    cdef Plan *plan
    if (
        out.shape[0] != filters.shape[0]
        or out.shape[1] != (samples.shape[0] + padding) // hop
        or padding < 0
    ):
        raise ValueError(f"out is [{out.shape[0]}, {out.shape[1]}] for {samples.shape[0]} samples")
    if out.shape[1] == 0:
        return
    plan = planned(filters, hop, 1e-10)
    with nogil:
        transform_all(plan, samples, padding, plan.transform.n // 2, out)
        free(plan)
        normalise(out)


cdef void normalise(float[:, :] out) noexcept nogil:
    """Holds all within 8 of the greatest, and scales it as Whisper does."""
    cdef Py_ssize_t step = out.strides[1] // <Py_ssize_t> sizeof(float)
    cdef Py_ssize_t band
    cdef float peak = -10
    for band in range(out.shape[0]):
        loudest(&out[band, 0], out.shape[1], step, &peak)
    for band in range(out.shape[0]):
        scaled(&out[band, 0], out.shape[1], step, peak - 8)


cdef void loudest "scorer_loudest" (
    const float *row, Py_ssize_t frames, Py_ssize_t step, float *peak
) noexcept nogil:
    cdef lanes most
    cdef Py_ssize_t t = 0
    cdef int j
    if step == 1 and frames >= LANES:
        most = (<const lanes *> row)[0]
        while t + LANES <= frames:
            lanes_most(&most, <const lanes *> (row + t))
            t += LANES
        lanes_most(&most, <const lanes *> (row + frames - LANES))  # some of them again
        for j in range(LANES):
            peak[0] = max(peak[0], (<const float *> &most)[j])
    else:
        for t in range(frames):
            peak[0] = max(peak[0], row[t * step])


cdef void scaled "scorer_scaled" (
    float *row, Py_ssize_t frames, Py_ssize_t step, float least
) noexcept nogil:
    cdef Py_ssize_t t
    if step == 1:  # said apart, so that the compiler may take many at once
        for t in range(frames):
            row[t] = ((row[t] if row[t] > least else least) + 4) * <float> 0.25
    else:
        for t in range(frames):
            row[t * step] = (
                (row[t * step] if row[t * step] > least else least) + 4
            ) * <float> 0.25


def band_levels(const float[::1] samples, const float[:, :] filters, int hop, float[:, :] out):
    """log10 of band powers, frame by frame; see `scorer.audio.reference.band_levels`."""
    cdef Plan *plan
    cdef Py_ssize_t needed
    cdef int n = 2 * (<int> filters.shape[1] - 1)
    needed = (out.shape[1] - 1) * hop + n if out.shape[1] else 0
    if out.shape[0] != filters.shape[0] or samples.shape[0] < needed:
        raise ValueError(f"out is [{out.shape[0]}, {out.shape[1]}] for {samples.shape[0]} samples")
    if out.shape[1] == 0:
        return
    plan = planned(filters, hop, 1e-12)
    with nogil:
        transform_all(plan, samples, 0, 0, out)
        free(plan)


def lines(
    const float[::1] samples, int n, int hop, int[::1] low, int[::1] high, float[::1] share,
    float[::1] total,
):
    """The two strongest lines of each frame; see `scorer.audio.reference.lines`."""
    cdef Transform *plan
    cdef Py_ssize_t frames = low.shape[0]
    cdef Py_ssize_t span = (LANES - 1) * hop + n
    cdef Py_ssize_t t = 0
    cdef float power[MOST_BINS * LANES]
    cdef Line found[LANES]
    cdef float *padded
    cdef int i, j
    if not frames == high.shape[0] == share.shape[0] == total.shape[0]:
        raise ValueError("low, high, share and total are of different lengths")
    if samples.shape[0] < ((frames - 1) * hop + n if frames else 0):
        raise ValueError(f"{frames} frames of {n} for {samples.shape[0]} samples")
    if frames == 0:
        return
    plan = <Transform *> calloc(1, sizeof(Transform) + MOST_SPAN * sizeof(float))
    if plan == NULL:
        raise MemoryError
    try:
        plan_transform(plan, n, hop)
    except ValueError:
        free(plan)
        raise
    with nogil:
        padded = <float *> (plan + 1)
        while t < frames:
            if t * hop + span <= samples.shape[0]:
                powers(plan, &samples[t * hop], <lanes *> power)
            else:  # what lies beyond the end is left as silence
                for i in range(<int> (samples.shape[0] - t * hop)):
                    padded[i] = samples[t * hop + i]
                powers(plan, padded, <lanes *> power)
            strongest(<lanes *> power, n // 2, 16.0 / n / n, found)
            for j in range(<int> min(<Py_ssize_t> LANES, frames - t)):
                low[t + j], high[t + j] = found[j].low, found[j].high
                share[t + j], total[t + j] = found[j].share, found[j].total
            t += LANES
        free(plan)


cdef void strongest "scorer_strongest" (
    lanes *power, int bins, float scale, void *untyped
) noexcept nogil:
    """The two lines of each of LANES frames; both are taken out of `power`."""
    cdef Line *found = <Line *> untyped
    cdef float parts[2 * LANES]
    cdef int peaks[2 * LANES]
    cdef float *bin
    cdef float total[LANES]
    cdef int i, j, k, peak
    lanes_total(power, bins, scale, 1e-12, <lanes *> total)
    for i in range(2):
        lanes_greatest(power, bins, &peaks[i * LANES])
        for j in range(LANES):
            peak = peaks[i * LANES + j]
            parts[i * LANES + j] = 0
            for k in range(max(peak - SKIRT, 0), min(peak + SKIRT + 1, bins)):
                bin = <float *> (power + k) + j
                parts[i * LANES + j] += bin[0]
                bin[0] = 0
    for j in range(LANES):
        peak = peaks[LANES + j] if parts[LANES + j] > <float> 0.1 * parts[j] else peaks[j]
        found[j].low = min(peaks[j], peak)
        found[j].high = max(peaks[j], peak)
        found[j].share = (parts[j] + parts[LANES + j]) / total[j]
        found[j].total = total[j]
