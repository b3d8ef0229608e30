#include "importance.h"
#include "strategies.h"

namespace lookm {

namespace {

std::vector<int32_t> select(const head_view & head, const budget & budget) {
    return important_and_recent(head, importance_of(head, budget, 1, head.params.text_prior), budget);
}

} // namespace

/// LOOK-M, eq 5-8. Idea: an image is described by many similar tokens and the text says what is asked, so every text
/// token is lifted above every image token before the highest scores are kept.
/// https://arxiv.org/abs/2406.18139
const selection_strategy select_look_m = {"look-m", true, query_set::all, select, {}};

} // namespace lookm
