/* Frames side by side in one vector: what is done to one is done to all of them.

   GCC's and Clang's vector type becomes whatever the machine has: two SSE registers, one of AVX, NEON.
   Multiplications and additions stay apart (-ffp-contract=off), so every machine gives the same bits. */
#ifndef SCORER_LANES_H
#define SCORER_LANES_H

#define LANES 8
typedef float lanes __attribute__((vector_size(4 * LANES), aligned(4), may_alias));
typedef int int_lanes __attribute__((vector_size(4 * LANES), aligned(4), may_alias));

#ifndef __has_builtin
#define __has_builtin(x) 0
#endif

/* One source, compiled for newer machines too and chosen when the module is loaded. Only where the
   linker can choose (glibc), and not under a sanitizer, which must run before anything is chosen.
   The fourth level of x86-64 has twice the registers, so that less goes through memory. */
#if defined(__x86_64__) && defined(__GLIBC__) && !defined(__SANITIZE_ADDRESS__)
#if !defined(__clang__) && __GNUC__ >= 12
#define FOR_EACH_MACHINE __attribute__((target_clones("arch=x86-64-v4", "avx2", "default")))
#else
#define FOR_EACH_MACHINE __attribute__((target_clones("avx2", "default")))
#endif
#else
#define FOR_EACH_MACHINE
#endif
#define ALWAYS_INLINE static inline __attribute__((always_inline))

/* to[i * row + j] = from[j * hop + i] for i < rows and j < LANES: frames that lie one after the other
   come to lie side by side. Blocks of eight by eight are turned in pairs, in fours and in halves. */
ALWAYS_INLINE void lanes_beside(const float *from, int hop, int rows, int row, float *to) {
    int i = 0;
#if __has_builtin(__builtin_shufflevector)
    for (; i + LANES <= rows; i += LANES) {
        lanes a[LANES], b[LANES];
        for (int j = 0; j < LANES; j++) a[j] = *(const lanes *)(from + i + j * hop);
        for (int j = 0; j < LANES; j += 2) {
            b[j] = __builtin_shufflevector(a[j], a[j + 1], 0, 8, 1, 9, 4, 12, 5, 13);
            b[j + 1] = __builtin_shufflevector(a[j], a[j + 1], 2, 10, 3, 11, 6, 14, 7, 15);
        }
        for (int j = 0; j < LANES; j += 4)
            for (int k = 0; k < 2; k++) {
                lanes x = b[j + k], y = b[j + k + 2];
                a[j + 2 * k] = __builtin_shufflevector(x, y, 0, 1, 8, 9, 4, 5, 12, 13);
                a[j + 2 * k + 1] = __builtin_shufflevector(x, y, 2, 3, 10, 11, 6, 7, 14, 15);
            }
        for (int j = 0; j < 4; j++) {
            lanes x = a[j], y = a[j + 4];
            float *row_j = to + (i + j) * row;
            *(lanes *)row_j = __builtin_shufflevector(x, y, 0, 1, 2, 3, 8, 9, 10, 11);
            *(lanes *)(row_j + 4 * row) = __builtin_shufflevector(x, y, 4, 5, 6, 7, 12, 13, 14, 15);
        }
    }
#endif
    for (; i < rows; i++)
        for (int j = 0; j < LANES; j++) to[i * row + j] = from[j * hop + i];
}

/* Scales all x, holds them above `least` and sums them up. */
ALWAYS_INLINE void lanes_total(lanes *x, int count, float scale, float least, lanes *total) {
    lanes sum = {0};
    for (int k = 0; k < count; k++) {
        lanes v = x[k] * scale;
        int_lanes above = v > least;
        x[k] = (lanes)((above & (int_lanes)v) | (~above & (int_lanes)(least + 0.0f * v)));
        sum += x[k];
    }
    *total = sum;
}

/* at[j]: which of the x is the greatest in lane j, the first of equals. */
ALWAYS_INLINE void lanes_greatest(const lanes *x, int count, int *at) {
    lanes best = x[0];
    int_lanes found = {0}, here = {0};
    for (int k = 1; k < count; k++) {
        here += 1;
        int_lanes above = x[k] > best;
        best = (lanes)((above & (int_lanes)x[k]) | (~above & (int_lanes)best));
        found = (above & here) | (~above & found);
    }
    for (int j = 0; j < LANES; j++) at[j] = found[j];
}

/* The greater of the two, lane by lane. */
ALWAYS_INLINE void lanes_most(lanes *x, const lanes *y) {
    int_lanes above = *y > *x;
    *x = (lanes)((above & (int_lanes)*y) | (~above & (int_lanes)*x));
}

/* The lesser into low and the greater into high, lane by lane. */
ALWAYS_INLINE void lanes_order(lanes *low, lanes *high) {
    lanes a = *low, b = *high;
    int_lanes above = a > b;
    *low = (lanes)((above & (int_lanes)b) | (~above & (int_lanes)a));
    *high = (lanes)((above & (int_lanes)a) | (~above & (int_lanes)b));
}

/* *x = log10(max(*x, least)), to 1e-6. The exponent is read from the bits and the mantissa in
   [sqrt(1/2), sqrt(2)) goes through the polynomial of Cephes' logf (S. Moshier). */
ALWAYS_INLINE void lanes_log10(lanes *x, float least) {
    int_lanes above = *x > least;
    lanes v = (lanes)((above & (int_lanes)*x) | (~above & (int_lanes)(least + 0.0f * *x)));
    int_lanes exponent = ((int_lanes)v - 0x3f3504f3) >> 23;
    lanes z = (lanes)((int_lanes)v - (exponent << 23)) - 1.0f;
    lanes y = 7.0376836292e-2f * z - 1.1514610310e-1f;
    y = y * z + 1.1676998740e-1f;
    y = y * z - 1.2420140846e-1f;
    y = y * z + 1.4249322787e-1f;
    y = y * z - 1.6668057665e-1f;
    y = y * z + 2.0000714765e-1f;
    y = y * z - 2.4999993993e-1f;
    y = y * z + 3.3333331174e-1f;
    y = y * z * z * z - 0.5f * z * z + z;
    *x = 0.43429448190f * y + 0.30102999566f * __builtin_convertvector(exponent, lanes);
}

/* *x = e^x for x in [-80, 80], to 1e-7 of itself: the nearest whole power of two, and the rest through
   the polynomial of Cephes' expf. */
ALWAYS_INLINE void lanes_exp(lanes *x) {
    lanes scaled = 1.44269504089f * *x;
    int_lanes whole = __builtin_convertvector(scaled + 12582912.0f, int_lanes) - 12582912;
    lanes power = __builtin_convertvector(whole, lanes);
    lanes r = *x - 0.693359375f * power + 2.12194440e-4f * power;
    lanes y = 1.9875691500e-4f * r + 1.3981999507e-3f;
    y = y * r + 8.3334519073e-3f;
    y = y * r + 4.1665795894e-2f;
    y = y * r + 1.6666665459e-1f;
    y = y * r + 5.0000001201e-1f;
    y = y * r * r + r + 1.0f;
    *x = (lanes)((int_lanes)y + (whole << 23));
}

#endif
