# The power spectrum of LANES frames at a time; spectrum.pyx includes it.
#
# The transform of n real samples is one of n/2 complex points (even samples real, odd imaginary),
# done as Stockham passes of radix 2, 3, 4, 5 and 8, which need no reordering. Every array holds
# LANES frames side by side, so that each operation is one vector instruction.

from libc.math cimport M_PI, cos, sin


cdef extern from "spectrum.h" nogil:
    enum:
        LANES
    ctypedef float lanes  # to Cython a float, to the C compiler LANES of them
    ctypedef int int_lanes
    ctypedef struct point:
        lanes re
        lanes im
    void lanes_beside(const float *samples, int hop, int rows, int row, float *to)

cdef enum:
    MOST_SAMPLES = 512  # of a frame
    MOST_POINTS = 256
    MOST_BINS = 257
    MOST_HOP = 512
    MOST_PASSES = 9

cdef struct Transform:
    int n  # samples of a frame
    int hop
    int passes
    int radix[MOST_PASSES]
    float turns[2 * MOST_SAMPLES]  # (re, im) twiddles of every pass, in the order of use
    float split[MOST_SAMPLES + 2]  # (re, im) twiddles from n/2 complex to n real samples
    float window[MOST_SAMPLES]  # periodic Hann, halved
    int row  # floats from row to row of `beside`
    int at[MOST_SAMPLES]  # where in `beside` sample i of the first frame lies
    float beside[MOST_HOP * 2 * LANES + MOST_SAMPLES]  # LANES frames and what they reach into


cdef inline void put "scorer_put" (
    point *to, lanes re, lanes im, const float *turn, bint turned
) noexcept nogil:
    to.re = re * turn[0] - im * turn[1] if turned else re
    to.im = re * turn[1] + im * turn[0] if turned else im


# A butterfly takes points `step` apart and puts its outcomes `s` apart, turned by the twiddles w.

cdef inline void two "scorer_two" (
    const point *x, int step, point *to, int s, const float *w, bint turned
) noexcept nogil:
    to.re = x[0].re + x[step].re
    to.im = x[0].im + x[step].im
    put(to + s, x[0].re - x[step].re, x[0].im - x[step].im, w, turned)


cdef inline void three "scorer_three" (
    const point *x, int step, point *to, int s, const float *w, bint turned
) noexcept nogil:
    cdef float half = 0.5
    cdef float sin1 = 0.86602540378
    cdef lanes sr = x[step].re + x[2 * step].re
    cdef lanes si = x[step].im + x[2 * step].im
    cdef lanes dr = (x[step].re - x[2 * step].re) * sin1
    cdef lanes di = (x[step].im - x[2 * step].im) * sin1
    cdef lanes br = x[0].re - sr * half
    cdef lanes bi = x[0].im - si * half
    to.re = x[0].re + sr
    to.im = x[0].im + si
    put(to + s, br + di, bi - dr, w, turned)
    put(to + 2 * s, br - di, bi + dr, w + 2, turned)


cdef inline void four "scorer_four" (
    const point *x, int step, point *to, int s, const float *w, bint turned
) noexcept nogil:
    cdef lanes ar = x[0].re + x[2 * step].re
    cdef lanes ai = x[0].im + x[2 * step].im
    cdef lanes br = x[0].re - x[2 * step].re
    cdef lanes bi = x[0].im - x[2 * step].im
    cdef lanes cr = x[step].re + x[3 * step].re
    cdef lanes ci = x[step].im + x[3 * step].im
    cdef lanes dr = x[step].re - x[3 * step].re
    cdef lanes di = x[step].im - x[3 * step].im
    to.re = ar + cr
    to.im = ai + ci
    put(to + s, br + di, bi - dr, w, turned)
    put(to + 2 * s, ar - cr, ai - ci, w + 2, turned)
    put(to + 3 * s, br - di, bi + dr, w + 4, turned)


