#include <algorithm>

#include "strategies.h"

namespace lookm {

namespace {

constexpr uint32_t own_sinks = 4; // as published

std::vector<int32_t> select(const head_view & head, const budget & budget) {
    const int64_t n_kept = budget.n_kept();
    const int64_t n_sinks = std::min<int64_t>(head.params.n_sinks > 0 ? head.params.n_sinks : own_sinks, n_kept);

    std::vector<int32_t> kept;
    for (int64_t t = 0; t < n_sinks; ++t) {
        kept.push_back(static_cast<int32_t>(t));
    }
    for (int64_t t = head.n_tokens - (n_kept - n_sinks); t < head.n_tokens; ++t) {
        kept.push_back(static_cast<int32_t>(t));
    }
    return kept;
}

} // namespace

/// StreamingLLM: the first tokens, on which attention rests when it has nowhere else to go, and the most recent ones.
/// The whole budget is spent: sinks first, the rest on the end of the prompt.
/// https://arxiv.org/abs/2309.17453
const selection_strategy select_streaming = {"streaming", false, query_set::all, select, without_merge()};

} // namespace lookm
