#pragma once

#include <cstdint>
#include <vector>

#include "merge.h"
#include "select.h"
#include "types.h"

namespace lookm {

/// Whose attention is summed into the scores (eq 4).
struct score_strategy {
    const char * name;
    /// How many of a prompt's last tokens are the queries that count; 0: all of them.
    int64_t (*n_queries)(const compress_params & params, int64_t n_question_tokens);
};

// The table, by the lines of strategies.def.

const selection_strategy & selection_strategy_of(method method);
const merge_strategy & merge_strategy_of(merge_rule rule);
const score_strategy & score_strategy_of(query_set set);

std::vector<method> all_methods();
std::vector<merge_rule> all_merge_rules();
std::vector<query_set> all_query_sets();

#define LOOKM_SELECT(id) extern const selection_strategy select_##id;
#define LOOKM_MERGE(id) extern const merge_strategy merge_##id;
#define LOOKM_SCORE(id) extern const score_strategy score_##id;
#include "strategies.def"

} // namespace lookm
