/* Declared ahead of their definitions in spectrum.pyx and transform.pxi, to carry the attributes. */
#ifndef SCORER_SPECTRUM_H
#define SCORER_SPECTRUM_H
#include "lanes.h"

/* A cache line of its own, where it is one of 64 bytes. */
typedef struct { lanes re, im; } __attribute__((aligned(8 * LANES))) point;

FOR_EACH_MACHINE static void scorer_powers(void *, const float *, lanes *);
FOR_EACH_MACHINE static void scorer_bands(const void *, const lanes *, lanes *);
FOR_EACH_MACHINE static void scorer_strongest(lanes *, int, float, void *);
FOR_EACH_MACHINE static void scorer_loudest(const float *, Py_ssize_t, Py_ssize_t, float *);
FOR_EACH_MACHINE static void scorer_scaled(float *, Py_ssize_t, Py_ssize_t, float);

#define BUTTERFLY const point *, int, point *, int, const float *, int
ALWAYS_INLINE void scorer_two(BUTTERFLY);
ALWAYS_INLINE void scorer_three(BUTTERFLY);
ALWAYS_INLINE void scorer_four(BUTTERFLY);
ALWAYS_INLINE void scorer_five(BUTTERFLY);
ALWAYS_INLINE void scorer_eight(BUTTERFLY);
ALWAYS_INLINE void scorer_butterfly(int, BUTTERFLY);
ALWAYS_INLINE void scorer_put(point *, lanes, lanes, const float *, int);
ALWAYS_INLINE void scorer_take(int, const void *, int, int, point *);
ALWAYS_INLINE void scorer_pass(
    int, int, const void *, const point *, point *, const float *, int, int);
#endif
