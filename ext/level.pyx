"""Level of the raw samples, frame by frame, and the extremes that draw a waveform.

Specification: `scorer.audio.reference`, same names and arguments.
"""

from libc.stdint cimport int64_t

cdef enum:
    FULL = 32000  # mu-law's loudest is 32124, so that it counts as clipped too


def levels(const short[:] pcm, Py_ssize_t hop, float[:, ::1] out):
    """Power, peak, mean and clipped samples of each frame; see `scorer.audio.reference.levels`."""
    cdef Py_ssize_t frames = out.shape[1]
    cdef Py_ssize_t t, _i
    cdef int64_t squares, total
    cdef int value, loudest, clipped
    cdef const short *at
    cdef Py_ssize_t step = pcm.strides[0] // <Py_ssize_t> sizeof(short)
    if out.shape[0] != 4 or hop < 1 or frames != pcm.shape[0] // hop:
        raise ValueError(f"out is [{out.shape[0]}, {frames}] for {pcm.shape[0]} samples")
    if frames == 0:
        return
    at = &pcm[0]
    with nogil:
        for t in range(frames):
            squares, total, loudest, clipped = 0, 0, 0, 0
            for _i in range(hop):
                value = at[0]
                at += step
                squares += value * value
                total += value
                value = -value if value < 0 else value
                loudest = value if value > loudest else loudest
                clipped += value >= FULL
            out[0, t] = <float> (squares / (32768.0 * 32768.0 * hop))
            out[1, t] = <float> (loudest / 32768.0)
            out[2, t] = <float> (total / (32768.0 * hop))
            out[3, t] = clipped


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
