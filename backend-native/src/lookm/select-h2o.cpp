#include "importance.h"
#include "strategies.h"

namespace lookm {

namespace {

std::vector<int32_t> select(const head_view & head, const budget & budget) {
    return important_and_recent(head, importance_of(head, budget, 1, false), budget);
}

} // namespace

/// H2O: heavy hitters, the tokens with the highest accumulated attention, and the most recent ones.
/// https://arxiv.org/abs/2306.14048
const selection_strategy select_h2o = {"h2o", true, query_set::all, select, without_merge()};

} // namespace lookm
