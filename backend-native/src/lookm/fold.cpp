#include "fold.h"

#include <cmath>

#include "parallel.h"

namespace lookm {

std::vector<float> token_rows::read_all(const int32_t * tokens, int64_t n, int64_t head, int n_threads) const {
    const int64_t d = rows.d_head();
    std::vector<float> out(n * d);
    parallel_for(n, n_threads, [&](int64_t begin, int64_t end) {
        for (int64_t i = begin; i < end; ++i) {
            read(tokens[i], head, out.data() + i * d);
        }
    });
    return out;
}

std::vector<double> cosines(const token_rows & keys,
                            const layer_plan & plan,
                            const std::vector<int32_t> & evicted,
                            const int32_t * target,
                            int64_t head) {
    const int64_t d = keys.rows.d_head();
    std::vector<float> a(d);
    std::vector<float> b(d);
    std::vector<double> result(evicted.size());
    for (size_t e = 0; e < evicted.size(); ++e) {
        keys.read(evicted[e], head, a.data());
        keys.read(plan.kept_of(head)[target[e]], head, b.data());
        double ab = 0.0;
        double aa = 0.0;
        double bb = 0.0;
        for (int64_t i = 0; i < d; ++i) {
            ab += double(a[i]) * b[i];
            aa += double(a[i]) * a[i];
            bb += double(b[i]) * b[i];
        }
        result[e] = aa > 0.0 && bb > 0.0 ? ab / (std::sqrt(aa) * std::sqrt(bb)) : 0.0;
    }
    return result;
}

void fold_rows(const token_rows & rows, const layer_plan & plan, int64_t head, const head_fold & fold, float * out) {
    const int64_t d = rows.rows.d_head();
    std::vector<float> row(d);
    std::vector<double> sums(fold.coefficients.empty() ? 0 : plan.n_kept * d, 0.0);
    std::vector<double> own(plan.n_kept, 1.0);
    for (size_t e = 0; e < fold.coefficients.size(); ++e) {
        const merge_coefficients c = fold.coefficients[e];
        double * sum = sums.data() + fold.target[e] * d;
        rows.read(fold.evicted[e], head, row.data());
        for (int64_t i = 0; i < d; ++i) {
            sum[i] += c.evicted * row[i];
        }
        own[fold.target[e]] += c.own;
    }
    for (int64_t c = 0; c < plan.n_kept; ++c) {
        float * kept = out + (c * plan.n_head_kv + head) * d;
        rows.read(plan.kept_of(head)[c], head, kept);
        if (fold.coefficients.empty() || fold.n_merged[c] == 0) {
            continue;
        }
        for (int64_t i = 0; i < d; ++i) {
            kept[i] = float((own[c] * kept[i] + sums[c * d + i]) / (fold.n_merged[c] + 1));
        }
    }
}

} // namespace lookm
