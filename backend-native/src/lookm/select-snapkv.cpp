#include <algorithm>

#include "select.h"

namespace lookm {

/// SnapKV: what the last queries of the prompt look at is what the answer will look at. The caller sums the attention
/// of params.n_window_queries queries only; scores are then max-pooled (width params.pool_kernel, stride 1, same
/// length), so that the neighbours of a peak stay with it and details are not torn apart.
/// https://arxiv.org/abs/2404.14469, section 4; width 7 and the maximum are those of its LongBench runs.
std::vector<int32_t> select_snapkv(const head_view & head, const budget & budget) {
    const int64_t n_older = head.n_tokens - budget.n_recent;
    const int64_t reach = head.params.pool_kernel / 2;

    std::vector<double> pooled(n_older);
    for (int64_t t = 0; t < n_older; ++t) {
        const int64_t first = std::max<int64_t>(0, t - reach);
        const int64_t last = std::min<int64_t>(n_older - 1, t + reach);
        pooled[t] = head.score(t);
        for (int64_t i = first; i <= last; ++i) {
            pooled[t] = std::max<double>(pooled[t], head.score(i));
        }
    }
    return important_and_recent(pooled, budget);
}

} // namespace lookm
