#include "strategies.h"

namespace lookm {

namespace {

int64_t n_queries(const compress_params & /*params*/, int64_t /*n_question_tokens*/) {
    return 0;
}

} // namespace

/// Every token of the prompt, as eq 4 of LOOK-M has it.
const score_strategy score_all = {"all", n_queries};

} // namespace lookm
