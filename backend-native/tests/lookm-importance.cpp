// What the rules that read scores rank by, part by part: value norms, pooling, diversity, text, first tokens. How heads
// share their scores is lookm-share.cpp.
#include "check.h"
#include "lookm-fixtures.h"
#include "lookm/compress.h"
#include "lookm/importance.h"
#include "reference/reference.h"

#include <algorithm>
#include <limits>
#include <set>

using namespace lookm;

namespace {

constexpr token_kind T = token_kind::text;
constexpr token_kind I = token_kind::image;

/// One head, one dimension more than nothing: what a case needs and no more.
struct small_case {
    std::vector<float> scores;
    std::vector<token_kind> kinds;
    std::vector<float> diversity;
    std::vector<float> value_norms;

    std::vector<int32_t> kept(const compress_params & params, const budget & budget) const {
        const auto given = [](const std::vector<float> & values) { return values.empty() ? nullptr : values.data(); };
        const auto n = static_cast<int64_t>(scores.size());
        return make_plan(params, budget, {scores.data(), given(diversity), given(value_norms)}, {kinds.data(), 0}, n, 1)
            .kept;
    }
};

compress_params with_method(method m) {
    compress_params params;
    params.method = m;
    return params;
}

/// Each of `all` with each of the values in one of its fields.
template <typename T>
std::vector<compress_params>
times(const std::vector<compress_params> & all, T compress_params::* field, const std::vector<T> & values) {
    std::vector<compress_params> product;
    for (const compress_params & params : all) {
        for (const T & value : values) {
            product.push_back(params);
            product.back().*field = value;
        }
    }
    return product;
}

/// Every part alone, then together, for every method that reads scores.
std::vector<compress_params> combinations() {
    std::vector<compress_params> all(1);
    all.front().merge = merge_rule::none;
    all = times(all, &compress_params::method, {method::look_m, method::look_once, method::h2o, method::snapkv});
    all = times(all, &compress_params::share, {score_share::head, score_share::layer, score_share::model});
    all = times(all, &compress_params::pool_kernel, {0U, 1U, 5U});
    all = times(all, &compress_params::text_pool_kernel, {0U, 1U, 9U});
    all = times(all, &compress_params::diversity, {0.0, 0.3, 1.0});
    all = times(all, &compress_params::value_norm, {false, true});
    return times(all, &compress_params::n_sinks, {0U, 4U});
}

compressed_host compress(const compress_params & params, const layer_fixture & f) {
    compute_pool pool(2);
    return compress_host(pool,
                         params,
                         f.n_tokens,
                         f.n_head_kv,
                         f.d_head,
                         f.kinds.data(),
                         f.keys.data(),
                         f.values.data(),
                         f.scores.data());
}

/// Features of host rows [n_tokens, 1, d].
row_features features_of(const compress_params & params, const std::vector<float> & rows, int64_t d) {
    const auto n = static_cast<int64_t>(rows.size()) / d;
    std::vector<int32_t> cells(static_cast<size_t>(n));
    for (size_t i = 0; i < cells.size(); ++i) {
        cells[i] = static_cast<int32_t>(i);
    }
    ggml_backend_dev_t cpu = ggml_backend_dev_by_type(GGML_BACKEND_DEVICE_TYPE_CPU);
    const cache_tensor tensor(cpu, GGML_TYPE_F32, rows, 1, d, cells, n);
    return row_features_of(params, {tensor.view(), tensor.view(), n, {}}, 2);
}

auto has_code(const char * code) {
    return [code](const error & e) { return e.code == code; };
}

} // namespace

TEST(agrees_with_the_reference_under_every_combination) {
    uint32_t seed = 0;
    for (compress_params params : combinations()) {
        const layer_fixture f = random_layer(60 + seed % 17, 1 + seed % 3, 6, seed);
        params.ratio = 0.15 + 0.05 * (seed % 8);
        params.recent_share = 0.2 * (seed % 4);
        CHECK_EQUAL(compress(params, f).plan.kept,
                    compress_reference(params,
                                       f.n_tokens,
                                       f.n_head_kv,
                                       f.d_head,
                                       f.kinds.data(),
                                       f.keys.data(),
                                       f.values.data(),
                                       f.scores.data())
                        .plan.kept);
        ++seed;
    }
}

