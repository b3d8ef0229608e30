#include "importance.h"
#include "strategies.h"

namespace lookm {

namespace {

constexpr uint32_t kernel = 7; // of its LongBench runs, as is the maximum

std::vector<int32_t> select(const head_view & head, const budget & budget) {
    return important_and_recent(head, importance_of(head, budget, kernel, false), budget);
}

} // namespace

/// SnapKV: what the last queries of the prompt look at is what the answer will look at. The caller sums the attention
/// of params.n_window_queries queries only; scores are then max-pooled (stride 1, same length), so that the neighbours
/// of a peak stay with it and details are not torn apart. https://arxiv.org/abs/2404.14469, section 4.
const selection_strategy select_snapkv = {"snapkv", true, query_set::window, select, without_merge()};

} // namespace lookm
