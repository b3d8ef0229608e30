// Who stays: eq 5-8 and the baselines.
#include "check.h"
#include "lookm-fixtures.h"
#include "lookm/plan.h"
#include "lookm/strategies.h"
#include "reference/reference.h"

#include <algorithm>
#include <limits>
#include <set>

using namespace lookm;

namespace {

constexpr token_kind T = token_kind::text;
constexpr token_kind I = token_kind::image;

std::vector<int32_t> kept_of_one_head(const compress_params & params,
                                      const budget & budget,
                                      const std::vector<float> & scores,
                                      const std::vector<token_kind> & kinds) {
    return make_plan(params, budget, {scores.data()}, {kinds.data(), 0}, int64_t(kinds.size()), 1).kept;
}

compress_params with_method(method m) {
    compress_params params;
    params.method = m;
    return params;
}

layer_plan plan_of(const compress_params & params, const layer_fixture & f) {
    return make_plan(params, {f.scores.data()}, {f.kinds.data(), 0}, f.n_tokens, f.n_head_kv);
}

auto has_code(const char * code) {
    return [code](const error & e) { return e.code == code; };
}

} // namespace

TEST(look_m_prefers_text_by_the_largest_score) {
    // Scores      5  1  2  3  4  0.5  9  9, kinds t i t i i t i t; the largest is 9 (a recent token counts, eq 5).
    // After eq 5: 14 1 11  3  4  9.5 (9 18). N = 3 of the first six: 14, 11, 9.5 -> tokens 0, 2, 5. M = 2: 6, 7.
    const std::vector<float> scores = {5, 1, 2, 3, 4, 0.5f, 9, 9};
    const std::vector<token_kind> kinds = {T, I, T, I, I, T, I, T};
    CHECK_EQUAL(kept_of_one_head(with_method(method::look_m), {3, 2}, scores, kinds),
                (std::vector<int32_t>{0, 2, 5, 6, 7}));
    // Text or not, exactly the budget stays: N = 2 drops the weakest text token.
    CHECK_EQUAL(kept_of_one_head(with_method(method::look_m), {2, 2}, scores, kinds),
                (std::vector<int32_t>{0, 2, 6, 7}));
    // N = 4 has room for the best image token.
    CHECK_EQUAL(kept_of_one_head(with_method(method::look_m), {4, 2}, scores, kinds),
                (std::vector<int32_t>{0, 2, 4, 5, 6, 7}));
}

TEST(the_text_prior_is_the_maximum_over_recent_tokens_too) {
    // 0 + 9 beats the image's 5; with the maximum of the older tokens alone it would tie, and lose to the lower index.
    const std::vector<float> scores = {5, 0, 9};
    const std::vector<token_kind> kinds = {I, T, I};
    CHECK_EQUAL(kept_of_one_head(with_method(method::look_m), {1, 1}, scores, kinds), (std::vector<int32_t>{1, 2}));
}

TEST(h2o_reads_scores_alone) {
    const std::vector<float> scores = {5, 1, 2, 3, 4, 0.5f, 9, 9};
    const std::vector<token_kind> kinds = {T, I, T, I, I, T, I, T};
    const std::vector<int32_t> expected = {0, 3, 4, 6, 7};
    CHECK_EQUAL(kept_of_one_head(with_method(method::h2o), {3, 2}, scores, kinds), expected);
    compress_params no_prior = with_method(method::look_m);
    no_prior.text_prior = false;
    CHECK_EQUAL(kept_of_one_head(no_prior, {3, 2}, scores, kinds), expected);
}

TEST(equal_scores_go_to_the_lower_index) {
    const std::vector<float> scores = {1, 2, 1, 2, 1, 2, 1, 0};
    const std::vector<token_kind> kinds(8, I);
    CHECK_EQUAL(kept_of_one_head(with_method(method::h2o), {4, 1}, scores, kinds),
                (std::vector<int32_t>{0, 1, 3, 5, 7}));
}

TEST(the_text_prior_does_not_round_small_scores_away) {
    // In float 1000 + 1e-6 == 1000 + 2e-6; the second is still the larger one.
    const std::vector<float> scores = {1e-6f, 2e-6f, 1000, 0};
    const std::vector<token_kind> kinds = {T, T, I, I};
    CHECK_EQUAL(kept_of_one_head(with_method(method::look_m), {1, 0}, scores, kinds), (std::vector<int32_t>{1}));
}

