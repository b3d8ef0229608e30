// A model on a device whose memory this process cannot read, against the same model on the CPU.

#include <algorithm>
#include <atomic>
#include <functional>
#include <string>
#include <tuple>

#include "check.h"
#include "engine-fixture.h"
#include "engine/error.h"
#include "engine/kv/attention-tap.h"
#include "engine/kv/cache-compressor.h"
#include "engine/llama/device-memory.h"
#include "engine/llama/devices.h"
#include "engine/llama/log.h"
#include "engine/llama/model.h"
#include "rpc-loopback.h"

namespace {

constexpr int32_t n_prompt = 300;
constexpr int32_t n_ubatch = 128;

const std::atomic<bool> never = {false};

engine::model loaded(const std::vector<std::string> & servers, const std::string & device = "", int32_t n_layers = -1) {
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

compressed compress(const engine::model & model, lookm::merge_rule merge) {
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

/// Cells of all layers and heads that hold another token.
int64_t n_moved(const engine::compression_result & a, const engine::compression_result & b) {
    int64_t n = 0;
    for (size_t layer = 0; layer < a.memory.layers.size(); ++layer) {
        const auto & [mine, other] = std::tie(a.memory.layers[layer].tokens, b.memory.layers.at(layer).tokens);
        for (size_t i = 0; i < mine.size(); ++i) {
            n += mine[i] != other.at(i) ? 1 : 0;
        }
    }
    return n;
}

std::string code_of(const std::function<void()> & action) {
    try {
        action();
    } catch (const engine::error & error) {
        return error.code;
    }
    return "";
}

} // namespace

TEST(a_cache_on_a_server_is_compressed_as_one_on_the_cpu) {
    const std::string server = rpc_loopback::endpoint();
    const engine::model here = loaded({});
    const engine::model there = loaded({server});
    CHECK(here.info().devices == std::vector<std::string>{"CPU"});
    CHECK(there.info().devices == std::vector<std::string>{ggml_backend_dev_name(rpc_loopback::device())});
    for (lookm::merge_rule merge : {lookm::merge_rule::none, lookm::merge_rule::pivot}) {
        const compressed expected = compress(here, merge);
        const compressed actual = compress(there, merge);
        CHECK_EQUAL(expected.n_host_layers, expected.n_layers);
        CHECK_EQUAL(actual.n_host_layers, 0);
        CHECK_EQUAL(actual.n_layers, expected.n_layers);
        CHECK(actual.result.stayed_on_device);
        CHECK_EQUAL(actual.result.state.size(), expected.result.state.size());
        CHECK_EQUAL(actual.result.memory.n_packed, expected.result.memory.n_packed);
        // Rounding may decide between two scores that are nearly the same: one cell in a hundred at most.
        const int64_t n_cells = 60 * llama_model_n_head_kv(here.get()) * llama_model_n_layer(here.get());
        CHECK(n_moved(actual.result, expected.result) * 100 <= n_cells);
    }
}

TEST(layers_on_a_server_and_on_the_cpu_are_compressed_each_where_it_is) {
    const std::string server = rpc_loopback::endpoint();
    const engine::model both = loaded({server}, "", 2);
    CHECK_EQUAL(both.info().devices.size(), size_t{2});
    const compressed actual = compress(both, lookm::merge_rule::pivot);
    CHECK(actual.n_host_layers > 0 && actual.n_host_layers < actual.n_layers);
    CHECK(actual.result.stayed_on_device);
    CHECK_EQUAL(actual.result.memory.n_packed, int64_t{60});
}

TEST(the_devices_of_a_server_are_found_by_name_and_are_no_device_of_this_machine) {
    const engine::model there = loaded({rpc_loopback::endpoint()});
    const std::string name = there.info().devices.at(0);
    CHECK(ggml_backend_dev_by_name(name.c_str()) == nullptr);
    CHECK(engine::device_by_name(name) == rpc_loopback::device());
    CHECK(engine::free_memory({name}) > 0);
    // A model that names no server does not see it, and cannot name it.
    CHECK(loaded({}).info().devices == std::vector<std::string>{"CPU"});
    CHECK_EQUAL(code_of([&] { loaded({}, name); }), std::string("invalid_argument"));
}

RUN_TESTS()
