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
    merge_rule rule;
    bool reads_cosine; ///< false: coefficients may be called with any cosine
    /// What one evicted token adds; null: evicted tokens are dropped, no targets are needed.
    merge_coefficients (*coefficients)(double cosine);
};

/// The table of rules.
const merge_strategy & merge_strategy_of(merge_rule rule);

// One file per rule.
merge_coefficients merge_average(double cosine);  // eq 10
merge_coefficients merge_pivot(double cosine);    // eq 11
merge_coefficients merge_weighted(double cosine); // eq 12

} // namespace lookm
