#include "budget.h"

#include <algorithm>
#include <cmath>

namespace lookm {

namespace {

/// floor(n * a * b) as exact arithmetic on the decimal numbers a and b gives it. In binary 1000 * 0.1 * (1 - 0.9) is
/// 99.99...98 / 10, and its floor one too low. Products of decimals with up to four digits are multiples of 1e-8, and
/// rounding moves them by less than 1e-9 for every n up to a million, so that adding 1e-9 repairs exactly those.
int64_t floor_of_product(int64_t n, double a, double b) {
    return static_cast<int64_t>(std::floor(static_cast<double>(n) * a * b + 1e-9));
}

} // namespace

budget make_budget(int64_t n_tokens, double ratio, double recent_share) {
    compress_params params;
    params.ratio = ratio;
    params.recent_share = recent_share;
    check_params(params);
    if (n_tokens <= 0) {
        throw error("invalid_argument", "Expected at least one token but received " + std::to_string(n_tokens));
    }

    budget result;
    result.n_recent = floor_of_product(n_tokens, ratio, recent_share);
    if (ratio == 1.0) {
        // Two floors may lose a token between them; ratio 1 is the identity by definition.
        result.n_important = n_tokens - result.n_recent;
        return result;
    }
    result.n_important = floor_of_product(n_tokens, ratio, 1.0 - recent_share);
    if (result.n_kept() == 0) {
        throw error("budget_too_small",
                    "Expected a KV ratio that keeps at least one of " + std::to_string(n_tokens) +
                        " tokens but received " + std::to_string(ratio));
    }
    return result;
}

budget with_recent_at_most(const budget & budget, int64_t n_recent) {
    const int64_t n = std::min(budget.n_recent, n_recent);
    return {budget.n_kept() - n, n};
}

} // namespace lookm
