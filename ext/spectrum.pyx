"""Log-mel spectra: LANES frames at a time through one real Fourier transform.

The transform of n real samples is one of n/2 complex samples (even samples real, odd imaginary),
done as Stockham passes of radix 5, 4, 3 and 2, which need no reordering. Every array holds LANES
frames side by side, so that each operation is one vector instruction.

Specification: `scorer.audio.reference`, same names and arguments. Nothing is shared between calls.
"""

from libc.math cimport M_PI, cos, sin
from libc.stdlib cimport calloc, free
from libc.string cimport memcpy


cdef extern from "lanes.h" nogil:
    enum:
        LANES
    ctypedef float lanes  # to Cython a float, to the C compiler LANES of them
    void lanes_log10(lanes *x, float least)

cdef enum:
    MOST_SAMPLES = 512  # of a frame
    MOST_COMPLEX = 256
    MOST_BINS = 257
    MOST_HOP = 512
    MOST_BANDS = 256
    MOST_PASSES = 9

cdef struct Plan:
    int n  # samples of a frame
    int hop
    int bands
    int passes
    int radix[MOST_PASSES]
    float turns[2 * MOST_SAMPLES]  # (re, im) twiddles of every pass, in the order of use
    float split[MOST_SAMPLES + 2]  # (re, im) twiddles from n/2 complex to n real samples
    float window[MOST_SAMPLES]  # periodic Hann
    int first[MOST_BANDS]  # the bin at which each band begins
    int width[MOST_BANDS]  # bins of each band
    float weights[MOST_BANDS * MOST_BINS]  # of all bands, one after the other
    float least  # power below which the logarithm stays
    float padded[MOST_HOP * LANES]  # frames that reach over an end

cdef struct Complex:
    lanes re[MOST_COMPLEX]
    lanes im[MOST_COMPLEX]


cdef inline void pass2 "scorer_pass2" (
    lanes *re, lanes *im, lanes *to_re, lanes *to_im, const float *turns, int m, int s
) noexcept nogil:
    cdef int p, q, at, to
    cdef lanes dr, di
    for p in range(m):
        for q in range(s):
            at = q + s * p
            to = q + s * 2 * p
            dr = re[at] - re[at + s * m]
            di = im[at] - im[at + s * m]
            to_re[to] = re[at] + re[at + s * m]
            to_im[to] = im[at] + im[at + s * m]
            to_re[to + s] = dr * turns[2 * p] - di * turns[2 * p + 1]
            to_im[to + s] = dr * turns[2 * p + 1] + di * turns[2 * p]


cdef inline void pass3 "scorer_pass3" (
    lanes *re, lanes *im, lanes *to_re, lanes *to_im, const float *turns, int m, int s
) noexcept nogil:
    cdef int p, q, at, to
    cdef float half = 0.5
    cdef float sin1 = 0.86602540378
    cdef lanes sr, si, dr, di, br, bi
    cdef const float *w
    for p in range(m):
        w = turns + 4 * p
        for q in range(s):
            at = q + s * p
            to = q + s * 3 * p
            sr = re[at + s * m] + re[at + 2 * s * m]
            si = im[at + s * m] + im[at + 2 * s * m]
            dr = (re[at + s * m] - re[at + 2 * s * m]) * sin1
            di = (im[at + s * m] - im[at + 2 * s * m]) * sin1
            br = re[at] - sr * half
            bi = im[at] - si * half
            to_re[to] = re[at] + sr
            to_im[to] = im[at] + si
            to_re[to + s] = (br + di) * w[0] - (bi - dr) * w[1]
            to_im[to + s] = (br + di) * w[1] + (bi - dr) * w[0]
            to_re[to + 2 * s] = (br - di) * w[2] - (bi + dr) * w[3]
            to_im[to + 2 * s] = (br - di) * w[3] + (bi + dr) * w[2]


cdef inline void pass4 "scorer_pass4" (
    lanes *re, lanes *im, lanes *to_re, lanes *to_im, const float *turns, int m, int s
) noexcept nogil:
    cdef int p, q, at, to
    cdef int step = s * m
    cdef lanes ar, ai, br, bi, cr, ci, dr, di
    cdef const float *w
    for p in range(m):
        w = turns + 6 * p
        for q in range(s):
            at = q + s * p
            to = q + s * 4 * p
            ar = re[at] + re[at + 2 * step]
            ai = im[at] + im[at + 2 * step]
            br = re[at] - re[at + 2 * step]
            bi = im[at] - im[at + 2 * step]
            cr = re[at + step] + re[at + 3 * step]
            ci = im[at + step] + im[at + 3 * step]
            dr = re[at + step] - re[at + 3 * step]
            di = im[at + step] - im[at + 3 * step]
            to_re[to] = ar + cr
            to_im[to] = ai + ci
            to_re[to + s] = (br + di) * w[0] - (bi - dr) * w[1]
            to_im[to + s] = (br + di) * w[1] + (bi - dr) * w[0]
            to_re[to + 2 * s] = (ar - cr) * w[2] - (ai - ci) * w[3]
            to_im[to + 2 * s] = (ar - cr) * w[3] + (ai - ci) * w[2]
            to_re[to + 3 * s] = (br - di) * w[4] - (bi + dr) * w[5]
            to_im[to + 3 * s] = (br - di) * w[5] + (bi + dr) * w[4]


