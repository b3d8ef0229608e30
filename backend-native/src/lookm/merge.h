#pragma once

#include "types.h"

namespace lookm {

/// One merge rule. A kept token that L evicted tokens were assigned to becomes
///     (x_kept + sum over e of (own * x_kept + evicted * x_e)) / (L + 1)
/// with the original rows on the right-hand side; own and evicted may depend on the cosine of e with its target.
struct merge_coefficients {
    double own = 0.0;
    double evicted = 0.0;
};

struct merge_strategy {
    const char * name;
    bool reads_cosine; ///< false: coefficients may be called with any cosine
    /// What one evicted token adds; null: evicted tokens are dropped, no targets are needed.
    merge_coefficients (*coefficients)(double cosine);
};

} // namespace lookm
