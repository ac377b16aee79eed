/* Frames side by side in one vector: what is done to one is done to all of them.

   GCC's and Clang's vector type becomes whatever the machine has: two SSE registers, one of AVX, NEON.
   Multiplications and additions stay apart (-std=c11), so every machine gives the same bits. */
#ifndef SCORER_LANES_H
#define SCORER_LANES_H

#define LANES 8
typedef float lanes __attribute__((vector_size(4 * LANES), aligned(4), may_alias));
typedef int int_lanes __attribute__((vector_size(4 * LANES), aligned(4), may_alias));

/* One source, compiled for AVX2 too and chosen when the module is loaded. Only where the linker can
   choose (glibc), and not under a sanitizer, which must run before anything is chosen. */
#if defined(__x86_64__) && defined(__GLIBC__) && !defined(__SANITIZE_ADDRESS__)
#define FOR_EACH_MACHINE __attribute__((target_clones("avx2", "default")))
#else
#define FOR_EACH_MACHINE
#endif
#define ALWAYS_INLINE static inline __attribute__((always_inline))

/* Declared ahead of their definitions in spectrum.pyx to carry the attributes. */
FOR_EACH_MACHINE static void scorer_spectrum(const void *, const float *, float *);
ALWAYS_INLINE void scorer_pass2(lanes *, lanes *, lanes *, lanes *, const float *, int, int);
ALWAYS_INLINE void scorer_pass3(lanes *, lanes *, lanes *, lanes *, const float *, int, int);
ALWAYS_INLINE void scorer_pass4(lanes *, lanes *, lanes *, lanes *, const float *, int, int);
ALWAYS_INLINE void scorer_pass5(lanes *, lanes *, lanes *, lanes *, const float *, int, int);

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

#endif