cdef inline void pass5 "scorer_pass5" (
    lanes *re, lanes *im, lanes *to_re, lanes *to_im, const float *turns, int m, int s
) noexcept nogil:
    cdef int p, q, at, to
    cdef int step = s * m
    cdef float cos1 = 0.30901699437
    cdef float cos2 = -0.80901699437
    cdef float sin1 = 0.95105651630
    cdef float sin2 = 0.58778525229
    cdef lanes sr1, si1, sr2, si2, dr1, di1, dr2, di2, mr, mi, nr, ni
    cdef const float *w
    for p in range(m):
        w = turns + 8 * p
        for q in range(s):
            at = q + s * p
            to = q + s * 5 * p
            sr1 = re[at + step] + re[at + 4 * step]
            si1 = im[at + step] + im[at + 4 * step]
            dr1 = re[at + step] - re[at + 4 * step]
            di1 = im[at + step] - im[at + 4 * step]
            sr2 = re[at + 2 * step] + re[at + 3 * step]
            si2 = im[at + 2 * step] + im[at + 3 * step]
            dr2 = re[at + 2 * step] - re[at + 3 * step]
            di2 = im[at + 2 * step] - im[at + 3 * step]
            to_re[to] = re[at] + sr1 + sr2
            to_im[to] = im[at] + si1 + si2
            mr = re[at] + sr1 * cos1 + sr2 * cos2
            mi = im[at] + si1 * cos1 + si2 * cos2
            nr = dr1 * sin1 + dr2 * sin2
            ni = di1 * sin1 + di2 * sin2
            to_re[to + s] = (mr + ni) * w[0] - (mi - nr) * w[1]
            to_im[to + s] = (mr + ni) * w[1] + (mi - nr) * w[0]
            to_re[to + 4 * s] = (mr - ni) * w[6] - (mi + nr) * w[7]
            to_im[to + 4 * s] = (mr - ni) * w[7] + (mi + nr) * w[6]
            mr = re[at] + sr1 * cos2 + sr2 * cos1
            mi = im[at] + si1 * cos2 + si2 * cos1
            nr = dr1 * sin2 - dr2 * sin1
            ni = di1 * sin2 - di2 * sin1
            to_re[to + 2 * s] = (mr + ni) * w[2] - (mi - nr) * w[3]
            to_im[to + 2 * s] = (mr + ni) * w[3] + (mi - nr) * w[2]
            to_re[to + 3 * s] = (mr - ni) * w[4] - (mi + nr) * w[5]
            to_im[to + 3 * s] = (mr - ni) * w[5] + (mi + nr) * w[4]


