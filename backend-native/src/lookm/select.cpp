#include "select.h"

#include <algorithm>
#include <numeric>

namespace lookm {

std::vector<int32_t>
important_and_recent(const head_view & head, const std::vector<double> & scores, const budget & budget) {
    const int64_t n_older = head.n_tokens - budget.n_recent;
    const auto n_sinks = static_cast<int32_t>(std::min<int64_t>(head.params.n_sinks, n_older));
    std::vector<int32_t> order(n_older);
    std::iota(order.begin(), order.end(), 0);

    const auto before = [&](int32_t a, int32_t b) {
        if (a < n_sinks || b < n_sinks) {
            return a < b;
        }
        return scores[a] != scores[b] ? scores[a] > scores[b] : a < b;
    };
    if (budget.n_important < n_older) {
        std::nth_element(order.begin(), order.begin() + budget.n_important, order.end(), before);
    }
    order.resize(budget.n_important);

    for (int64_t i = 0; i < budget.n_recent; ++i) {
        order.push_back(static_cast<int32_t>(n_older + i));
    }
    return order;
}

} // namespace lookm
