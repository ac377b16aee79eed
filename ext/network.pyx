"""The small network that says what kind of sound each frame holds.

It runs in chunks through rings that hold just what its averages reach, so its memory does not grow
with the sound. Specification: `scorer.audio.reference`, same names and arguments.
"""

from libc.stdlib cimport calloc, free


cdef extern from "network.h" nogil:
    enum:
        LANES
        ROWS
    ctypedef float lanes
    void lanes_exp(lanes *x)
    void dense(
        const float *x, int step, int inputs, const float *weights, const float *bias, int vectors,
        float *to, int to_step
    )

cdef enum:
    BANDS = 24
    SEEN = 48  # levels above the noise and below the loudness
    TAPS = 9  # steps that the first layer sees
    REACH = 4  # ... on each side
    HIDDEN = 32
    KINDS = 4
    NEAR = 3  # averages after the first layer
    WIDE = 2  # ... and after the second
    NEAR_HALF = 50  # the longest of them reaches this far on each side
    WIDE_HALF = 10
    CHUNK = 64  # steps taken at once
    RING = 256  # steps of the first layer that are kept: a power of two
    SHORT_RING = 128

cdef int[3] near_halves = [3, 12, 50]
cdef int[2] wide_halves = [2, 10]

cdef struct Sound:
    const float *levels
    const float *floor
    const float *loud
    Py_ssize_t levels_row  # floats from band to band
    Py_ssize_t floor_row
    Py_ssize_t frames
    float *out
    Py_ssize_t out_row

cdef struct Network:
    float taps[TAPS * SEEN * HIDDEN]  # inputs by hidden units, as all weights here
    float first[HIDDEN]
    float mix[(1 + NEAR) * HIDDEN * HIDDEN]
    float second[HIDDEN]
    float heads[(1 + WIDE) * HIDDEN * LANES]  # of LANES heads only KINDS are there
    float last[LANES]
    float seen[(CHUNK + 2 * REACH) * SEEN]
    float near[RING * HIDDEN]
    float wide[SHORT_RING * HIDDEN]
    float joined[CHUNK * (1 + NEAR) * HIDDEN]  # a layer beside its averages
    float scores[CHUNK * LANES]


cdef inline float clipped(float x, float low, float high) noexcept nogil:
    x = x if x > low else low
    return x if x < high else high


cdef inline void look "scorer_look" (
    void *untyped_network, const void *untyped, Py_ssize_t begin
) noexcept nogil:
    """What the network sees of the steps from `begin`: two frames each, the ends drawn out."""
    cdef const Sound *sound = <const Sound *> untyped
    cdef Network *net = <Network *> untyped_network
    cdef const float *level
    cdef const float *floor
    cdef Py_ssize_t steps = (sound.frames + 1) // 2
    cdef Py_ssize_t t, a, b
    cdef int band, i
    for band in range(BANDS):
        level = sound.levels + band * sound.levels_row
        floor = sound.floor + band * sound.floor_row
        for i in range(CHUNK + 2 * REACH):
            t = begin + i
            t = 0 if t < 0 else steps - 1 if t >= steps else t
            a = 2 * t
            b = a + 1 if a + 1 < sound.frames else a
            net.seen[i * SEEN + band] = <float> 0.5 * (
                clipped((level[a] - floor[a]) * <float> 0.05, -0.5, 3)
                + clipped((level[b] - floor[b]) * <float> 0.05, -0.5, 3)
            )
            net.seen[i * SEEN + BANDS + band] = <float> 0.5 * (
                clipped((level[a] - sound.loud[a]) * <float> 0.05, -3, 1)
                + clipped((level[b] - sound.loud[b]) * <float> 0.05, -3, 1)
            )


