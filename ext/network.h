/* A layer of the network, and the declarations that carry attributes for network.pyx. */
#ifndef SCORER_NETWORK_H
#define SCORER_NETWORK_H
#include "lanes.h"

#define ROWS 4 /* taken together, so that a weight is loaded once for all of them */

/* to[r] = bias + the sum over i of x[r * step + i] * weights[i], for ROWS rows of `vectors` vectors
   each. The sums stay in registers, where a machine has enough of them. */
ALWAYS_INLINE void dense(
    const float *x, int step, int inputs, const float *weights, const float *bias, int vectors,
    float *to, int to_step) {
    lanes sums[ROWS][4];
#pragma GCC unroll 4
    for (int r = 0; r < ROWS; r++)
#pragma GCC unroll 4
        for (int v = 0; v < vectors; v++) sums[r][v] = *(const lanes *)(bias + v * LANES);
    for (int i = 0; i < inputs; i++) {
        const lanes *w = (const lanes *)(weights + i * vectors * LANES);
#pragma GCC unroll 4
        for (int r = 0; r < ROWS; r++)
#pragma GCC unroll 4
            for (int v = 0; v < vectors; v++) sums[r][v] += x[r * step + i] * w[v];
    }
#pragma GCC unroll 4
    for (int r = 0; r < ROWS; r++)
#pragma GCC unroll 4
        for (int v = 0; v < vectors; v++) *(lanes *)(to + r * to_step + v * LANES) = sums[r][v];
}

FOR_EACH_MACHINE static void scorer_network(void *, const void *);
ALWAYS_INLINE void scorer_look(void *, const void *, Py_ssize_t);
ALWAYS_INLINE void scorer_join(const float *, int, Py_ssize_t, const int *, int, float *);
ALWAYS_INLINE void scorer_rectify(float *, Py_ssize_t, Py_ssize_t);
ALWAYS_INLINE void scorer_answer(void *, const void *, Py_ssize_t);
#endif