TEST(keeps_exactly_the_budget_per_head_under_every_combination) {
    const layer_fixture f = random_layer(83, 3, 4, 5);
    for (compress_params params : combinations()) {
        for (double ratio : {0.05, 0.33, 0.9, 1.0}) {
            params.ratio = ratio;
            const budget b = make_budget(83, ratio, params.recent_share);
            const layer_plan plan = compress(params, f).plan;
            CHECK_EQUAL(plan.n_kept, b.n_kept());
            CHECK_EQUAL(plan.is_identity(), ratio == 1.0);
            for (int64_t h = 0; h < 3; ++h) {
                const std::set<int32_t> kept(plan.kept_of(h), plan.kept_of(h) + plan.n_kept);
                CHECK_EQUAL(int64_t(kept.size()), b.n_kept());
                for (int64_t t = 83 - b.n_recent; t < 83; ++t) {
                    CHECK(kept.count(int32_t(t)) == 1);
                }
                for (int32_t t = 0; t < int32_t(std::min<int64_t>(params.n_sinks, b.n_important)); ++t) {
                    CHECK(kept.count(t) == 1);
                }
            }
        }
    }
}

TEST(permuting_heads_permutes_the_plan_under_every_combination) {
    const layer_fixture f = random_layer(70, 3, 4, 9);
    const int64_t order[] = {2, 0, 1};
    layer_fixture p = f;
    for (int64_t t = 0; t < 70; ++t) {
        for (int64_t h = 0; h < 3; ++h) {
            p.scores[t * 3 + h] = f.scores[t * 3 + order[h]];
            std::copy_n(f.keys.begin() + (t * 3 + order[h]) * 4, 4, p.keys.begin() + (t * 3 + h) * 4);
            std::copy_n(f.values.begin() + (t * 3 + order[h]) * 4, 4, p.values.begin() + (t * 3 + h) * 4);
        }
    }
    for (const compress_params & params : combinations()) {
        const layer_plan a = compress(params, f).plan;
        const layer_plan b = compress(params, p).plan;
        for (int64_t h = 0; h < 3; ++h) {
            CHECK(std::equal(b.kept_of(h), b.kept_of(h) + b.n_kept, a.kept_of(order[h])));
        }
    }
}

TEST(our_own_method_without_its_parts_is_look_m) {
    for (uint32_t seed = 0; seed < 6; ++seed) {
        const layer_fixture f = random_layer(90, 2, 4, seed);
        for (bool prior : {false, true}) {
            compress_params a = with_method(method::look_m);
            a.text_prior = prior;
            compress_params b = a;
            b.method = method::look_once;
            CHECK_EQUAL(compress(a, f).plan.kept, compress(b, f).plan.kept);
        }
    }
}

TEST(with_the_text_prior_images_are_evicted_first) {
    // Text 1, 3 and 5 score lowest. Two places: the best two of them; four: all three and the best image token.
    const small_case c = {{9, 1, 8, 3, 7, 2, 6}, {I, T, I, T, I, T, I}, {}, {}};
    const compress_params params = with_method(method::look_once);
    CHECK_EQUAL(c.kept(params, {2, 0}), (std::vector<int32_t>{3, 5}));
    CHECK_EQUAL(c.kept(params, {4, 0}), (std::vector<int32_t>{0, 1, 3, 5}));
}

TEST(any_method_may_be_pooled_and_the_prior_does_not_leak_into_images) {
    // Width 3: the peak 9 at 5 lifts 4 and 6. Text at 0 is lifted alone: token 1 gets none of its prior.
    const small_case c = {{1, 0, 0, 0, 0, 9, 0, 3}, {T, I, I, I, I, I, I, I}, {}, {}};
    compress_params params = with_method(method::look_m);
    params.pool_kernel = 3;
    CHECK_EQUAL(c.kept(params, {4, 0}), (std::vector<int32_t>{0, 4, 5, 6}));
    params.method = method::h2o;
    CHECK_EQUAL(c.kept(params, {3, 0}), (std::vector<int32_t>{4, 5, 6}));
    params.pool_kernel = 0;
    CHECK_EQUAL(c.kept(params, {3, 0}), (std::vector<int32_t>{0, 5, 7}));
    params.method = method::snapkv;
    params.pool_kernel = 1;
    CHECK_EQUAL(c.kept(params, {3, 0}), (std::vector<int32_t>{0, 5, 7}));
}