cdef inline void join "scorer_join" (
    const float *ring, int size, Py_ssize_t begin, const int *halves, int averages, float *to
) noexcept nogil:
    """A layer's steps from `begin`, each beside its averages over the steps around it.

    The sums begin anew in every chunk, so that their rounding cannot pile up.
    """
    cdef int width = (1 + averages) * HIDDEN
    cdef const float *come
    cdef const float *gone
    cdef float sums[HIDDEN]
    cdef float share
    cdef int a, i, h, half
    cdef Py_ssize_t t
    for i in range(CHUNK):
        come = ring + ((begin + i) & (size - 1)) * HIDDEN
        for h in range(HIDDEN):
            to[i * width + h] = come[h]
    for a in range(averages):
        half = halves[a]
        share = <float> 1.0 / (2 * half + 1)
        for h in range(HIDDEN):
            sums[h] = 0
        for t in range(begin - half - 1, begin + half):
            come = ring + (t & (size - 1)) * HIDDEN
            for h in range(HIDDEN):
                sums[h] += come[h]
        for i in range(CHUNK):
            come = ring + ((begin + i + half) & (size - 1)) * HIDDEN
            gone = ring + ((begin + i - half - 1) & (size - 1)) * HIDDEN
            for h in range(HIDDEN):
                sums[h] += come[h] - gone[h]
                to[i * width + (a + 1) * HIDDEN + h] = sums[h] * share


cdef inline void rectify "scorer_rectify" (
    float *row, Py_ssize_t begin, Py_ssize_t steps
) noexcept nogil:
    """Negative units are zero, and so is all that lies before or behind the sound."""
    cdef Py_ssize_t i, t
    cdef int h
    for i in range(CHUNK):
        t = begin + i
        if 0 <= t < steps:
            for h in range(HIDDEN):
                row[i * HIDDEN + h] = row[i * HIDDEN + h] if row[i * HIDDEN + h] > 0 else 0
        else:
            for h in range(HIDDEN):
                row[i * HIDDEN + h] = 0


cdef inline void answer "scorer_answer" (
    void *untyped_network, const void *untyped, Py_ssize_t begin
) noexcept nogil:
    """Softmax of the scores of the steps from `begin`, for both frames of each."""
    cdef const Sound *sound = <const Sound *> untyped
    cdef Network *net = <Network *> untyped_network
    cdef float *scores
    cdef float most, total
    cdef Py_ssize_t t, i, f
    cdef int k
    for i in range(CHUNK):
        t = begin + i
        if t < 0 or 2 * t >= sound.frames:
            continue
        scores = net.scores + i * LANES
        most = scores[0]
        for k in range(1, KINDS):
            most = scores[k] if scores[k] > most else most
        for k in range(KINDS):
            scores[k] = clipped(scores[k] - most, -80, 0)
        lanes_exp(<lanes *> scores)
        total = scores[0] + scores[1] + scores[2] + scores[3]
        for k in range(KINDS):
            for f in range(2 * t, min(2 * t + 2, sound.frames)):
                sound.out[k * sound.out_row + f] = scores[k] / total