cdef inline void five "scorer_five" (
    const point *x, int step, point *to, int s, const float *w, bint turned
) noexcept nogil:
    cdef float quarter = 0.25
    cdef float root = 0.55901699437  # sqrt(5) / 4
    cdef float sin1 = 0.95105651630
    cdef float sin2 = 0.58778525229
    cdef lanes sr = x[step].re + x[4 * step].re
    cdef lanes si = x[step].im + x[4 * step].im
    cdef lanes dr = x[step].re - x[4 * step].re
    cdef lanes di = x[step].im - x[4 * step].im
    cdef lanes tr = x[2 * step].re + x[3 * step].re
    cdef lanes ti = x[2 * step].im + x[3 * step].im
    cdef lanes er = x[2 * step].re - x[3 * step].re
    cdef lanes ei = x[2 * step].im - x[3 * step].im
    cdef lanes ur = (sr - tr) * root
    cdef lanes ui = (si - ti) * root
    cdef lanes nr, ni
    sr = sr + tr
    si = si + ti
    tr = x[0].re - sr * quarter
    ti = x[0].im - si * quarter
    to.re = x[0].re + sr
    to.im = x[0].im + si
    nr = dr * sin1 + er * sin2
    ni = di * sin1 + ei * sin2
    put(to + s, tr + ur + ni, ti + ui - nr, w, turned)
    put(to + 4 * s, tr + ur - ni, ti + ui + nr, w + 6, turned)
    nr = dr * sin2 - er * sin1
    ni = di * sin2 - ei * sin1
    put(to + 2 * s, tr - ur + ni, ti - ui - nr, w + 2, turned)
    put(to + 3 * s, tr - ur - ni, ti - ui + nr, w + 4, turned)


cdef inline void eight "scorer_eight" (
    const point *x, int step, point *to, int s, const float *w, bint turned
) noexcept nogil:
    """Two transforms of four, of the even and of the odd points, their sums and differences."""
    cdef float root = 0.70710678119
    cdef point even[4]
    cdef point odd[4]
    cdef lanes re
    cdef int k
    four(x, 2 * step, even, 1, w, False)
    four(x + step, 2 * step, odd, 1, w, False)
    re = (odd[1].re + odd[1].im) * root
    odd[1].im = (odd[1].im - odd[1].re) * root
    odd[1].re = re
    re = odd[2].im
    odd[2].im = -odd[2].re
    odd[2].re = re
    re = (odd[3].im - odd[3].re) * root
    odd[3].im = (odd[3].re + odd[3].im) * -root
    odd[3].re = re
    to.re = even[0].re + odd[0].re
    to.im = even[0].im + odd[0].im
    for k in range(1, 4):
        put(to + k * s, even[k].re + odd[k].re, even[k].im + odd[k].im, w + 2 * k - 2, turned)
    for k in range(4):
        put(
            to + (k + 4) * s, even[k].re - odd[k].re, even[k].im - odd[k].im, w + 2 * k + 6, turned
        )


cdef inline void one_pass "scorer_pass" (
    int radix, bint later, const void *plan, const point *x, point *to, const float *w, int m, int s
) noexcept nogil:
    """m times s butterflies; the first pass takes its points from the frames themselves."""
    cdef int p, q
    cdef point taken[8]
    for p in range(m):
        for q in range(s):
            if not later:
                take(radix, plan, p, m, taken)
                butterfly(radix, taken, 1, to, 1, w, True)
            elif m > 1:
                butterfly(radix, x + q, s * m, to + q, s, w, True)
            else:  # the last pass turns nothing
                butterfly(radix, x + q, s, to + q, s, w, False)
        x += s
        to += s * radix
        w += 2 * (radix - 1)


cdef inline void take "scorer_take" (
    int radix, const void *untyped, int p, int m, point *x
) noexcept nogil:
    """Points p, p + m, ... of the frames, under the window."""
    cdef const Transform *plan = <const Transform *> untyped
    cdef const float *beside = &plan.beside[0]
    cdef int k, i
    for k in range(radix):
        i = 2 * (p + m * k)
        x[k].re = (<const lanes *> (beside + plan.at[i]))[0] * plan.window[i]
        x[k].im = (<const lanes *> (beside + plan.at[i + 1]))[0] * plan.window[i + 1]


cdef inline void butterfly "scorer_butterfly" (
    int radix, const point *x, int step, point *to, int s, const float *w, bint turned
) noexcept nogil:
    if radix == 8:
        eight(x, step, to, s, w, turned)
    elif radix == 5:
        five(x, step, to, s, w, turned)
    elif radix == 4:
        four(x, step, to, s, w, turned)
    elif radix == 3:
        three(x, step, to, s, w, turned)
    else:
        two(x, step, to, s, w, turned)


