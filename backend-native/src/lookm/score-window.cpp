#include "strategies.h"

namespace lookm {

namespace {

int64_t n_queries(const compress_params & params, int64_t /*n_question_tokens*/) {
    return params.n_window_queries;
}

} // namespace

/// The last tokens of the prompt, as many as params.n_window_queries (SnapKV, https://arxiv.org/abs/2404.14469).
const score_strategy score_window = {"window", n_queries};

} // namespace lookm
