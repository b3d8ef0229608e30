#pragma once

#include <cstdint>
#include <vector>

#include "lookm/plan.h"
#include "lookm/types.h"

namespace lookm {

/// The method written down as it reads: loops over host arrays in double, no blocking, no device. Slow on purpose;
/// tests compare the fast path with it. It shares no code with what it checks, but for types.

/// One attention call on host arrays. Query i sits at position first_position + i, key j at position j.
struct reference_attention {
    int64_t n_query = 0, n_kv = 0, n_head = 0, n_head_kv = 0, d_head = 0;
    const float * q = nullptr; ///< [n_query, n_head, d_head]
    const float * k = nullptr; ///< [n_kv, n_head_kv, d_head]
    float scale = 1.0f;
    int64_t first_position = 0; ///< causal: key j is visible to query i if j <= first_position + i
};

/// Eq 4: [n_kv, n_head_kv], summed over queries [first_query, last_query).
std::vector<double> scores_reference(const reference_attention & attention, int64_t first_query, int64_t last_query);

struct reference_result {
    layer_plan plan;
    std::vector<float> keys;     ///< [n_kept, n_head_kv, d_head]
    std::vector<float> values;   ///< [n_kept, n_head_kv, d_head]
    std::vector<int32_t> target; ///< [n_head_kv, n_tokens - n_kept]; empty without a merge
};

/// Eq 5-12. Methods that read scores, and full, choose here; the others have no equations of ours, and take the plan
/// given to merge_reference instead.
reference_result compress_reference(const compress_params & params,
                                    int64_t n_tokens,
                                    int64_t n_head_kv,
                                    int64_t d_head,
                                    const token_kind * kinds,
                                    const float * keys,
                                    const float * values,
                                    const float * scores);

/// Eq 9-12 for a plan that exists.
reference_result merge_reference(const layer_plan & plan,
                                 merge_rule merge,
                                 merge_what what,
                                 int64_t d_head,
                                 const float * keys,
                                 const float * values);

} // namespace lookm
