// llama.cpp's sequence state bytes: that the layout is the one we know, that damaged bytes are refused, and that a
// packed cache is the cache.

#include <algorithm>
#include <atomic>
#include <set>

#include "check.h"
#include "engine-fixture.h"
#include "engine/error.h"
#include "engine/kv/cache-compressor.h"
#include "engine/kv/kv-map.h"

namespace {

constexpr int32_t n_prompt = 300;

struct observed_prompt {
    llama_model_ptr model = fixture::text_model();
    ggml_type kv_type;
    engine::cache_layout layout;
    lookm::compute_pool pool{2};
    engine::attention_tap tap{pool};
    llama_context_ptr context;
    std::vector<llama_token> tokens = fixture::random_tokens(n_prompt + 1, 11);

    explicit observed_prompt(ggml_type type) : kv_type(type), layout(engine::cache_layout_probe(model.get(), type, 2)) {
        fixture::context_options options;
        options.kv_type = type;
        options.cb_eval = engine::attention_tap::on_node;
        options.user_data = &tap;
        context = fixture::context(model.get(), options);
        tap.start_scoring({{n_prompt, 0}}, nullptr);
        for (int32_t at = 0; at < n_prompt; at += 128) {
            tap.set_first_query(at);
            fixture::decode(context.get(), tokens.data() + at, std::min(128, n_prompt - at), at);
        }
        tap.stop();
        tap.rethrow();
    }

    engine::compression_result compress(const lookm::compress_params & params, const lookm::budget & budget) {
        engine::cell_memory memory;
        memory.tail.assign(n_prompt, lookm::token_kind::text);
        const std::atomic<bool> cancel{false};
        return engine::cache_compress(
            layout,
            context.get(),
            tap,
            pool,
            memory,
            {params, budget, {n_prompt, 0}, n_prompt, n_prompt, ""},
            [](int32_t, int32_t) {},
            cancel);
    }

    /// Logits of the token after the prompt, in a small context that holds `state`.
    std::vector<float> continued(engine::packed_state & state, uint32_t n_ctx) const {
        fixture::context_options options;
        options.n_ctx = n_ctx;
        options.kv_type = kv_type;
        const llama_context_ptr small = fixture::context(model.get(), options);
        state.write_into(small.get());
        return fixture::decode(small.get(), &tokens[n_prompt], 1, n_prompt);
    }

    std::vector<float> continued_in_full() { return fixture::decode(context.get(), &tokens[n_prompt], 1, n_prompt); }
};

double largest_difference(const std::vector<float> & a, const std::vector<float> & b) {
    double largest = 0;
    for (size_t i = 0; i < a.size(); ++i) {
        largest = std::max(largest, std::abs(static_cast<double>(a[i]) - static_cast<double>(b[i])));
    }
    return largest;
}

double spread(const std::vector<float> & logits) {
    const auto [low, high] = std::minmax_element(logits.begin(), logits.end());
    return static_cast<double>(*high) - static_cast<double>(*low);
}

/// The size of a head as the model file names it, which need not be the embedding divided among the heads.
int64_t head_size(const llama_model & model, const std::string & name) {
    char text[64] = {};
    const auto read = [&](const std::string & key) {
        if (llama_model_meta_val_str(&model, key.c_str(), text, sizeof(text)) < 0) {
            throw std::runtime_error("the model has no " + key);
        }
        return std::string(text);
    };
    return std::stoll(read(read("general.architecture") + ".attention." + name));
}

} // namespace

TEST(the_layout_of_llama_cpps_state_bytes_is_the_one_we_know) {
    const llama_model_ptr model = fixture::text_model();
    for (const ggml_type type : {GGML_TYPE_F16, GGML_TYPE_Q8_0, GGML_TYPE_Q4_0}) {
        const engine::cache_layout layout = engine::cache_layout_probe(model.get(), type, 2);
        CHECK_EQUAL(layout.reason, std::string());
        CHECK(layout.packable);
        CHECK(!layout.has_window);
        CHECK_EQUAL(static_cast<int>(layout.full.layers.size()), llama_model_n_layer(model.get()));
        const int64_t n_head_kv = llama_model_n_head_kv(model.get());
        for (const engine::cache_layer_layout & layer : layout.full.layers) {
            CHECK_EQUAL(layer.k_type, type);
            CHECK_EQUAL(layer.k_row_bytes, ggml_row_size(type, n_head_kv * head_size(*model, "key_length")));
            CHECK_EQUAL(layer.v_row_bytes, ggml_row_size(type, n_head_kv * head_size(*model, "value_length")));
        }
    }
}