TEST(text_may_be_pooled_wider_or_narrower_than_images) {
    // The peak 9 at 3 lies between text 0-2 and images 4-6; text reaches it from 1 and 2, an image from 4 alone.
    const small_case c = {{1, 2, 3, 9, 4, 5, 6}, {T, T, T, I, I, I, I}, {}, {}};
    compress_params params = with_method(method::h2o);
    params.pool_kernel = 3;
    params.text_pool_kernel = 5;
    CHECK_EQUAL(c.kept(params, {4, 0}), (std::vector<int32_t>{1, 2, 3, 4}));
    params.text_pool_kernel = 0; // as around images: text reaches it from 2
    CHECK_EQUAL(c.kept(params, {4, 0}), (std::vector<int32_t>{2, 3, 4, 5}));
    params.text_pool_kernel = 1; // not at all
    CHECK_EQUAL(c.kept(params, {4, 0}), (std::vector<int32_t>{3, 4, 5, 6}));
    params.pool_kernel = 0; // images not at all, which is this method's own
    params.text_pool_kernel = 5;
    CHECK_EQUAL(c.kept(params, {3, 0}), (std::vector<int32_t>{1, 2, 3}));
    CHECK_EQUAL(c.kept(params, {4, 0}), (std::vector<int32_t>{1, 2, 3, 6}));
}

TEST(a_text_token_may_not_borrow_from_a_recent_one) {
    const small_case c = {{3, 1, 2, 9}, {T, T, T, T}, {}, {}};
    compress_params params = with_method(method::h2o);
    params.text_pool_kernel = 3;
    CHECK_EQUAL(c.kept(params, {1, 1}), (std::vector<int32_t>{0, 3}));
    CHECK_EQUAL(c.kept(params, {2, 0}), (std::vector<int32_t>{2, 3}));
}

TEST(values_weigh_scores_before_anything_else) {
    // 4 * 1, 3 * 2, 2 * 2.5, 1 * 1.
    small_case c = {{4, 3, 2, 1}, {I, I, I, I}, {}, {1, 2, 2.5f, 1}};
    compress_params params = with_method(method::h2o);
    CHECK_EQUAL(c.kept(params, {2, 0}), (std::vector<int32_t>{0, 1}));
    params.value_norm = true;
    CHECK_EQUAL(c.kept(params, {2, 0}), (std::vector<int32_t>{1, 2}));
}

TEST(diversity_is_mixed_in_at_an_average_of_one) {
    // Scores over their average 2: 2.5, 1, 0.5, 0. Diversities over their average 0.5: 0, 0.4, 1.6, 2.
    // d = 0.5: 1.25, 0.7, 1.05, 1 -> 0, 2. d = 1: 3, 2. d = 0.25: 1.875, 0.85, 0.775, 0.5 -> 0, 1.
    small_case c = {{5, 2, 1, 0}, {I, I, I, I}, {0, 0.2f, 0.8f, 1}, {}};
    compress_params params = with_method(method::h2o);
    params.diversity = 0.5;
    CHECK_EQUAL(c.kept(params, {2, 0}), (std::vector<int32_t>{0, 2}));
    params.diversity = 1.0;
    CHECK_EQUAL(c.kept(params, {2, 0}), (std::vector<int32_t>{2, 3}));
    params.diversity = 0.25;
    CHECK_EQUAL(c.kept(params, {2, 0}), (std::vector<int32_t>{0, 1}));
    // The averages are those of the tokens that are ranked: a recent token changes nothing, however high it scores.
    c.scores.push_back(1000);
    c.kinds.push_back(I);
    c.diversity.push_back(2);
    params.diversity = 0.5;
    CHECK_EQUAL(c.kept(params, {2, 1}), (std::vector<int32_t>{0, 2, 4}));
}

TEST(first_tokens_stay_before_all_others_within_the_budget) {
    const small_case c = {{0, 0, 0, 5, 6, 7, 8}, {I, I, I, T, I, I, I}, {}, {}};
    compress_params params = with_method(method::look_once);
    params.n_sinks = 2;
    CHECK_EQUAL(c.kept(params, {3, 1}), (std::vector<int32_t>{0, 1, 3, 6}));
    CHECK_EQUAL(c.kept(params, {1, 1}), (std::vector<int32_t>{0, 6}));
    params.method = method::streaming;
    CHECK_EQUAL(c.kept(params, {2, 2}), (std::vector<int32_t>{0, 1, 5, 6}));
}

