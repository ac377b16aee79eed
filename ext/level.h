/* Declared ahead of their definitions in level.pyx, to carry the attributes. */
#ifndef SCORER_LEVEL_H
#define SCORER_LEVEL_H
#include "lanes.h"

FOR_EACH_MACHINE static void scorer_add(const short *, Py_ssize_t, int, void *);
FOR_EACH_MACHINE static void scorer_count(
    const short *, const short *, Py_ssize_t, int, int, int64_t *);
FOR_EACH_MACHINE static void scorer_low(const float *, int, int, float *);
FOR_EACH_MACHINE static void scorer_above(
    const float *, Py_ssize_t, const float *, Py_ssize_t, Py_ssize_t, int, float, float, float *);
#endif
