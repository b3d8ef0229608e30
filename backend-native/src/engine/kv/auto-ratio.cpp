#include "engine/kv/auto-ratio.h"

#include <algorithm>
#include <cmath>

namespace engine {

namespace {

struct length_step {
    int64_t n_tokens_max;
    double ratio;
};

// A short prompt costs little memory and little time, so all of it stays.
constexpr length_step steps[] = {
    {1024, 1.0},
    {4096, 0.5},
    {INT64_MAX, 0.2},
};

constexpr double free_memory_share = 0.25; // what the cache may take of it
constexpr double ratio_min = 0.05;         // less answers nothing, so memory is not saved at that price

double ratio_for_length(int64_t n_tokens) {
    for (const length_step & step : steps) {
        if (n_tokens <= step.n_tokens_max) {
            return step.ratio;
        }
    }
    return ratio_min;
}

} // namespace

chosen_ratio auto_ratio(int64_t n_tokens, uint64_t bytes_per_cell, uint64_t bytes_free) {
    const double for_length = ratio_for_length(n_tokens);
    if (bytes_free == 0) {
        return {for_length, ratio_choice::memory_unknown};
    }
    const double bytes_full = static_cast<double>(n_tokens) * static_cast<double>(bytes_per_cell);
    const double bytes_most = static_cast<double>(bytes_free) * free_memory_share;
    if (bytes_full * for_length <= bytes_most) {
        return {for_length, ratio_choice::by_length};
    }
    // Whole hundredths, rounded down: it is a number that people read.
    const double for_memory = std::floor(100.0 * bytes_most / bytes_full) / 100.0;
    return {std::max(ratio_min, for_memory), ratio_choice::by_memory};
}

} // namespace engine
