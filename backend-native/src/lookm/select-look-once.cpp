#include "importance.h"
#include "strategies.h"

namespace lookm {

namespace {

std::vector<int32_t> select(const head_view & head, const budget & budget) {
    return important_and_recent(head, importance_of(head, budget, 1, head.params.text_prior), budget);
}

/// Chosen by the quality suite (`npm run quality`).
constexpr compress_params parts() {
    compress_params params = without_merge();
    params.recent_share = 0.1;
    params.queries = query_set::question;
    params.recent = recent_rule::question;
    params.share = score_share::head; // heads of a pretrained model look for different things
    params.pool_kernel = 5;
    params.text_pool_kernel = 1;
    params.diversity = 0.3;
    return params;
}

} // namespace

/// Our own: LOOK-M's order with what was found since, every part of it a parameter.
const selection_strategy select_look_once = {"look-once", true, query_set::all, select, parts()};

} // namespace lookm
