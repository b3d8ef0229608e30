#include "strategies.h"

namespace lookm {

namespace {

int64_t n_queries(const compress_params & params, int64_t n_question_tokens) {
    return score_strategy_of(selection_strategy_of(params.method).queries).n_queries(params, n_question_tokens);
}

} // namespace

/// Whatever the method that chooses was published with.
const score_strategy score_by_method = {"method", n_queries};

} // namespace lookm
