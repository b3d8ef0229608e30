#pragma once

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <random>
#include <stdexcept>
#include <string>
#include <system_error>
#include <vector>

#include "engine/llama/context.h"
#include "engine/llama/log.h"
#include "engine/llama/model.h"
#include "llama-cpp.h"

/// What the engine tests share: the embedded model, and prompts of fixed random tokens.
namespace fixture {

/// An empty folder that goes when the test ends.
struct scratch_folder {
    std::filesystem::path path =
        std::filesystem::temp_directory_path() / ("look-once-test-" + std::to_string(std::random_device{}()));

    scratch_folder() { std::filesystem::create_directory(path); }
    ~scratch_folder() {
        std::error_code ignored;
        std::filesystem::remove_all(path, ignored);
    }
    scratch_folder(const scratch_folder &) = delete;
    scratch_folder & operator=(const scratch_folder &) = delete;
};

inline llama_model_ptr text_model() {
    llama_log_set([](ggml_log_level, const char *, void *) {}, nullptr);
    llama_model_params params = llama_model_default_params();
    params.n_gpu_layers = 0;
    const std::string path = std::string(LOOK_ONCE_MODEL_DIR) + "/look-once-tiny.gguf";
    llama_model_ptr model(llama_model_load_from_file(path.c_str(), params));
    if (!model) {
        throw std::runtime_error("cannot load " + path);
    }
    return model;
}

/// How the embedded model is loaded with its projector. No cache is held in memory, so that what is on disk is tested.
inline engine::load_options embedded_options(const engine::cache_options & cache) {
    engine::load_options options;
    options.model_path = std::string(LOOK_ONCE_MODEL_DIR) + "/look-once-tiny.gguf";
    options.mmproj_path = std::string(LOOK_ONCE_MODEL_DIR) + "/look-once-tiny.mmproj.gguf";
    options.n_gpu_layers = 0;
    options.device = "CPU";
    options.n_threads = 1; // the model is so small that two would wait for each other
    options.cache = cache;
    options.holds_whole_cache = false;
    return options;
}

/// The embedded model with its projector.
inline engine::model embedded_model(const engine::cache_options & cache,
                                    ggml_type kv_type = GGML_TYPE_F16,
                                    const std::vector<std::string> & adapters = {},
                                    const std::string & device = "CPU") {
    static const std::atomic<bool> never{false};
    engine::log_install(nullptr);
    engine::load_options options = embedded_options(cache);
    options.adapter_paths = adapters;
    options.device = device;
    options.n_gpu_layers = device == "CPU" ? 0 : -1;
    options.kv_type = kv_type;
    return engine::model(options, [](float) {}, never);
}

inline std::vector<llama_token> random_tokens(size_t n, uint32_t seed) {
    std::vector<llama_token> tokens;
    for (size_t i = 0; i < n; ++i) {
        seed = seed * 1664525U + 1013904223U; // Numerical Recipes' linear congruential generator
        tokens.push_back(static_cast<llama_token>((seed >> 16U) % 200U));
    }
    return tokens;
}

struct context_options {
    uint32_t n_ctx = 512;
    uint32_t n_ubatch = 128;
    bool flash_attention = true;
    ggml_type kv_type = GGML_TYPE_F16;
    ggml_backend_sched_eval_callback cb_eval = nullptr;
    void * user_data = nullptr;
};

inline llama_context_ptr context(llama_model * model, const context_options & options) {
    llama_context_params params = llama_context_default_params();
    params.n_ctx = options.n_ctx;
    params.n_batch = options.n_ubatch;
    params.n_ubatch = options.n_ubatch;
    params.n_threads = 2;
    params.n_threads_batch = 2;
    params.flash_attn_type = options.flash_attention ? LLAMA_FLASH_ATTN_TYPE_ENABLED : LLAMA_FLASH_ATTN_TYPE_DISABLED;
    params.type_k = options.kv_type;
    params.type_v = options.kv_type;
    params.cb_eval = options.cb_eval;
    params.cb_eval_user_data = options.user_data;
    llama_context_ptr result(llama_init_from_model(model, params));
    if (!result) {
        throw std::runtime_error("cannot create a context");
    }
    return result;
}

/// Decodes tokens[first, first + n) at positions from `pos`; logits of the last one.
inline std::vector<float> decode(llama_context * context, const llama_token * tokens, int32_t n, llama_pos pos) {
    llama_batch batch = llama_batch_init(n, 0, 1);
    batch.n_tokens = n;
    for (int32_t i = 0; i < n; ++i) {
        batch.token[i] = tokens[i];
        batch.pos[i] = pos + i;
        batch.n_seq_id[i] = 1;
        batch.seq_id[i][0] = engine::conversation_seq;
        batch.logits[i] = i == n - 1;
    }
    const int32_t status = llama_decode(context, batch);
    llama_batch_free(batch);
    if (status != 0) {
        throw std::runtime_error("llama_decode returned " + std::to_string(status));
    }
    const float * logits = llama_get_logits_ith(context, -1);
    const llama_vocab * vocab = llama_model_get_vocab(llama_get_model(context));
    return std::vector<float>(logits, logits + llama_vocab_n_tokens(vocab));
}

} // namespace fixture
