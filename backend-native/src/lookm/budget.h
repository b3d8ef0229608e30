#pragma once

#include "types.h"

namespace lookm {

/// How many tokens one layer keeps in every KV head: exactly n_important + n_recent, text or not.
struct budget {
    int64_t n_important = 0; ///< N, chosen by the rule among the older tokens
    int64_t n_recent = 0;    ///< M, the last tokens of the prompt

    int64_t n_kept() const { return n_important + n_recent; }
};

/// M = floor(n*r*p) and N = floor(n*r*(1-p)), the values exact decimal arithmetic gives.
/// Ratio 1 keeps all n tokens. Throws `error` for parameters out of range, and budget_too_small when nothing stays.
budget make_budget(int64_t n_tokens, double ratio, double recent_share);

/// The same number of tokens, at most n_recent of them recent ones.
budget with_recent_at_most(const budget & budget, int64_t n_recent);

} // namespace lookm