cdef void spectrum "scorer_spectrum" (
    const void *untyped, const float *samples, float *out
) noexcept nogil:
    """The log band powers of LANES frames that begin at `samples`, `[bands][LANES]`."""
    cdef const Plan *plan = <const Plan *> untyped
    cdef Complex first, second
    cdef Complex *here = &first
    cdef Complex *there = &second
    cdef lanes power[MOST_BINS]
    cdef lanes er, ei, odd_r, odd_i, tr, ti
    cdef lanes total
    cdef float quarter = 0.25
    cdef float wr, wi
    cdef int half = plan.n // 2
    cdef int i, j, k, m, s, radix
    cdef const float *turns = &plan.turns[0]
    cdef const float *weights = &plan.weights[0]

    for i in range(half):
        for j in range(LANES):
            (<float *> &here.re[i])[j] = samples[j * plan.hop + 2 * i]
            (<float *> &here.im[i])[j] = samples[j * plan.hop + 2 * i + 1]
    for i in range(half):
        here.re[i] = here.re[i] * plan.window[2 * i]
        here.im[i] = here.im[i] * plan.window[2 * i + 1]

    m = half
    s = 1
    for i in range(plan.passes):
        radix = plan.radix[i]
        m = m // radix
        if radix == 5:
            pass5(here.re, here.im, there.re, there.im, turns, m, s)
        elif radix == 4:
            pass4(here.re, here.im, there.re, there.im, turns, m, s)
        elif radix == 3:
            pass3(here.re, here.im, there.re, there.im, turns, m, s)
        else:
            pass2(here.re, here.im, there.re, there.im, turns, m, s)
        turns += 2 * m * (radix - 1)
        s = s * radix
        here, there = there, here

    # Bin k of the real transform is E + wO and bin n/2 - k its mirror, (E - wO)*: four times each.
    tr = here.re[0] + here.im[0]
    ti = here.re[0] - here.im[0]
    power[0] = tr * tr
    power[half] = ti * ti
    for k in range(1, half // 2 + 1):
        er = here.re[k] + here.re[half - k]
        ei = here.im[k] - here.im[half - k]
        odd_r = here.im[k] + here.im[half - k]
        odd_i = here.re[half - k] - here.re[k]
        wr = plan.split[2 * k]
        wi = plan.split[2 * k + 1]
        tr = odd_r * wr - odd_i * wi
        ti = odd_r * wi + odd_i * wr
        power[k] = ((er + tr) * (er + tr) + (ei + ti) * (ei + ti)) * quarter
        power[half - k] = ((er - tr) * (er - tr) + (ei - ti) * (ei - ti)) * quarter

    for i in range(plan.bands):
        total = power[plan.first[i]] * weights[0]
        for j in range(1, plan.width[i]):
            total = total + power[plan.first[i] + j] * weights[j]
        weights += plan.width[i]
        lanes_log10(&total, plan.least)
        (<lanes *> (out + i * LANES))[0] = total


cdef int plan_transform(Plan *plan, int n, int hop) except -1:
    """Fills in what depends on the frame alone; n is even and made of the primes 2, 3 and 5."""
    cdef int left = n // 2
    cdef int m, p, k, at = 0
    cdef int radix
    cdef double angle
    plan.n, plan.hop, plan.passes = n, hop, 0
    for radix in (5, 4, 3, 2):
        while left % radix == 0:
            plan.radix[plan.passes] = radix
            plan.passes += 1
            left //= radix
            m = left
            for p in range(m):
                for k in range(1, radix):
                    angle = -2 * M_PI * p * k / (m * radix)
                    plan.turns[at] = cos(angle)
                    plan.turns[at + 1] = sin(angle)
                    at += 2
    if left != 1:
        raise ValueError(f"a frame of {n} samples: want an even number made of 2, 3 and 5")
    for k in range(n // 4 + 1):
        plan.split[2 * k] = cos(-2 * M_PI * k / n)
        plan.split[2 * k + 1] = sin(-2 * M_PI * k / n)
    for k in range(n):
        plan.window[k] = 0.5 - 0.5 * cos(2 * M_PI * k / n)
    return 0


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
    cdef Py_ssize_t span = (LANES - 1) * plan.hop + plan.n
    cdef Py_ssize_t t = 0
    cdef Py_ssize_t start, i, at
    cdef float block[MOST_BANDS * LANES]
    cdef int band, j, take
    while t < frames:
        start = t * plan.hop - before
        take = LANES if frames - t >= LANES else <int> (frames - t)
        if start >= 0 and start + span <= length:
            spectrum(plan, &samples[start], block)
        else:
            for i in range(span):
                at = mirrored(start + i, length + padding)
                plan.padded[i] = samples[at] if at < length else 0
            spectrum(plan, plan.padded, block)
        for band in range(plan.bands):
            if take == LANES and out.strides[1] == sizeof(float):
                memcpy(&out[band, t], &block[band * LANES], LANES * sizeof(float))
            else:
                for j in range(take):
                    out[band, t + j] = block[band * LANES + j]
        t += take


cdef Plan *planned(const float[:, :] filters, int hop, float least) except NULL:
    cdef int n = 2 * (<int> filters.shape[1] - 1)
    cdef Plan *plan
    if not 2 <= n <= MOST_SAMPLES or not 1 <= hop <= MOST_HOP:
        raise ValueError(
            f"frames of {n} samples every {hop}: want at most {MOST_SAMPLES} every {MOST_HOP}"
        )
    if filters.shape[0] > MOST_BANDS:
        raise ValueError(f"{filters.shape[0]} bands: want at most {MOST_BANDS}")
    plan = <Plan *> calloc(1, sizeof(Plan))
    if plan == NULL:
        raise MemoryError
    try:
        plan_transform(plan, n, hop)
    except ValueError:
        free(plan)
        raise
    plan.least = least
    plan_bands(plan, filters)
    return plan


def log_mel(
    const float[::1] samples, const float[:, :] filters, int hop, Py_ssize_t padding,
    float[:, :] out,
):
    """Whisper's features of `samples` into `out`; see `scorer.audio.reference.log_mel`."""
    cdef Plan *plan
    cdef Py_ssize_t band, t
    cdef float peak = -10
    cdef float least
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
        transform_all(plan, samples, padding, plan.n // 2, out)
        for band in range(out.shape[0]):
            for t in range(out.shape[1]):
                if out[band, t] > peak:
                    peak = out[band, t]
        least = peak - 8
        for band in range(out.shape[0]):
            for t in range(out.shape[1]):
                out[band, t] = ((out[band, t] if out[band, t] > least else least) + 4) * 0.25
        free(plan)


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
