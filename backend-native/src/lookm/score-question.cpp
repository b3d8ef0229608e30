#include "strategies.h"

namespace lookm {

namespace {

int64_t n_queries(const compress_params & /*params*/, int64_t n_question_tokens) {
    return n_question_tokens;
}

} // namespace

/// What follows the prompt's last image and document: the question and the generation prompt (VL-Cache,
/// https://arxiv.org/abs/2410.23317).
const score_strategy score_question = {"question", n_queries};

} // namespace lookm
