// Read before ggml's operations on the CPU, in C++. ggml takes the largest number of a row one by one, each waiting for
// the one before: compilers may not do it sixteen at a time, because of what is no number. That took a third of flash
// attention's time behind 3,328 tokens (perf). Here the largest of every sixteenth are kept beside each other, which
// compilers do at once. Rows of numbers have the same largest, bit by bit; where something is no number, ggml's own is
// as arbitrary. tests/lookm-row-max.cpp.
#pragma once

#include <math.h>

#include "vec.h"

#ifndef GGML_USE_ACCELERATE // whose own does as much at once

static inline void look_once_vec_max_f32(const int n, float * s, const float * x) {
    enum { n_lanes = 16 };
    float largest[n_lanes];
    for (int lane = 0; lane < n_lanes; ++lane) {
        largest[lane] = -INFINITY;
    }
    int i = 0;
    for (; i + n_lanes <= n; i += n_lanes) {
        for (int lane = 0; lane < n_lanes; ++lane) {
            largest[lane] = largest[lane] > x[i + lane] ? largest[lane] : x[i + lane];
        }
    }
    float max = -INFINITY;
    for (int lane = 0; lane < n_lanes; ++lane) {
        max = max > largest[lane] ? max : largest[lane];
    }
    for (; i < n; ++i) {
        max = max > x[i] ? max : x[i];
    }
    *s = max;
}

#define ggml_vec_max_f32 look_once_vec_max_f32

#endif
