// Heads that decide together: hand-worked layers, what each share leaves alone, and the plans that follow from it.
#include "check.h"
#include "lookm-fixtures.h"
#include "lookm/plan.h"
#include "lookm/share.h"

#include <algorithm>
#include <numeric>

using namespace lookm;

namespace {

/// A layer whose cells hold the same tokens in every head, as after a prefill.
layer_scores fresh_layer(std::vector<float> scores, int64_t n_head_kv) {
    layer_scores layer{std::move(scores), {}, n_head_kv};
    const auto n_cells = static_cast<int64_t>(layer.scores.size()) / n_head_kv;
    for (int64_t i = 0; i < n_cells * n_head_kv; ++i) {
        layer.tokens.push_back(static_cast<int32_t>(i % n_cells));
    }
    return layer;
}

/// Two heads beside each other in two layers of three cells. Sums: 4 and 10; 8 and 2.
std::vector<layer_scores> two_layers() {
    return {fresh_layer({1, 6, 2, 4, 1, 0}, 2), fresh_layer({2, 1, 0, 1, 6, 0}, 2)};
}

std::vector<layer_scores> shared(score_share share, std::vector<layer_scores> layers) {
    share_scores(share, layers);
    return layers;
}

void check_scores(const layer_scores & layer, const std::vector<double> & expected) {
    CHECK_EQUAL(layer.scores.size(), expected.size());
    for (size_t i = 0; i < std::min(layer.scores.size(), expected.size()); ++i) {
        CHECK_NEAR(layer.scores[i], expected[i], 1e-7);
    }
}

/// The kept tokens of every head of every layer, one after the other.
std::vector<std::vector<int32_t>> kept_by_heads(const compress_params & params,
                                                const std::vector<layer_scores> & layers,
                                                const std::vector<token_kind> & kinds) {
    std::vector<std::vector<int32_t>> kept;
    for (const layer_scores & layer : layers) {
        const auto n_tokens = static_cast<int64_t>(kinds.size());
        const layer_plan plan =
            make_plan(params, {layer.scores.data(), nullptr, nullptr}, {kinds.data(), 0}, n_tokens, layer.n_head_kv);
        for (int64_t h = 0; h < layer.n_head_kv; ++h) {
            kept.emplace_back(plan.kept_of(h), plan.kept_of(h) + plan.n_kept);
        }
    }
    return kept;
}

bool all_equal(const std::vector<std::vector<int32_t>> & kept) {
    return std::all_of(kept.begin(), kept.end(), [&](const auto & one) { return one == kept.front(); });
}

auto has_code(const char * code) {
    return [code](const error & e) { return e.code == code; };
}

} // namespace

TEST(head_changes_nothing) {
    const std::vector<layer_scores> layers = shared(score_share::head, two_layers());
    CHECK_EQUAL(layers[0].scores, two_layers()[0].scores);
    CHECK_EQUAL(layers[1].scores, two_layers()[1].scores);
}

TEST(the_heads_of_a_layer_agree_on_the_mean_of_their_scaled_scores) {
    // Layer 0: (1/4 + 6/10) / 2, (2/4 + 4/10) / 2, (1/4 + 0) / 2. Layer 1: (2/8 + 1/2) / 2, (0 + 1/2) / 2, (6/8 + 0)
    // / 2.
    const std::vector<layer_scores> layers = shared(score_share::layer, two_layers());
    check_scores(layers[0], {0.425, 0.425, 0.45, 0.45, 0.125, 0.125});
    check_scores(layers[1], {0.375, 0.375, 0.25, 0.25, 0.375, 0.375});
}

TEST(all_layers_agree_on_the_mean_over_all_heads) {
    const std::vector<layer_scores> layers = shared(score_share::model, two_layers());
    for (const layer_scores & layer : layers) {
        check_scores(layer, {0.4, 0.4, 0.35, 0.35, 0.25, 0.25});
    }
}

TEST(every_head_has_the_same_say_whatever_the_size_of_its_layer) {
    // One head with 1, 0; two heads with 0, 1 each: a third and two thirds.
    const std::vector<layer_scores> layers =
        shared(score_share::model, {fresh_layer({5, 0}, 1), fresh_layer({0, 0, 2, 9}, 2)});
    check_scores(layers[0], {1.0 / 3, 2.0 / 3});
    check_scores(layers[1], {1.0 / 3, 1.0 / 3, 2.0 / 3, 2.0 / 3});
}

TEST(scores_of_a_head_that_saw_anything_sum_to_1_afterwards) {
    for (score_share share : {score_share::layer, score_share::model}) {
        for (uint32_t seed = 0; seed < 5; ++seed) {
            const layer_fixture a = random_layer(40, 3, 2, seed);
            const layer_fixture b = random_layer(40, 2, 2, seed + 100);
            for (const layer_scores & layer : shared(share, {fresh_layer(a.scores, 3), fresh_layer(b.scores, 2)})) {
                CHECK_NEAR(std::accumulate(layer.scores.begin(), layer.scores.end(), 0.0), layer.n_head_kv, 1e-5);
            }
        }
    }
}