cdef void network "scorer_network" (void *untyped, const void *untyped_sound) noexcept nogil:
    """Chunk after chunk: each layer lags behind the one before by what it averages over."""
    cdef Network *net = <Network *> untyped
    cdef const Sound *sound = <const Sound *> untyped_sound
    cdef Py_ssize_t steps = (sound.frames + 1) // 2
    cdef Py_ssize_t begin = 0
    cdef Py_ssize_t behind
    cdef float *row
    cdef int i
    while begin < steps + NEAR_HALF + WIDE_HALF:
        row = &net.near[(begin & (RING - 1)) * HIDDEN]
        look(net, sound, begin - REACH)
        for i in range(CHUNK // ROWS):
            dense(
                &net.seen[i * ROWS * SEEN], SEEN, TAPS * SEEN, net.taps, net.first,
                HIDDEN // LANES, row + i * ROWS * HIDDEN, HIDDEN
            )
        rectify(row, begin, steps)

        behind = begin - NEAR_HALF
        join(net.near, RING, behind, near_halves, NEAR, net.joined)
        row = &net.wide[(begin & (SHORT_RING - 1)) * HIDDEN]
        for i in range(CHUNK // ROWS):
            dense(
                &net.joined[i * ROWS * (1 + NEAR) * HIDDEN], (1 + NEAR) * HIDDEN,
                (1 + NEAR) * HIDDEN, net.mix, net.second, HIDDEN // LANES,
                row + i * ROWS * HIDDEN, HIDDEN
            )
        rectify(row, behind, steps)

        # The second ring counts from -NEAR_HALF, so that a chunk of it never wraps.
        join(net.wide, SHORT_RING, begin - WIDE_HALF, wide_halves, WIDE, net.joined)
        for i in range(CHUNK // ROWS):
            dense(
                &net.joined[i * ROWS * (1 + WIDE) * HIDDEN], (1 + WIDE) * HIDDEN,
                (1 + WIDE) * HIDDEN, net.heads, net.last, 1, net.scores + i * ROWS * LANES, LANES
            )
        answer(net, sound, behind - WIDE_HALF)
        begin += CHUNK


cdef void pack(const float[:, :] weights, float *to, int width) noexcept nogil:
    """Units by inputs, turned to inputs by units."""
    cdef Py_ssize_t unit, i
    for unit in range(weights.shape[0]):
        for i in range(weights.shape[1]):
            to[i * width + unit] = weights[unit, i]


def likelihoods(
    const float[:, :] levels, const float[:, :] floor, const float[::1] loud,
    const float[:, :, :] taps, const float[::1] first, const float[:, :] mix,
    const float[::1] second, const float[:, :] heads, const float[::1] last, float[:, :] out,
):
    """How likely each kind of sound is in each frame; see `scorer.audio.reference.likelihoods`."""
    cdef Sound sound
    cdef Network *net
    cdef Py_ssize_t i
    if (
        taps.shape[0] != TAPS or taps.shape[1] != HIDDEN or taps.shape[2] != SEEN
        or mix.shape[0] != HIDDEN or mix.shape[1] != (1 + NEAR) * HIDDEN
        or heads.shape[0] != KINDS or heads.shape[1] != (1 + WIDE) * HIDDEN
        or first.shape[0] != HIDDEN or second.shape[0] != HIDDEN or last.shape[0] != KINDS
    ):
        raise ValueError("the weights are those of another network")
    sound.frames = levels.shape[1]
    if (
        levels.shape[0] != BANDS or floor.shape[0] != BANDS or out.shape[0] != KINDS
        or floor.shape[1] != sound.frames or loud.shape[0] != sound.frames
        or out.shape[1] != sound.frames
    ):
        raise ValueError(f"out is [{out.shape[0]}, {out.shape[1]}] for {levels.shape[1]} frames")
    if sound.frames == 0:
        return
    if not levels.strides[1] == floor.strides[1] == out.strides[1] == sizeof(float):
        raise ValueError("the frames of a band must lie one after the other")
    sound.levels, sound.levels_row = &levels[0, 0], levels.strides[0] // sizeof(float)
    sound.floor, sound.floor_row = &floor[0, 0], floor.strides[0] // sizeof(float)
    sound.loud = &loud[0]
    sound.out, sound.out_row = &out[0, 0], out.strides[0] // sizeof(float)
    net = <Network *> calloc(1, sizeof(Network))
    if net == NULL:
        raise MemoryError
    with nogil:
        for i in range(TAPS):
            pack(taps[i], net.taps + i * SEEN * HIDDEN, HIDDEN)
        pack(mix, net.mix, HIDDEN)
        pack(heads, net.heads, LANES)
        for i in range(HIDDEN):
            net.first[i] = first[i]
            net.second[i] = second[i]
        for i in range(KINDS):
            net.last[i] = last[i]
        network(net, &sound)
        free(net)
