// The attention tap (way (a) of the method's notes: flash attention nodes) against the oracle (way (b): the
// probabilities that llama.cpp computes with flash attention off).

#include "engine/kv/attention-tap.h"

#include <algorithm>
#include <cstdio>
#include <map>
#include <numeric>
#include <tuple>

#include "check.h"
#include "engine-fixture.h"

namespace {

constexpr int32_t n_prompt = 300;
constexpr int32_t n_ubatch = 128;

/// Column sums of kq_soft_max-<layer>, over all queries and the query heads of each KV head.
struct oracle {
    int64_t n_head_kv = 0;
    std::map<int, std::vector<double>> sums; // [n_prompt, n_head_kv]

    static bool on_node(ggml_tensor * node, bool ask, void * user_data) {
        int layer = -1;
        if (std::sscanf(node->name, "kq_soft_max-%d", &layer) != 1) {
            return !ask;
        }
        if (ask) {
            return true;
        }
        auto * self = static_cast<oracle *>(user_data);
        std::vector<double> & sums = self->sums[layer];
        sums.resize(static_cast<size_t>(n_prompt * self->n_head_kv));
        const int64_t group = node->ne[2] / self->n_head_kv;
        for (int64_t head = 0; head < node->ne[2]; ++head) {
            for (int64_t query = 0; query < node->ne[1]; ++query) {
                const auto * row = reinterpret_cast<const float *>(static_cast<const char *>(node->data) +
                                                                   head * node->nb[2] + query * node->nb[1]);
                for (int64_t cell = 0; cell < std::min<int64_t>(n_prompt, node->ne[0]); ++cell) {
                    sums[static_cast<size_t>(cell * self->n_head_kv + head / group)] += static_cast<double>(row[cell]);
                }
            }
        }
        return true;
    }
};

void read_prompt(llama_context * context,
                 const std::vector<llama_token> & tokens,
                 int32_t step,
                 engine::attention_tap * tap) {
    for (int32_t at = 0; at < n_prompt; at += step) {
        if (tap != nullptr) {
            tap->set_first_query(at);
        }
        fixture::decode(context, tokens.data() + at, std::min(step, n_prompt - at), at);
    }
}

/// The scores of the first of `choices`.
std::map<int, std::vector<float>>
tapped(llama_model * model, const std::vector<engine::query_choice> & choices, int32_t step) {
    lookm::compute_pool pool(2);
    engine::attention_tap tap(pool);
    fixture::context_options options;
    options.n_ubatch = static_cast<uint32_t>(step);
    options.cb_eval = engine::attention_tap::on_node;
    options.user_data = &tap;
    const llama_context_ptr context = fixture::context(model, options);
    tap.start_scoring(choices, nullptr);
    read_prompt(context.get(), fixture::random_tokens(n_prompt, 7), step, &tap);
    tap.rethrow();
    std::map<int, std::vector<float>> scores;
    for (auto & [number, layer] : tap.layers()) {
        scores[number] = layer.scores.front().scores();
        scores[number].resize(static_cast<size_t>(n_prompt * layer.scores.front().n_head_kv()));
    }
    return scores;
}

/// Sum of the differences over the sum of `expected`. Two ways to compute attention round differently, and each layer
/// passes its rounding on to the next, so single cells may be off by more than the whole.
template <typename A, typename B>
double relative_difference(const std::vector<A> & actual, const std::vector<B> & expected) {
    double difference = actual.size() == expected.size() ? 0.0 : 1e30;
    double total = 0;
    for (size_t i = 0; i < std::min(actual.size(), expected.size()); ++i) {
        difference += std::abs(static_cast<double>(actual[i]) - static_cast<double>(expected[i]));
        total += static_cast<double>(expected[i]);
    }
    return difference / total;
}

constexpr double rounding = 0.02;

} // namespace

TEST(scores_of_flash_attention_nodes_agree_with_the_probabilities_llama_cpp_computes_without_it) {
    const llama_model_ptr model = fixture::text_model();
    oracle expected;
    expected.n_head_kv = llama_model_n_head_kv(model.get());
    fixture::context_options options;
    options.n_ubatch = n_ubatch;
    options.flash_attention = false;
    options.cb_eval = oracle::on_node;
    options.user_data = &expected;
    const llama_context_ptr context = fixture::context(model.get(), options);
    read_prompt(context.get(), fixture::random_tokens(n_prompt, 7), n_ubatch, nullptr);

    const auto scores = tapped(model.get(), {{n_prompt, 0}}, n_ubatch);
    CHECK_EQUAL(static_cast<int>(scores.size()), llama_model_n_layer(model.get()));
    CHECK_EQUAL(scores.size(), expected.sums.size());
    for (const auto & [number, sums] : expected.sums) {
        CHECK_NEAR(relative_difference(scores.at(number), sums), 0.0, rounding);
        const double total = std::accumulate(scores.at(number).begin(), scores.at(number).end(), 0.0);
        // Every query of every head hands out exactly one.
        CHECK_NEAR(total, 1.0 * n_prompt * llama_model_n_head(model.get()), 1e-2 * n_prompt);
    }
}

TEST(scores_do_not_depend_on_the_size_of_the_ubatches) {
    const llama_model_ptr model = fixture::text_model();
    const auto whole = tapped(model.get(), {{n_prompt, 0}}, 300);
    const auto pieces = tapped(model.get(), {{n_prompt, 0}}, 37);
    for (const auto & [number, scores] : whole) {
        CHECK_NEAR(relative_difference(pieces.at(number), scores), 0.0, rounding);
    }
}

TEST(a_window_sums_the_last_queries_alone) {
    const llama_model_ptr model = fixture::text_model();
    const int32_t n_window = 32;
    const auto window = tapped(model.get(), {{n_prompt, n_window}}, n_ubatch);
    for (const auto & [number, scores] : window) {
        const double total = std::accumulate(scores.begin(), scores.end(), 0.0);
        CHECK_NEAR(total, 1.0 * n_window * llama_model_n_head(model.get()), 1e-2 * n_window);
    }
}

TEST(the_scores_of_some_queries_are_the_same_to_the_bit_whichever_others_are_observed_beside_them) {
    const llama_model_ptr model = fixture::text_model();
    const engine::query_choice all = {n_prompt, 0};
    const engine::query_choice window = {n_prompt, 32};
    const engine::query_choice question = {n_prompt, 11};
    for (const auto & [first, second, third] :
         {std::tuple(all, window, question), std::tuple(window, question, all), std::tuple(question, all, window)}) {
        CHECK(tapped(model.get(), {first}, n_ubatch) == tapped(model.get(), {first, second, third}, n_ubatch));
    }
}

RUN_TESTS()
