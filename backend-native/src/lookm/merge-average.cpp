#include "merge.h"

namespace lookm {

/// Averaged merging, eq 10: (x_kept + sum of x_e) / (L + 1).
merge_coefficients merge_average(double /*cosine*/) {
    return {0.0, 1.0};
}

} // namespace lookm