TEST(truncated_or_changed_state_bytes_are_refused_or_read_within_bounds) {
    observed_prompt prompt(GGML_TYPE_F16);
    std::vector<uint8_t> bytes = engine::state_read(prompt.context.get());
    engine::cache_state_view view;
    std::string why;
    CHECK(engine::cache_state_parse(bytes.data(), bytes.size(), view, why));
    CHECK_EQUAL(view.sections.at(0).n_cells, static_cast<uint32_t>(n_prompt));
    for (size_t size = 0; size < bytes.size(); size += 1 + size / 50) {
        const std::vector<uint8_t> cut(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(size));
        CHECK(!engine::cache_state_parse(cut.data(), cut.size(), view, why));
    }
    for (size_t at = 8; at < 64; ++at) { // streams, cells, and the first cells' fields
        std::vector<uint8_t> changed = bytes;
        changed[at] ^= 0x80U;
        engine::cache_state_parse(changed.data(), changed.size(), view, why); // under the sanitizers: no read outside
    }
    bytes[8] = 2;
    CHECK(!engine::cache_state_parse(bytes.data(), bytes.size(), view, why));
    CHECK(why.find("streams") != std::string::npos);
}

TEST(packing_everything_is_the_identity) {
    for (const ggml_type type : {GGML_TYPE_F16, GGML_TYPE_Q8_0}) {
        observed_prompt prompt(type);
        lookm::compress_params params;
        engine::compression_result packed = prompt.compress(params, {0, n_prompt});
        CHECK_EQUAL(packed.memory.n_packed, static_cast<int64_t>(n_prompt));
        const auto expected = prompt.continued_in_full();
        CHECK(largest_difference(prompt.continued(packed.state, 512), expected) < 1e-3 * spread(expected));
    }
}

TEST(evicting_the_same_tokens_in_every_head_equals_removing_them_from_llama_cpps_cache) {
    observed_prompt prompt(GGML_TYPE_F16);
    lookm::compress_params params;
    params.method = lookm::method::streaming;
    params.merge = lookm::merge_rule::none;
    engine::compression_result packed = prompt.compress(params, {4, 56});
    engine::compression_result fewer = prompt.compress(params, {4, 40});
    CHECK_EQUAL(packed.memory.n_packed, int64_t{60});
    CHECK(llama_memory_seq_rm(llama_get_memory(prompt.context.get()), engine::conversation_seq, 4, n_prompt - 56));
    const auto expected = prompt.continued_in_full();
    // Tokens lie in other cells, so that sums are made in another order; with bf16 arithmetic that is 1.3e-3 of all.
    const double rounding = 4e-3 * spread(expected);
    CHECK(largest_difference(prompt.continued(packed.state, 256), expected) < rounding);
    CHECK(largest_difference(prompt.continued(fewer.state, 256), expected) > rounding);
}