TEST(snapkv_keeps_the_neighbours_of_a_peak) {
    // Width 3: the peak at 4 lifts 3 and 5 to 9; N = 3 takes them before the lone 5 at 0. M = 1.
    compress_params params = with_method(method::snapkv);
    params.pool_kernel = 3;
    const std::vector<float> scores = {5, 0, 0, 0, 9, 0, 0, 0, 0, 7};
    const std::vector<token_kind> kinds(10, I);
    CHECK_EQUAL(kept_of_one_head(params, {3, 1}, scores, kinds), (std::vector<int32_t>{3, 4, 5, 9}));
    // The recent 7 is outside the pooled region: token 8 gets nothing from it, 0 and 1 come next.
    CHECK_EQUAL(kept_of_one_head(params, {5, 1}, scores, kinds), (std::vector<int32_t>{0, 1, 3, 4, 5, 9}));
}

TEST(streaming_keeps_sinks_and_the_end) {
    const std::vector<float> none;
    const std::vector<token_kind> kinds(20, I);
    const auto kept = [&](const budget & b) {
        return make_plan(with_method(method::streaming), b, {nullptr}, {kinds.data(), 0}, 20, 1).kept;
    };
    CHECK_EQUAL(kept({4, 3}), (std::vector<int32_t>{0, 1, 2, 3, 17, 18, 19}));
    CHECK_EQUAL(kept({1, 5}), (std::vector<int32_t>{0, 1, 2, 3, 18, 19}));
    CHECK_EQUAL(kept({1, 1}), (std::vector<int32_t>{0, 1}));
}

TEST(random_is_seeded_and_differs_between_heads_and_seeds) {
    const layer_fixture f = random_layer(200, 3, 4, 1);
    compress_params params = with_method(method::random);
    const layer_plan a = plan_of(params, f);
    CHECK_EQUAL(a.kept, plan_of(params, f).kept);
    CHECK(!std::equal(a.kept_of(0), a.kept_of(0) + a.n_kept, a.kept_of(1)));
    params.seed = 1;
    CHECK(a.kept != plan_of(params, f).kept);
    // Pinned, so that a change of the generator is seen: reports cite seeds.
    const std::vector<token_kind> kinds(10, I);
    const std::vector<int32_t> pinned =
        make_plan(with_method(method::random), {3, 1}, {nullptr}, {kinds.data(), 0}, 10, 1).kept;
    CHECK_EQUAL(pinned, (std::vector<int32_t>{1, 5, 7, 9}));
}

TEST(random_is_uniform) {
    std::vector<int> drawn(20, 0);
    const std::vector<token_kind> kinds(20, I);
    compress_params params = with_method(method::random);
    for (params.seed = 0; params.seed < 4000; ++params.seed) {
        for (int32_t t : make_plan(params, {5, 0}, {nullptr}, {kinds.data(), 0}, 20, 1).kept) {
            ++drawn[t];
        }
    }
    for (int n : drawn) {
        CHECK_NEAR(n, 1000, 120); // four standard deviations
    }
}

TEST(keeps_exactly_the_budget_per_head) {
    for (method m : all_methods()) {
        for (double ratio : {0.05, 0.2, 0.33, 0.5, 0.9, 1.0}) {
            for (double share : {0.0, 0.25, 0.5, 1.0}) {
                const layer_fixture f = random_layer(83, 3, 2, 5);
                compress_params params = with_method(m);
                params.ratio = ratio;
                params.recent_share = share;
                const layer_plan plan = plan_of(params, f);
                const budget b = make_budget(83, ratio, share);
                CHECK_EQUAL(plan.n_kept, m == method::full ? 83 : b.n_kept());
                CHECK_EQUAL(int64_t(plan.kept.size()), plan.n_kept * 3);
                for (int64_t h = 0; h < 3; ++h) {
                    const std::set<int32_t> kept(plan.kept_of(h), plan.kept_of(h) + plan.n_kept);
                    CHECK_EQUAL(int64_t(kept.size()), plan.n_kept);
                    CHECK(std::is_sorted(plan.kept_of(h), plan.kept_of(h) + plan.n_kept));
                    CHECK(*kept.begin() >= 0 && *kept.rbegin() < 83);
                    for (int64_t t = 83 - b.n_recent; t < 83; ++t) {
                        // Streaming alone may spend recent places on sinks.
                        CHECK(m == method::streaming || kept.count(int32_t(t)) == 1);
                    }
                    const std::vector<int32_t> evicted = plan.evicted_of(h);
                    CHECK_EQUAL(int64_t(evicted.size()), 83 - plan.n_kept);
                    for (int32_t t : evicted) {
                        CHECK(kept.count(t) == 0);
                    }
                }
            }
        }
    }
}

