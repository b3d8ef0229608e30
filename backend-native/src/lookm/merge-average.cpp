#include "strategies.h"

namespace lookm {

namespace {

merge_coefficients coefficients(double /*cosine*/) {
    return {0.0, 1.0};
}

} // namespace

/// Averaged merging, eq 10: (x_kept + sum of x_e) / (L + 1).
const merge_strategy merge_average = {"average", false, coefficients};

} // namespace lookm
