#include "plan.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <string>

#include "strategies.h"

namespace lookm {

namespace {

void check_numbers(const float * values, int64_t n_tokens, int64_t n_head_kv, const std::string & what) {
    if (values == nullptr) {
        throw error("invalid_argument", "Expected " + what + " but received none");
    }
    // A NaN would make the order of the tokens undefined.
    for (int64_t i = 0; i < n_tokens * n_head_kv; ++i) {
        if (!std::isfinite(values[i])) {
            throw error("invalid_argument",
                        "Expected finite " + what + " but received " + std::to_string(values[i]) + " for token " +
                            std::to_string(i / n_head_kv));
        }
    }
}

void check_inputs(
    const compress_params & params, scores_view scores, kinds_view kinds, int64_t n_tokens, int64_t n_head_kv) {
    if (n_tokens <= 0 || n_head_kv <= 0) {
        throw error("invalid_argument",
                    "Expected at least one token and one KV head but received " + std::to_string(n_tokens) + " and " +
                        std::to_string(n_head_kv));
    }
    if (kinds.data == nullptr) {
        throw error("invalid_argument", "Expected token kinds but received none");
    }
    if (!selection_strategy_of(params.method).reads_scores) {
        return;
    }
    check_numbers(scores.data, n_tokens, n_head_kv, std::string("scores for method ") + to_string(params.method));
    if (params.diversity > 0.0) {
        check_numbers(scores.diversity, n_tokens, n_head_kv, "the diversity of the keys");
    }
    if (params.value_norm) {
        check_numbers(scores.value_norms, n_tokens, n_head_kv, "the lengths of the values");
    }
}

layer_plan keep_all(int64_t n_tokens, int64_t n_head_kv) {
    layer_plan plan{n_tokens, n_head_kv, n_tokens, {}};
    plan.kept.resize(n_head_kv * n_tokens);
    for (int64_t h = 0; h < n_head_kv; ++h) {
        std::iota(plan.kept.begin() + h * n_tokens, plan.kept.begin() + (h + 1) * n_tokens, 0);
    }
    return plan;
}

} // namespace

std::vector<int32_t> layer_plan::evicted_of(int64_t head) const {
    std::vector<int32_t> evicted;
    evicted.reserve(n_tokens - n_kept);
    const int32_t * next = kept_of(head);
    const int32_t * end = next + n_kept;
    for (int32_t t = 0; t < n_tokens; ++t) {
        if (next != end && *next == t) {
            ++next;
        } else {
            evicted.push_back(t);
        }
    }
    return evicted;
}

layer_plan
make_plan(const compress_params & params, scores_view scores, kinds_view kinds, int64_t n_tokens, int64_t n_head_kv) {
    check_params(params);
    if (params.method == method::full) {
        check_inputs(params, scores, kinds, n_tokens, n_head_kv);
        return keep_all(n_tokens, n_head_kv);
    }
    return make_plan(
        params, make_budget(n_tokens, params.ratio, params.recent_share), scores, kinds, n_tokens, n_head_kv);
}

layer_plan make_plan(const compress_params & params,
                     const budget & budget,
                     scores_view scores,
                     kinds_view kinds,
                     int64_t n_tokens,
                     int64_t n_head_kv) {
    const selection_strategy & strategy = selection_strategy_of(params.method);
    check_inputs(params, scores, kinds, n_tokens, n_head_kv);
    if (budget.n_important < 0 || budget.n_recent < 0) {
        throw error("invalid_argument",
                    "Expected a budget of at least 0 important and 0 recent tokens but received " +
                        std::to_string(budget.n_important) + " and " + std::to_string(budget.n_recent));
    }
    if (strategy.select == nullptr || budget.n_kept() >= n_tokens) {
        return keep_all(n_tokens, n_head_kv);
    }
    if (budget.n_kept() == 0) {
        throw error("budget_too_small", "Expected a budget of at least one token but received 0");
    }

    layer_plan plan{n_tokens, n_head_kv, budget.n_kept(), {}};
    plan.kept.reserve(n_head_kv * plan.n_kept);
    for (int64_t h = 0; h < n_head_kv; ++h) {
        std::vector<int32_t> kept = strategy.select({params, scores, kinds, n_tokens, n_head_kv, h}, budget);
        std::sort(kept.begin(), kept.end());
        plan.kept.insert(plan.kept.end(), kept.begin(), kept.end());
    }
    return plan;
}

} // namespace lookm
