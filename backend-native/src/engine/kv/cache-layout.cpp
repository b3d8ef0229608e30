#include "engine/kv/cache-layout.h"

#include <vector>

#include "engine/error.h"
#include "engine/formats/failure-words.h"
#include "engine/kv/attention-tap.h"
#include "engine/llama/log.h"
#include "llama-cpp.h"

namespace engine {

cache_layout cache_layout_probe(llama_model * model, ggml_type kv_type, int32_t n_threads) {
    lookm::compute_pool pool(n_threads);
    attention_tap tap(pool);
    llama_context_params params = llama_context_default_params();
    params.n_ctx = 256;
    params.n_batch = 1;
    params.n_ubatch = 1;
    params.n_threads = n_threads;
    params.n_threads_batch = n_threads;
    params.flash_attn_type = LLAMA_FLASH_ATTN_TYPE_ENABLED;
    params.type_k = kv_type;
    params.type_v = kv_type;
    params.swa_full = false;
    params.no_perf = true;
    params.cb_eval = attention_tap::on_node;
    params.cb_eval_user_data = &tap;

    log_mark_errors();
    const llama_context_ptr context(llama_init_from_model(model, params));
    if (!context) {
        const std::string said = log_errors_since_mark();
        throw error(code_of_failure(said, "model_load_failed"),
                    "llama.cpp could not create a context for the model" + (said.empty() ? "" : ": " + said));
    }
    tap.start_listing();
    llama_token token = 0;
    if (llama_decode(context.get(), llama_batch_get_one(&token, 1)) != 0) {
        throw error("model_load_failed", "llama.cpp could not decode one token: " + log_errors_since_mark());
    }

    cache_layout layout;
    layout.devices = tap.devices();
    if (llama_model_is_recurrent(model) || llama_model_is_hybrid(model)) {
        layout.reason = "the model keeps recurrent state";
        return layout;
    }
    std::vector<uint8_t> bytes(llama_state_seq_get_size(context.get(), 0));
    bytes.resize(llama_state_seq_get_data(context.get(), bytes.data(), bytes.size(), 0));
    cache_state_view view;
    if (!cache_state_parse(bytes.data(), bytes.size(), view, layout.reason)) {
        return layout;
    }
    layout.magic = view.magic;
    layout.full = view.sections[0];
    layout.has_window = view.sections.size() == 2;
    if (layout.has_window) {
        layout.window = view.sections[1];
    }
    const size_t n_layers = layout.full.layers.size() + layout.window.layers.size();
    if (tap.layers().size() != n_layers) {
        layout.reason = "flash attention was seen on " + std::to_string(tap.layers().size()) + " of " +
                        std::to_string(n_layers) + " layers";
        return layout;
    }
    layout.packable = true;
    return layout;
}

} // namespace engine
