#pragma once

#include <cstdint>
#include <vector>

#include "plan.h"

namespace lookm {

/// What a selection rule sees of one KV head. The scores may be shared with other heads already (see share_scores).
struct head_view {
    const compress_params & params;
    scores_view scores;
    kinds_view kinds;
    int64_t n_tokens;
    int64_t n_head_kv;
    int64_t head;

    float score(int64_t token) const { return scores.data[token * n_head_kv + head]; }
    float diversity(int64_t token) const { return scores.diversity[token * n_head_kv + head]; }
    float value_norm(int64_t token) const { return scores.value_norms[token * n_head_kv + head]; }
    token_kind kind(int64_t token) const { return kinds.at(token, head); }
};

/// One rule: the budget.n_kept() tokens of one head that stay, in any order, all different.
/// Called only with 0 < n_kept < n_tokens.
using select_head = std::vector<int32_t> (*)(const head_view & head, const budget & budget);

struct selection_strategy {
    const char * name;
    bool reads_scores;
    query_set queries;  ///< whose attention the method was published with
    select_head select; ///< null: everything stays
    /// What the method is made of where a request leaves parts out. Its method, ratio and seed are not read.
    compress_params defaults;
};

/// Eq 6-8: the n_important highest of the tokens that are not recent, ties to the lower index, and the n_recent last
/// tokens. The first params.n_sinks tokens go before all others: attention rests on them when it has nowhere else to go
/// (https://arxiv.org/abs/2309.17453).
/// scores: [n_tokens]
std::vector<int32_t>
important_and_recent(const head_view & head, const std::vector<double> & scores, const budget & budget);

/// The defaults of methods that were published without a merge and without a text prior.
constexpr compress_params without_merge() {
    compress_params params;
    params.merge = merge_rule::none;
    params.text_prior = false;
    return params;
}

} // namespace lookm
