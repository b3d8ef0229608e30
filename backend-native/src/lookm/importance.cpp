#include "importance.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "fold.h"
#include "parallel.h"

namespace lookm {

namespace {

/// The maximum of the older tokens within reach of each of them.
void max_pool(const head_view & head, std::vector<double> & scores, int64_t n_older, uint32_t kernel) {
    const std::vector<double> unpooled(scores.begin(), scores.begin() + n_older);
    const uint32_t text_kernel = head.params.text_pool_kernel > 0 ? head.params.text_pool_kernel : kernel;
    for (int64_t t = 0; t < n_older; ++t) {
        const int64_t reach = (head.kind(t) == token_kind::text ? text_kernel : kernel) / 2;
        const auto first = unpooled.begin() + std::max<int64_t>(0, t - reach);
        const auto last = unpooled.begin() + std::min<int64_t>(n_older, t + reach + 1);
        scores[t] = *std::max_element(first, last);
    }
}

/// One over the average of the first n values; 0 when that is 0.
double scale_to_one(const std::vector<double> & values, int64_t n) {
    const double sum = std::accumulate(values.begin(), values.begin() + n, 0.0);
    return sum > 0.0 ? double(n) / sum : 0.0;
}

void mix_diversity(const head_view & head, std::vector<double> & scores, int64_t n_older) {
    std::vector<double> diversity(head.n_tokens);
    for (int64_t t = 0; t < head.n_tokens; ++t) {
        diversity[t] = head.diversity(t);
    }
    const double share = head.params.diversity;
    const double importance_scale = (1.0 - share) * scale_to_one(scores, n_older);
    const double diversity_scale = share * scale_to_one(diversity, n_older);
    for (int64_t t = 0; t < head.n_tokens; ++t) {
        scores[t] = importance_scale * scores[t] + diversity_scale * diversity[t];
    }
}

/// Eq 5: the maximum is taken over all tokens, before anything is added.
void lift_text(const head_view & head, std::vector<double> & scores) {
    const double prior = *std::max_element(scores.begin(), scores.end());
    for (int64_t t = 0; t < head.n_tokens; ++t) {
        scores[t] += head.kind(t) == token_kind::text ? prior : 0.0;
    }
}

/// The sum of the products of n numbers, in eight sums at a time: one alone waits for every addition before the next.
template <typename T>
double dot(const float * a, const T * b, int64_t n) {
    constexpr int64_t n_lanes = 8;
    double lanes[n_lanes] = {};
    int64_t i = 0;
    for (; i + n_lanes <= n; i += n_lanes) {
        for (int64_t lane = 0; lane < n_lanes; ++lane) {
            lanes[lane] += double(a[i + lane]) * double(b[i + lane]);
        }
    }
    double sum = std::accumulate(lanes, lanes + n_lanes, 0.0);
    for (; i < n; ++i) {
        sum += double(a[i]) * double(b[i]);
    }
    return sum;
}

/// Fills out [n_tokens, n_head_kv] for one head.
void key_diversity(const token_rows & keys, int64_t n_tokens, int64_t head, float * out) {
    const int64_t d = keys.rows.d_head();
    const int64_t n_head_kv = keys.rows.n_head_kv();
    std::vector<float> key(d);
    std::vector<double> mean(d, 0.0);
    std::vector<double> lengths(n_tokens);
    for (int64_t t = 0; t < n_tokens; ++t) {
        keys.read(t, head, key.data());
        lengths[t] = std::sqrt(dot(key.data(), key.data(), d));
        const double weight = lengths[t] > 0.0 ? 1.0 / (lengths[t] * double(n_tokens)) : 0.0; // of a direction
        for (int64_t i = 0; i < d; ++i) {
            mean[i] += key[i] * weight;
        }
    }
    const double mean_length = std::sqrt(std::inner_product(mean.begin(), mean.end(), mean.begin(), 0.0));
    for (int64_t t = 0; t < n_tokens; ++t) {
        keys.read(t, head, key.data());
        const double product = dot(key.data(), mean.data(), d);
        const double both = lengths[t] * mean_length;
        out[t * n_head_kv + head] = float(1.0 - (both > 0.0 ? product / both : 0.0));
    }
}

void value_norms(const token_rows & values, int64_t n_tokens, int64_t head, float * out) {
    std::vector<float> value(values.rows.d_head());
    for (int64_t t = 0; t < n_tokens; ++t) {
        values.read(t, head, value.data());
        double sum = 0.0;
        for (const float x : value) {
            sum += std::abs(double(x));
        }
        out[t * values.rows.n_head_kv() + head] = float(sum);
    }
}

} // namespace

std::vector<double>
importance_of(const head_view & head, const budget & budget, uint32_t pool_kernel, bool text_prior) {
    const int64_t n_older = head.n_tokens - budget.n_recent;
    std::vector<double> scores(head.n_tokens);
    for (int64_t t = 0; t < head.n_tokens; ++t) {
        scores[t] = head.score(t);
        if (head.params.value_norm) {
            scores[t] *= head.value_norm(t);
        }
    }
    const uint32_t kernel = head.params.pool_kernel > 0 ? head.params.pool_kernel : pool_kernel;
    if (kernel > 1 || head.params.text_pool_kernel > 1) {
        max_pool(head, scores, n_older, std::max<uint32_t>(kernel, 1));
    }
    if (head.params.diversity > 0.0) {
        mix_diversity(head, scores, n_older);
    }
    if (text_prior) {
        lift_text(head, scores);
    }
    return scores;
}

row_features row_features_of(const compress_params & params, const kv_tensors & kv, int n_threads) {
    row_features features;
    const auto for_each_head = [&](const ggml_tensor & tensor, std::vector<float> & out, const auto & fill) {
        const token_rows rows{row_reader(tensor), kv.cells};
        const int64_t n_head_kv = rows.rows.n_head_kv();
        out.resize(kv.n_tokens * n_head_kv);
        parallel_for(n_head_kv, n_threads, [&](int64_t begin, int64_t end) {
            for (int64_t h = begin; h < end; ++h) {
                fill(rows, kv.n_tokens, h, out.data());
            }
        });
    };
    if (params.diversity > 0.0) {
        for_each_head(*kv.k, features.diversity, key_diversity);
    }
    if (params.value_norm) {
        for_each_head(*kv.v, features.value_norms, value_norms);
    }
    return features;
}

} // namespace lookm