TEST(a_head_that_saw_nothing_adds_nothing_and_divides_by_nothing) {
    const std::vector<layer_scores> layers = shared(score_share::layer, {fresh_layer({0, 3, 0, 1}, 2)});
    check_scores(layers[0], {0.375, 0.375, 0.125, 0.125});
    const std::vector<layer_scores> none = shared(score_share::model, {fresh_layer({0, 0, 0, 0}, 2)});
    check_scores(none[0], {0, 0, 0, 0});
}

TEST(a_cell_with_different_tokens_in_its_heads_keeps_their_own_scaled_scores) {
    // As after an earlier compression: cell 1 holds token 1 in head 0 and token 2 in head 1.
    layer_scores layer = fresh_layer({1, 6, 2, 4, 1, 0}, 2);
    layer.tokens = {0, 1, 5, 0, 2, 5};
    for (score_share share : {score_share::layer, score_share::model}) {
        check_scores(shared(share, {layer})[0], {0.425, 0.425, 0.5, 0.4, 0.125, 0.125});
    }
}

TEST(layers_that_differ_in_a_cell_agree_within_a_layer_alone) {
    std::vector<layer_scores> layers = two_layers();
    layers[1].tokens = {0, 7, 2, 0, 7, 2};
    const std::vector<layer_scores> by_layer = shared(score_share::layer, layers);
    check_scores(by_layer[0], {0.425, 0.425, 0.45, 0.45, 0.125, 0.125});
    check_scores(by_layer[1], {0.375, 0.375, 0.25, 0.25, 0.375, 0.375});
    const std::vector<layer_scores> by_model = shared(score_share::model, layers);
    check_scores(by_model[0], {0.4, 0.4, 0.5, 0.4, 0.25, 0.25});
    check_scores(by_model[1], {0.4, 0.4, 0.0, 0.5, 0.25, 0.25});
}

TEST(with_model_all_heads_of_all_layers_keep_the_same_tokens) {
    compress_params params;
    params.method = method::look_once;
    params.merge = merge_rule::none;
    for (uint32_t seed = 0; seed < 12; ++seed) {
        const layer_fixture a = random_layer(60 + seed, 3, 2, seed);
        const layer_fixture b = random_layer(60 + seed, 2, 2, seed + 100);
        const std::vector<layer_scores> layers = {fresh_layer(a.scores, 3), fresh_layer(b.scores, 2)};
        params.ratio = 0.1 + 0.07 * seed;
        params.recent_share = 0.2;
        params.text_prior = seed % 2 == 0;
        params.pool_kernel = seed % 3 == 0 ? 5 : 0;
        params.text_pool_kernel = seed % 3 == 1 ? 15 : 0;
        params.n_sinks = seed % 4;
        CHECK(all_equal(kept_by_heads(params, shared(score_share::model, layers), a.kinds)));

        // Within a layer its own heads agree; the other layer, and heads left alone, choose differently.
        params.text_prior = false;
        params.pool_kernel = params.text_pool_kernel = 1;
        const auto by_layer = kept_by_heads(params, shared(score_share::layer, layers), a.kinds);
        CHECK(all_equal({by_layer.begin(), by_layer.begin() + 3}));
        CHECK(all_equal({by_layer.begin() + 3, by_layer.end()}));
        CHECK(!all_equal(by_layer));
        const auto by_head = kept_by_heads(params, shared(score_share::head, layers), a.kinds);
        CHECK(!all_equal({by_head.begin(), by_head.begin() + 3}));
    }
}

TEST(sizes_that_do_not_fit_each_other_are_refused) {
    const auto refused = [](std::vector<layer_scores> layers) {
        for (score_share share : {score_share::layer, score_share::model}) {
            CHECK_THROWS(share_scores(share, layers), error, has_code("invalid_argument"));
        }
    };
    refused({{{1, 2, 3}, {0, 1, 2}, 2}});                            // cells that not every head has
    refused({{{1, 2, 3, 4}, {0, 1}, 2}});                            // tokens of one head alone
    refused({{{1, 2}, {0, 1}, 0}});                                  // no heads
    refused({fresh_layer({1, 2}, 1), fresh_layer({1, 2, 3}, 1)});    // layers of different lengths
    refused({fresh_layer({1, 2}, 1), {{1, 2, 3, 4}, {0, 1, 0}, 2}}); // wrong in the second layer alone
}

TEST(no_layers_are_no_error) {
    std::vector<layer_scores> none;
    share_scores(score_share::model, none);
    CHECK(none.empty());
}

RUN_TESTS()
