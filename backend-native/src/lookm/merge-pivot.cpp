#include "strategies.h"

namespace lookm {

namespace {

merge_coefficients coefficients(double /*cosine*/) {
    return {0.5, 0.5};
}

} // namespace

/// Pivotal merging, eq 11: (x_kept + sum of (x_e + x_kept) / 2) / (L + 1). Each evicted token is first averaged with
/// its target, so that the kept token stays the pivot of what it becomes.
const merge_strategy merge_pivot = {"pivot", false, coefficients};

} // namespace lookm
