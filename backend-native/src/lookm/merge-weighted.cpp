#include "strategies.h"

namespace lookm {

namespace {

merge_coefficients coefficients(double cosine) {
    return {0.0, cosine};
}

} // namespace

/// Weighted merging, eq 12: (x_kept + sum of w_e x_e) / (L + 1), w_e the cosine similarity of the two keys. It is not
/// clamped: the paper has no filter, and a negative weight is what the equation says.
const merge_strategy merge_weighted = {"weighted", true, coefficients};

} // namespace lookm
