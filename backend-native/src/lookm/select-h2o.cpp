#include "importance.h"

namespace lookm {

/// H2O: heavy hitters, the tokens with the highest accumulated attention, and the most recent ones.
/// https://arxiv.org/abs/2306.14048
std::vector<int32_t> select_h2o(const head_view & head, const budget & budget) {
    return important_and_recent(head, importance_of(head, budget, 1, false), budget);
}

} // namespace lookm