TEST(ratio_one_is_the_identity) {
    for (method m : all_methods()) {
        const layer_fixture f = random_layer(31, 2, 2, 5);
        compress_params params = with_method(m);
        params.ratio = 1.0;
        const layer_plan plan = plan_of(params, f);
        CHECK(plan.is_identity());
        for (int32_t t = 0; t < 31; ++t) {
            CHECK_EQUAL(plan.kept_of(0)[t], t);
            CHECK_EQUAL(plan.kept_of(1)[t], t);
        }
    }
}

TEST(agrees_with_the_reference) {
    for (method m : {method::look_m, method::look_once, method::h2o, method::snapkv, method::full}) {
        for (uint32_t seed = 0; seed < 8; ++seed) {
            const layer_fixture f = random_layer(64 + seed * 13, 1 + seed % 4, 2, seed);
            compress_params params = with_method(m);
            params.ratio = 0.1 + 0.1 * seed;
            params.recent_share = 0.15 * (seed % 6);
            params.merge = merge_rule::none;
            CHECK_EQUAL(plan_of(params, f).kept,
                        compress_reference(params,
                                           f.n_tokens,
                                           f.n_head_kv,
                                           f.d_head,
                                           f.kinds.data(),
                                           f.keys.data(),
                                           f.values.data(),
                                           f.scores.data())
                            .plan.kept);
        }
    }
}

TEST(permuting_heads_permutes_the_plan) {
    const layer_fixture f = random_layer(90, 4, 2, 9);
    const int64_t order[] = {2, 0, 3, 1};
    std::vector<float> permuted(f.scores.size());
    for (int64_t t = 0; t < 90; ++t) {
        for (int64_t h = 0; h < 4; ++h) {
            permuted[t * 4 + h] = f.scores[t * 4 + order[h]];
        }
    }
    for (method m : {method::look_m, method::h2o, method::snapkv, method::streaming}) {
        const layer_plan a = plan_of(with_method(m), f);
        const layer_plan b = make_plan(with_method(m), {permuted.data()}, {f.kinds.data(), 0}, 90, 4);
        for (int64_t h = 0; h < 4; ++h) {
            CHECK(std::equal(b.kept_of(h), b.kept_of(h) + b.n_kept, a.kept_of(order[h])));
        }
    }
}

TEST(kinds_may_differ_between_heads) {
    // One score everywhere: the text prior alone decides, and head 1 has its text elsewhere.
    const std::vector<float> scores(12, 1.0f);
    const std::vector<token_kind> kinds = {T, T, I, I, I, I, /* head 1 */ I, I, I, T, T, I};
    const layer_plan plan = make_plan(with_method(method::look_m), {2, 1}, {scores.data()}, {kinds.data(), 6}, 6, 2);
    CHECK_EQUAL(plan.kept, (std::vector<int32_t>{0, 1, 5, 3, 4, 5}));
}

TEST(an_explicit_budget_of_everything_keeps_everything) {
    const layer_fixture f = random_layer(10, 1, 2, 3);
    CHECK(make_plan(with_method(method::look_m), {9, 5}, {f.scores.data()}, {f.kinds.data(), 0}, 10, 1).is_identity());
}

TEST(refuses_what_it_cannot_order) {
    layer_fixture f = random_layer(20, 2, 2, 3);
    CHECK_THROWS(make_plan(with_method(method::h2o), {nullptr}, {f.kinds.data(), 0}, 20, 2),
                 error,
                 has_code("invalid_argument"));
    CHECK_THROWS(make_plan(with_method(method::h2o), {0, 0}, {f.scores.data()}, {f.kinds.data(), 0}, 20, 2),
                 error,
                 has_code("budget_too_small"));
    CHECK_THROWS(make_plan(with_method(method::h2o), {-1, 3}, {f.scores.data()}, {f.kinds.data(), 0}, 20, 2),
                 error,
                 has_code("invalid_argument"));
    CHECK_THROWS(make_plan(with_method(method::h2o), {f.scores.data()}, {f.kinds.data(), 0}, 0, 2),
                 error,
                 has_code("invalid_argument"));
    f.scores[7] = std::numeric_limits<float>::quiet_NaN();
    CHECK_THROWS(plan_of(with_method(method::h2o), f), error, has_code("invalid_argument"));
    compress_params bad = with_method(method::full);
    bad.ratio = 2.0;
    CHECK_THROWS(plan_of(bad, f), error, has_code("kv_ratio_invalid"));
}

RUN_TESTS()