TEST(keys_that_are_alike_are_less_diverse_than_one_that_is_not) {
    // Directions (1, 0) three times, of different lengths, and (0, 1): mean (3/4, 1/4), length sqrt(10) / 4.
    // Cosines 3 / sqrt(10) and 1 / sqrt(10). A key of length zero points nowhere: 1.
    compress_params params;
    params.diversity = 0.5;
    const row_features four = features_of(params, {1, 0, 5, 0, 0.5f, 0, 0, 2}, 2);
    CHECK(four.value_norms.empty());
    for (size_t t = 0; t < 4; ++t) {
        CHECK_NEAR(four.diversity[t], 1.0 - (t < 3 ? 3.0 : 1.0) / std::sqrt(10.0), 1e-6);
    }
    const row_features zero = features_of(params, {1, 0, 0, 0}, 2);
    CHECK_NEAR(zero.diversity[0], 0.0, 1e-6);
    CHECK_NEAR(zero.diversity[1], 1.0, 1e-6);
}

TEST(values_are_measured_by_the_sum_of_their_sizes) {
    compress_params params;
    params.value_norm = true;
    const row_features features = features_of(params, {1, -2, 0, 0, 0.5f, 0.25f}, 2);
    CHECK_EQUAL(features.value_norms, (std::vector<float>{3, 0, 0.75f}));
    CHECK(features.diversity.empty());
    params.value_norm = false;
    CHECK(features_of(params, {1, 2}, 2).value_norms.empty());
}

TEST(the_question_caps_recent_tokens_and_the_rest_of_the_budget_is_important) {
    const budget b = with_recent_at_most({10, 90}, 25);
    CHECK_EQUAL(b.n_recent, 25);
    CHECK_EQUAL(b.n_important, 75);
    CHECK_EQUAL(with_recent_at_most({10, 20}, 25).n_recent, 20);
    CHECK_EQUAL(with_recent_at_most({10, 20}, 25).n_important, 10);
}

TEST(what_a_part_needs_and_does_not_get_is_refused) {
    small_case c = {{1, 2, 3}, {I, I, I}, {}, {}};
    compress_params params = with_method(method::h2o);
    params.diversity = 0.5;
    CHECK_THROWS(c.kept(params, {1, 0}), error, has_code("invalid_argument"));
    c.diversity = {0, 1, std::numeric_limits<float>::quiet_NaN()};
    CHECK_THROWS(c.kept(params, {1, 0}), error, has_code("invalid_argument"));
    params.diversity = 0.0;
    params.value_norm = true;
    CHECK_THROWS(c.kept(params, {1, 0}), error, has_code("invalid_argument"));
    for (double d : {-0.1, 1.1, std::numeric_limits<double>::quiet_NaN()}) {
        params.diversity = d;
        CHECK_THROWS(check_params(params), error, has_code("invalid_argument"));
    }
}

TEST(a_pool_of_even_width_has_no_middle_and_is_refused) {
    compress_params params;
    params.pool_kernel = 3;
    params.text_pool_kernel = 15;
    check_params(params);
    params.text_pool_kernel = 14;
    CHECK_THROWS(check_params(params), error, has_code("invalid_argument"));
    params.text_pool_kernel = 0;
    params.pool_kernel = 2;
    CHECK_THROWS(check_params(params), error, has_code("invalid_argument"));
}

TEST(the_names_of_the_parts_are_those_of_the_settings_both_ways) {
    for (const char * name : {"method", "all", "window", "question"}) {
        CHECK(parse_query_set(name).has_value() && std::string(to_string(*parse_query_set(name))) == name);
    }
    for (const char * name : {"share", "question"}) {
        CHECK(parse_recent_rule(name).has_value() && std::string(to_string(*parse_recent_rule(name))) == name);
    }
    CHECK(parse_method("look-once") == method::look_once);
    CHECK(!parse_query_set("").has_value());
    CHECK(!parse_recent_rule("all").has_value());
    for (const char * name : {"head", "layer", "model"}) {
        CHECK(parse_score_share(name).has_value() && std::string(to_string(*parse_score_share(name))) == name);
    }
    CHECK(!parse_score_share("all").has_value());
}

RUN_TESTS()
