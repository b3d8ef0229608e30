#include "reference/reference.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace lookm {

std::vector<double> scores_reference(const reference_attention & a, int64_t first_query, int64_t last_query) {
    std::vector<double> scores(a.n_kv * a.n_head_kv, 0.0);
    const int64_t n_group = a.n_head / a.n_head_kv; // query heads that share one KV head

    for (int64_t i = first_query; i < last_query; ++i) {
        for (int64_t h = 0; h < a.n_head; ++h) {
            const int64_t h_kv = h / n_group;
            const int64_t n_visible = std::min(a.n_kv, a.first_position + i + 1);
            std::vector<double> p(n_visible);

            double highest = -std::numeric_limits<double>::infinity();
            for (int64_t j = 0; j < n_visible; ++j) {
                double dot = 0.0;
                for (int64_t d = 0; d < a.d_head; ++d) {
                    dot += double(a.q[(i * a.n_head + h) * a.d_head + d]) *
                           double(a.k[(j * a.n_head_kv + h_kv) * a.d_head + d]);
                }
                p[j] = dot * a.scale;
                highest = std::max(highest, p[j]);
            }
            double total = 0.0;
            for (double & x : p) {
                x = std::exp(x - highest);
                total += x;
            }
            for (int64_t j = 0; j < n_visible; ++j) {
                scores[j * a.n_head_kv + h_kv] += p[j] / total;
            }
        }
    }
    return scores;
}

namespace {

double cosine(const float * a, const float * b, int64_t n) {
    double ab = 0.0;
    double aa = 0.0;
    double bb = 0.0;
    for (int64_t i = 0; i < n; ++i) {
        ab += double(a[i]) * b[i];
        aa += double(a[i]) * a[i];
        bb += double(b[i]) * b[i];
    }
    return aa > 0.0 && bb > 0.0 ? ab / (std::sqrt(aa) * std::sqrt(bb)) : 0.0;
}

/// One layer on the host, as the functions below see it.
struct reference_layer {
    int64_t n = 0, n_head_kv = 0, d_head = 0;
    const token_kind * kinds;
    const float * keys;
    const float * values;
    const float * scores;