cdef void powers "scorer_powers" (
    void *untyped, const float *samples, lanes *power
) noexcept nogil:
    """The power of each bin in LANES frames, the first of which begins at `samples`."""
    cdef Transform *plan = <Transform *> untyped
    cdef point first[MOST_POINTS]
    cdef point second[MOST_POINTS]
    cdef point *x = first
    cdef point *to = second
    cdef point *other
    cdef lanes er, ei, odd_r, odd_i, tr, ti
    cdef float wr, wi
    cdef int half = plan.n // 2
    cdef int i, k, m, s, radix
    cdef const float *turns = &plan.turns[0]

    lay(plan, samples)
    m = half
    s = 1
    for i in range(plan.passes):
        radix = plan.radix[i]
        m = m // radix
        if radix == 8:
            one_pass(8, i, plan, x, to, turns, m, s)
        elif radix == 5:
            one_pass(5, i, plan, x, to, turns, m, s)
        elif radix == 4:
            one_pass(4, i, plan, x, to, turns, m, s)
        elif radix == 3:
            one_pass(3, i, plan, x, to, turns, m, s)
        else:
            one_pass(2, i, plan, x, to, turns, m, s)
        turns += 2 * m * (radix - 1)
        s = s * radix
        other = x
        x = to
        to = other

    # Bin k of the real transform is E + wO and bin n/2 - k its mirror, (E - wO)*. The window was
    # halved, since the sums here come out doubled; the ends are their own mirrors.
    tr = x[0].re + x[0].im
    ti = x[0].re - x[0].im
    power[0] = (tr + tr) * (tr + tr)
    power[half] = (ti + ti) * (ti + ti)
    for k in range(1, half // 2 + 1):
        er = x[k].re + x[half - k].re
        ei = x[k].im - x[half - k].im
        odd_r = x[k].im + x[half - k].im
        odd_i = x[half - k].re - x[k].re
        wr = plan.split[2 * k]
        wi = plan.split[2 * k + 1]
        tr = odd_r * wr - odd_i * wi
        ti = odd_r * wi + odd_i * wr
        power[k] = (er + tr) * (er + tr) + (ei + ti) * (ei + ti)
        power[half - k] = (er - tr) * (er - tr) + (ei - ti) * (ei - ti)


cdef inline void lay "scorer_lay" (Transform *plan, const float *samples) noexcept nogil:
    """Lays LANES frames side by side: a row holds one sample of each.

    Frames overlap, and what is sample i + hop of one is sample i of the next. So a sample is laid
    down once, and read from a later column for each frame that it also belongs to.
    """
    cdef int i
    cdef float *beside = &plan.beside[0]
    lanes_beside(samples, plan.hop, min(plan.hop, plan.n), plan.row, beside)
    samples += LANES * plan.hop
    for i in range(plan.n - plan.hop):
        beside[plan.at[i] + LANES] = samples[i]


cdef int plan_transform(Transform *plan, int n, int hop) except -1:
    """Fills in what depends on the frame alone; n is even and made of the primes 2, 3 and 5."""
    cdef int m, p, k, radix
    cdef int at = 0
    cdef double angle
    if not 4 <= n <= MOST_SAMPLES or not 1 <= hop <= MOST_HOP:
        raise ValueError(
            f"frames of {n} samples every {hop}: want 4 to {MOST_SAMPLES} every {MOST_HOP} at most"
        )
    plan.n, plan.hop, plan.passes = n, hop, 0
    m = n // 2
    while m > 1:
        radix = next_radix(m)
        if not radix:
            raise ValueError(f"a frame of {n} samples: want an even number made of 2, 3 and 5")
        plan.radix[plan.passes] = radix
        plan.passes += 1
        m //= radix
        for p in range(m):
            for k in range(1, radix):
                angle = -2 * M_PI * p * k / (m * radix)
                plan.turns[at] = cos(angle)
                plan.turns[at + 1] = sin(angle)
                at += 2
    for k in range(n // 4 + 1):
        plan.split[2 * k] = cos(-2 * M_PI * k / n)
        plan.split[2 * k + 1] = sin(-2 * M_PI * k / n)
    plan.row = (LANES + (n - 1) // hop + LANES - 1) // LANES * LANES
    for k in range(n):
        plan.window[k] = 0.25 - 0.25 * cos(2 * M_PI * k / n)
        plan.at[k] = k % hop * plan.row + k // hop
    return 0


cdef int next_radix(int m) noexcept:
    """What to divide m points by first; 0 if nothing fits. The last pass is the widest one, since
    it needs no twiddles."""
    cdef int twos = 0
    for radix in (5, 3):
        if m % radix == 0:
            return radix
    while m >> twos > 1:
        twos += 1
    if m != 1 << twos:
        return 0
    return 1 << twos % 3 if twos % 3 else 8
