#include "merge.h"

namespace lookm {

/// Pivotal merging, eq 11: (x_kept + sum of (x_e + x_kept) / 2) / (L + 1). Each evicted token is first averaged with
/// its target, so that the kept token stays the pivot of what it becomes.
merge_coefficients merge_pivot(double /*cosine*/) {
    return {0.5, 0.5};
}

} // namespace lookm