    const float * key(int64_t t, int64_t h) const { return keys + (t * n_head_kv + h) * d_head; }
    const float * value(int64_t t, int64_t h) const { return values + (t * n_head_kv + h) * d_head; }
};

double average(const std::vector<double> & x, int64_t n) {
    double sum = 0.0;
    for (int64_t i = 0; i < n; ++i) {
        sum += x[i];
    }
    return sum / double(n);
}

/// How unlike the others each key of one head is.
std::vector<double> diversity_reference(const reference_layer & layer, int64_t head) {
    std::vector<float> mean(layer.d_head);
    for (int64_t d = 0; d < layer.d_head; ++d) {
        double sum = 0.0;
        for (int64_t t = 0; t < layer.n; ++t) {
            double squares = 0.0;
            for (int64_t i = 0; i < layer.d_head; ++i) {
                squares += double(layer.key(t, head)[i]) * layer.key(t, head)[i];
            }
            sum += squares > 0.0 ? layer.key(t, head)[d] / std::sqrt(squares) : 0.0;
        }
        mean[d] = float(sum / double(layer.n));
    }
    std::vector<double> diversity(layer.n);
    for (int64_t t = 0; t < layer.n; ++t) {
        diversity[t] = 1.0 - cosine(layer.key(t, head), mean.data(), layer.d_head);
    }
    return diversity;
}

/// The scores that the heads of one layer agree on, each head with the same say. One layer is all there is here, so
/// that to share within the model is to share within the layer.
std::vector<float>
shared_reference(const compress_params & params, int64_t n_tokens, int64_t n_head_kv, const float * scores) {
    std::vector<float> shared(scores, scores + n_tokens * n_head_kv);
    if (params.share == score_share::head) {
        return shared;
    }
    for (int64_t t = 0; t < n_tokens; ++t) {
        double mean = 0.0;
        for (int64_t h = 0; h < n_head_kv; ++h) {
            double sum = 0.0;
            for (int64_t i = 0; i < n_tokens; ++i) {
                sum += scores[i * n_head_kv + h];
            }
            mean += (sum > 0.0 ? scores[t * n_head_kv + h] / sum : 0.0) / double(n_head_kv);
        }
        for (int64_t h = 0; h < n_head_kv; ++h) {
            shared[t * n_head_kv + h] = float(mean);
        }
    }
    return shared;
}

/// What one head's tokens are ranked by.
std::vector<double>
importance_reference(const compress_params & params, const reference_layer & layer, int64_t head, int64_t n_older) {
    std::vector<double> score(layer.n);
    for (int64_t t = 0; t < layer.n; ++t) {
        score[t] = layer.scores[t * layer.n_head_kv + head];
        double norm = 0.0;
        for (int64_t i = 0; i < layer.d_head; ++i) {
            norm += std::abs(layer.value(t, head)[i]);
        }
        score[t] *= params.value_norm ? norm : 1.0;
    }

    const int64_t own_kernel = params.method == method::snapkv ? 7 : 1;
    const int64_t kernel = params.pool_kernel > 0 ? params.pool_kernel : own_kernel;
    const int64_t text_kernel = params.text_pool_kernel > 0 ? params.text_pool_kernel : kernel;
    std::vector<double> pooled = score;
    for (int64_t t = 0; t < n_older; ++t) {
        const int64_t reach = (layer.kinds[t] == token_kind::text ? text_kernel : kernel) / 2;
        for (int64_t i = 0; i < n_older; ++i) {
            if (std::abs(t - i) <= reach) {
                pooled[t] = std::max(pooled[t], score[i]);
            }
        }
    }

    if (params.diversity > 0.0) {
        const std::vector<double> diversity = diversity_reference(layer, head);
        const double average_score = average(pooled, n_older);
        const double average_diversity = average(diversity, n_older);
        for (int64_t t = 0; t < layer.n; ++t) {
            pooled[t] = (1.0 - params.diversity) * (average_score > 0.0 ? pooled[t] / average_score : 0.0) +
                        params.diversity * (average_diversity > 0.0 ? diversity[t] / average_diversity : 0.0);
        }
    }

    // Eq 5.
    const bool reads_prior = params.method == method::look_m || params.method == method::look_once;
    if (reads_prior && params.text_prior) {
        const double highest = *std::max_element(pooled.begin(), pooled.end());
        for (int64_t t = 0; t < layer.n; ++t) {
            if (layer.kinds[t] == token_kind::text) {
                pooled[t] += highest;
            }
        }
    }
    return pooled;
}

/// Eq 6-8 for one head.
std::vector<int32_t>
select_reference(const compress_params & params, const reference_layer & layer, int64_t head, const budget & budget) {
    const int64_t n_older = layer.n - budget.n_recent;
    const std::vector<double> importance = importance_reference(params, layer, head, n_older);

    // Sinks first; then take the best remaining one, until the budget is spent; the first of equals wins.
    std::vector<bool> stays(layer.n, false);
    for (int64_t i = 0; i < budget.n_important; ++i) {
        int64_t best = -1;
        for (int64_t t = 0; t < n_older; ++t) {
            if (stays[t]) {
                continue;
            }
            if (t < int64_t(params.n_sinks)) {
                best = t;
                break;
            }
            if (best < 0 || importance[t] > importance[best]) {
                best = t;
            }
        }
        stays[best] = true;
    }
    std::vector<int32_t> kept;
    for (int64_t t = 0; t < layer.n; ++t) {
        if (stays[t] || t >= n_older) {
            kept.push_back(static_cast<int32_t>(t));
        }
    }
    return kept;
}

} // namespace

