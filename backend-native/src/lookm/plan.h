#pragma once

#include <cstdint>
#include <vector>

#include "budget.h"
#include "types.h"

namespace lookm {

/// Token kinds, shared by all heads (head_stride 0) or one row per KV head, as in a cache that was packed before.
struct kinds_view {
    const token_kind * data = nullptr; ///< [n_tokens], or [n_head_kv, n_tokens] with head_stride = n_tokens
    int64_t head_stride = 0;

    token_kind at(int64_t token, int64_t head) const { return data[head * head_stride + token]; }
};

/// Eq 4, already summed over queries and over the query heads of each KV head: [n_tokens, n_head_kv], row-major.
struct scores_view {
    const float * data = nullptr; ///< null only for methods that read no scores: full, streaming, random
    /// Of the rows themselves, in the same shape; see `row_features_of`.
    const float * diversity = nullptr;   ///< null only when params.diversity is 0
    const float * value_norms = nullptr; ///< null only without params.value_norm
};

/// Which tokens of one layer stay. Plain data: no tensors, no devices.
struct layer_plan {
    int64_t n_tokens = 0;
    int64_t n_head_kv = 0;
    int64_t n_kept = 0;

    std::vector<int32_t> kept; ///< [n_head_kv, n_kept], ascending in each head

    const int32_t * kept_of(int64_t head) const { return kept.data() + head * n_kept; }
    bool is_identity() const { return n_kept == n_tokens; }

    /// The tokens of one head that do not stay, ascending: [n_tokens - n_kept].
    std::vector<int32_t> evicted_of(int64_t head) const;
};

/// The plan for the budget that params.ratio and params.recent_share name.
/// Throws `error`: parameters out of range, a missing or non-finite score, no token.
layer_plan
make_plan(const compress_params & params, scores_view scores, kinds_view kinds, int64_t n_tokens, int64_t n_head_kv);

/// The same with an explicit budget; ratio and recent_share are not read. A budget of n_tokens or more keeps all.
layer_plan make_plan(const compress_params & params,
                     const budget & budget,
                     scores_view scores,
                     kinds_view kinds,
                     int64_t n_tokens,
                     int64_t n_head_kv);

} // namespace lookm
