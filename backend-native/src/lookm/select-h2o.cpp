#include "select.h"

namespace lookm {

/// H2O: heavy hitters, the tokens with the highest accumulated attention, and the most recent ones.
/// https://arxiv.org/abs/2306.14048
std::vector<int32_t> select_h2o(const head_view & head, const budget & budget) {
    std::vector<double> scores(head.n_tokens - budget.n_recent);
    for (int64_t t = 0; t < static_cast<int64_t>(scores.size()); ++t) {
        scores[t] = head.score(t);
    }
    return important_and_recent(scores, budget);
}

} // namespace lookm