reference_result merge_reference(const layer_plan & plan,
                                 merge_rule merge,
                                 merge_what what,
                                 int64_t d_head,
                                 const float * keys,
                                 const float * values) {
    const int64_t n_head_kv = plan.n_head_kv;
    reference_result result;
    result.plan = plan;
    result.keys.resize(plan.n_kept * n_head_kv * d_head);
    result.values.resize(plan.n_kept * n_head_kv * d_head);

    for (int64_t h = 0; h < n_head_kv; ++h) {
        const auto key = [&](int64_t t) { return keys + (t * n_head_kv + h) * d_head; };
        const auto value = [&](int64_t t) { return values + (t * n_head_kv + h) * d_head; };
        const int32_t * kept = plan.kept_of(h);

        // Eq 9.
        const std::vector<int32_t> evicted = plan.evicted_of(h);
        std::vector<int64_t> target(evicted.size(), -1);
        std::vector<double> similarity(evicted.size(), 0.0);
        for (size_t e = 0; merge != merge_rule::none && e < evicted.size(); ++e) {
            for (int64_t c = 0; c < plan.n_kept; ++c) {
                const double s = cosine(key(evicted[e]), key(kept[c]), d_head);
                if (target[e] < 0 || s > similarity[e]) {
                    target[e] = c;
                    similarity[e] = s;
                }
            }
            result.target.push_back(static_cast<int32_t>(target[e]));
        }

        for (int64_t c = 0; c < plan.n_kept; ++c) {
            for (int64_t d = 0; d < d_head; ++d) {
                const double k = key(kept[c])[d];
                const double v = value(kept[c])[d];
                double k_c = k;
                double v_c = v;
                int64_t n_merged = 0;
                for (size_t e = 0; e < evicted.size(); ++e) {
                    if (target[e] != c) {
                        continue;
                    }
                    const double k_e = key(evicted[e])[d];
                    const double v_e = value(evicted[e])[d];
                    ++n_merged;
                    switch (merge) {
                    case merge_rule::none:
                        break;
                    case merge_rule::average: // eq 10
                        k_c += k_e;
                        v_c += v_e;
                        break;
                    case merge_rule::pivot: // eq 11
                        k_c += (k_e + k) / 2;
                        v_c += (v_e + v) / 2;
                        break;
                    case merge_rule::weighted: // eq 12
                        k_c += similarity[e] * k_e;
                        v_c += similarity[e] * v_e;
                        break;
                    }
                }
                const int64_t i = (c * n_head_kv + h) * d_head + d;
                result.keys[i] = float(what == merge_what::keys_values ? k_c / double(n_merged + 1) : k);
                result.values[i] = float(v_c / double(n_merged + 1));
            }
        }
    }
    return result;
}

reference_result compress_reference(const compress_params & params,
                                    int64_t n_tokens,
                                    int64_t n_head_kv,
                                    int64_t d_head,
                                    const token_kind * kinds,
                                    const float * keys,
                                    const float * values,
                                    const float * scores) {
    layer_plan plan;
    const bool all = params.method == method::full || params.ratio == 1.0;
    const budget budget = make_budget(n_tokens, all ? 1.0 : params.ratio, params.recent_share);
    const std::vector<float> shared =
        scores != nullptr ? shared_reference(params, n_tokens, n_head_kv, scores) : std::vector<float>();
    const reference_layer layer = {n_tokens, n_head_kv, d_head, kinds, keys, values, shared.data()};
    plan.n_tokens = n_tokens;
    plan.n_head_kv = n_head_kv;
    plan.n_kept = budget.n_kept();
    for (int64_t h = 0; h < n_head_kv; ++h) {
        for (int32_t t : select_reference(params, layer, h, budget)) {
            plan.kept.push_back(t);
        }
    }
    return merge_reference(plan, params.merge, params.merge_what, d_head, keys, values);
}

} // namespace lookm
