#include <algorithm>

#include "select.h"

namespace lookm {

/// LOOK-M, eq 5-8. Idea: an image is described by many similar tokens and the text says what is asked, so every text
/// token is lifted above every image token before the highest scores are kept.
/// https://arxiv.org/abs/2406.18139
std::vector<int32_t> select_look_m(const head_view & head, const budget & budget) {
    double prior = 0.0;
    if (head.params.text_prior) {
        // Eq 5: the maximum is taken over all tokens, before anything is added.
        prior = head.score(0);
        for (int64_t t = 1; t < head.n_tokens; ++t) {
            prior = std::max<double>(prior, head.score(t));
        }
    }

    std::vector<double> scores(head.n_tokens - budget.n_recent);
    for (int64_t t = 0; t < static_cast<int64_t>(scores.size()); ++t) {
        // In double: added in float, a large maximum would round small differences between text tokens away.
        scores[t] = head.score(t) + (head.kind(t) == token_kind::text ? prior : 0.0);
    }
    return important_and_recent(scores, budget);
}

} // namespace lookm
