#pragma once

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <string>
#include <vector>

#include "check.h"
#include "engine-fixture.h"
#include "engine/kv/attention-tap.h"
#include "engine/kv/cache-compressor.h"
#include "engine/llama/log.h"
#include "engine/llama/model.h"

/// What is compared between a device and the CPU.
namespace device_fixture {

constexpr int32_t n_prompt = 300;
constexpr int32_t n_ubatch = 128;

inline const std::atomic<bool> never = {false};

inline engine::model
loaded(const std::vector<std::string> & servers, const std::string & device = "", int32_t n_layers = -1) {
    engine::log_install(nullptr);
    engine::load_options options;
    options.model_path = std::string(LOOK_ONCE_MODEL_DIR) + "/look-once-tiny.gguf";
    options.rpc_servers = servers;
    options.device = device;
    options.n_gpu_layers = n_layers;
    options.n_threads = 2;
    return engine::model(options, [](float) {}, never);
}

/// What is left of a prompt, and whether its caches could be read as host memory.
struct compressed {
    engine::compression_result result;
    int n_host_layers = 0;
    int n_layers = 0;
};

inline compressed compress(const engine::model & model, lookm::merge_rule merge) {
    lookm::compute_pool pool(2);
    engine::attention_tap tap(pool);
    fixture::context_options options;
    options.n_ubatch = n_ubatch;
    options.cb_eval = engine::attention_tap::on_node;
    options.user_data = &tap;
    const llama_context_ptr context = fixture::context(model.get(), options);
    tap.start_scoring({{n_prompt, 0}}, nullptr);
    const auto tokens = fixture::random_tokens(n_prompt, 7);
    for (int32_t at = 0; at < n_prompt; at += n_ubatch) {
        tap.set_first_query(at);
        fixture::decode(context.get(), tokens.data() + at, std::min(n_ubatch, n_prompt - at), at);
    }
    tap.rethrow();

    engine::cell_memory memory;
    for (int32_t i = 0; i < n_prompt; ++i) {
        memory.tail.push_back(i < n_prompt / 2 ? lookm::token_kind::image : lookm::token_kind::text);
    }
    engine::compression_request request;
    request.params.method = lookm::method::look_m;
    request.params.merge = merge;
    request.params.diversity = 0.3; // reads the keys themselves
    request.budget = {30, 30};
    request.queries = {n_prompt, 0};
    request.n_tokens = n_prompt;
    request.n_past = n_prompt;
    compressed all;
    for (const auto & [number, layer] : tap.layers()) {
        ++all.n_layers;
        all.n_host_layers += layer.k.buffer != nullptr && ggml_backend_buffer_is_host(layer.k.buffer) ? 1 : 0;
    }
    all.result = engine::cache_compress(
        model.layout(), context.get(), tap, pool, memory, request, [](int32_t, int32_t) {}, never);
    return all;
}

/// Tokens that a head of a layer keeps in `a` and not in `b`, over all of them.
inline int64_t n_moved(const engine::compression_result & a, const engine::compression_result & b) {
    int64_t n = 0;
    for (size_t layer = 0; layer < a.memory.layers.size(); ++layer) {
        const engine::layer_memory & mine = a.memory.layers[layer];
        const std::vector<int32_t> & other = b.memory.layers.at(layer).tokens;
        const auto n_cells = static_cast<std::ptrdiff_t>(mine.tokens.size()) / mine.n_head_kv;
        for (std::ptrdiff_t head = 0; head < mine.n_head_kv; ++head) {
            const auto begin = other.begin() + head * n_cells;
            for (std::ptrdiff_t cell = 0; cell < n_cells; ++cell) {
                n += std::count(begin, begin + n_cells, mine.tokens.at(head * n_cells + cell)) == 0 ? 1 : 0;
            }
        }
    }
    return n;
}

/// What has to hold of a cache that was compressed on a device, beside the same on the CPU.
/// @param share of the kept tokens, one in so many may be another: rounding decides between scores that nearly agree
inline void
check_same(const compressed & actual, const compressed & expected, const engine::model & model, int64_t share) {
    CHECK_EQUAL(actual.n_layers, expected.n_layers);
    CHECK(actual.result.stayed_on_device);
    CHECK_EQUAL(actual.result.state.size(), expected.result.state.size());
    CHECK_EQUAL(actual.result.memory.n_packed, expected.result.memory.n_packed);
    const int64_t n_kept = 60 * llama_model_n_head_kv(model.get()) * llama_model_n_layer(model.get());
    CHECK(n_moved(actual.result, expected.result) * share <= n_kept);
}

} // namespace device_fixture