TEST(the_tokens_that_every_cell_holds_are_known_through_two_compressions) {
    observed_prompt prompt(GGML_TYPE_F16);
    lookm::compress_params params;
    params.method = lookm::method::streaming;
    engine::cell_memory memory;
    memory.tail.assign(n_prompt, lookm::token_kind::image);
    const std::atomic<bool> cancel{false};
    const auto compress = [&](const lookm::budget & budget) {
        return engine::cache_compress(
            prompt.layout,
            prompt.context.get(),
            prompt.tap,
            prompt.pool,
            memory,
            {params, budget, {n_prompt, 0}, memory.n_cells(), n_prompt, ""},
            [](int32_t, int32_t) {},
            cancel);
    };
    memory = compress({4, 56}).memory;
    CHECK_EQUAL(memory.first_tail_token, n_prompt);
    // Twenty tokens later the same cache is taken for that of the conversation: only the bookkeeping is looked at.
    memory.tail.assign(20, lookm::token_kind::text);
    CHECK_EQUAL(memory.n_tokens(), int64_t{n_prompt + 20});
    memory = compress({4, 30}).memory;
    for (size_t i = 0; i < memory.layers.size(); ++i) {
        const engine::layer_memory & layer = memory.layers[i];
        CHECK_EQUAL(layer.number, static_cast<int32_t>(i));
        CHECK_EQUAL(layer.tokens.size(), static_cast<size_t>(layer.n_head_kv * 34));
        for (int64_t head = 0; head < layer.n_head_kv; ++head) {
            const int32_t * tokens = layer.tokens.data() + head * 34;
            CHECK_EQUAL(tokens[3], 3);
            CHECK_EQUAL(tokens[4], n_prompt - 10);
            CHECK_EQUAL(tokens[33], n_prompt + 19);
        }
    }

    engine::image_map image;
    image.name = "picture";
    image.tokens = {2, 3, 4, n_prompt - 11, n_prompt - 10, n_prompt + 5};
    const engine::kv_map map = engine::kv_map_of(memory, {image}, static_cast<int32_t>(memory.layers.size()) + 1, 2);
    const std::vector<uint8_t> survival(map.images.at(0).survival.begin(), map.images.at(0).survival.begin() + 6);
    const std::vector<uint8_t> expected = {255, 255, 0, 0, 255, 255};
    CHECK_EQUAL(survival, expected);
    CHECK(map.layer_compressed.front());
    // The last layer stands for one with a sliding window: it was not compressed and holds everything.
    CHECK(!map.layer_compressed.back());
    CHECK_EQUAL(map.images.at(0).survival.back(), uint8_t{255});
}

TEST(heads_that_share_their_scores_keep_the_same_tokens_in_the_layer_or_in_the_model) {
    observed_prompt prompt(GGML_TYPE_F16);
    lookm::compress_params params;
    params.method = lookm::method::look_once;
    params.merge = lookm::merge_rule::none;
    const auto kept = [&](lookm::score_share share) {
        params.share = share;
        std::vector<std::vector<int32_t>> heads;
        for (const engine::layer_memory & layer : prompt.compress(params, {40, 20}).memory.layers) {
            for (int64_t head = 0; head < layer.n_head_kv; ++head) {
                heads.emplace_back(layer.tokens.begin() + head * 60, layer.tokens.begin() + (head + 1) * 60);
            }
        }
        return std::set<std::vector<int32_t>>(heads.begin(), heads.end());
    };
    const auto n_layers = static_cast<size_t>(llama_model_n_layer(prompt.model.get()));
    CHECK_EQUAL(kept(lookm::score_share::model).size(), size_t{1});
    CHECK_EQUAL(kept(lookm::score_share::layer).size(), n_layers);
    CHECK(kept(lookm::score_share::head).size() > n_layers);
}

TEST(a_compressed_cache_takes_the_share_of_the_bytes_that_it_was_given) {
    observed_prompt prompt(GGML_TYPE_F16);
    const lookm::budget budget = lookm::make_budget(n_prompt, 0.2, 0.5);
    engine::compression_result packed = prompt.compress({}, budget);
    const auto full = static_cast<double>(engine::state_read(prompt.context.get()).size());
    CHECK_EQUAL(packed.memory.n_packed, int64_t{60});
    CHECK(static_cast<double>(packed.state.size()) < 1.02 * 0.2 * full);
    const auto logits = prompt.continued(packed.state, 256);
    CHECK(std::all_of(logits.begin(), logits.end(), [](float value) { return std::isfinite(value); }));
}

TEST(cancelling_ends_compression_between_layers) {
    observed_prompt prompt(GGML_TYPE_F16);
    engine::cell_memory memory;
    memory.tail.assign(n_prompt, lookm::token_kind::text);
    std::atomic<bool> cancel{false};
    int n_layers = 0;
    bool thrown = false;
    try {
        engine::cache_compress(
            prompt.layout,
            prompt.context.get(),
            prompt.tap,
            prompt.pool,
            memory,
            {{}, {30, 30}, {n_prompt, 0}, n_prompt, n_prompt, ""},
            [&](int32_t, int32_t) { cancel = ++n_layers == 2; },
            cancel);
    } catch (const engine::cancelled &) {
        thrown = true;
    }
    CHECK(thrown);
    CHECK_EQUAL(n_layers, 2);
}

RUN_TESTS()
