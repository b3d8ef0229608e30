#include "engine/llama/context.h"

#include <algorithm>
#include <string>

#include "engine/error.h"
#include "engine/llama/adapters.h"
#include "engine/llama/device-memory.h"
#include "engine/llama/log.h"

namespace engine {

namespace {

constexpr double mebibyte = 1024.0 * 1024.0;

std::string in_mebibytes(double bytes) {
    return std::to_string(static_cast<int64_t>(bytes / mebibyte + 0.5)) + " MiB";
}

} // namespace

llama_context_ptr context_create(const model & model, const context_request & request) {
    const auto needed =
        static_cast<double>(model.layout().full.bytes_per_cell()) * static_cast<double>(request.n_cells);
    const auto available = static_cast<double>(free_memory(model.layout().devices));
    const std::string numbers = "The KV cache for " + std::to_string(request.n_cells) + " tokens needs " +
                                in_mebibytes(needed) + " and " + in_mebibytes(available) + " are free";
    if (needed > available || request.n_cells > INT32_MAX / 2) {
        throw error(
            "out_of_memory",
            numbers,
            {"cacheWithoutRoom",
             {{"tokens", static_cast<double>(request.n_cells)}, {"neededBytes", needed}, {"freeBytes", available}}});
    }

    llama_context_params params = llama_context_default_params();
    params.n_ctx = static_cast<uint32_t>(request.n_cells);
    if (model.layout().has_window) {
        // The full cache must be larger than the window's, by which the attention tap tells them apart.
        const int32_t window = llama_model_n_swa(model.get()) + request.n_ubatch;
        params.n_ctx = std::max(params.n_ctx, static_cast<uint32_t>(GGML_PAD(window, 256) + 256));
    }
    params.n_batch = static_cast<uint32_t>(request.n_ubatch);
    params.n_ubatch = static_cast<uint32_t>(request.n_ubatch);
    params.n_threads = model.n_threads();
    params.n_threads_batch = model.n_threads();
    params.flash_attn_type = LLAMA_FLASH_ATTN_TYPE_ENABLED;
    params.type_k = model.options().kv_type;
    params.type_v = model.options().kv_type;
    params.offload_kqv = true;
    params.swa_full = false;
    params.no_perf = true;
    params.cb_eval = request.cb_eval;
    params.cb_eval_user_data = request.cb_eval_user_data;
    params.abort_callback = request.abort_callback;
    params.abort_callback_data = request.abort_callback_data;

    log_mark_errors();
    llama_context_ptr context(llama_init_from_model(model.get(), params));
    if (!context) {
        const std::string said = log_errors_since_mark();
        throw error("out_of_memory", numbers + (said.empty() ? "" : "; llama.cpp said: " + said));
    }
    adapters_apply(context.get(), model.adapters());
    return context;
}

std::vector<uint8_t> state_read(llama_context * context) {
    std::vector<uint8_t> bytes(llama_state_seq_get_size(context, conversation_seq));
    bytes.resize(llama_state_seq_get_data(context, bytes.data(), bytes.size(), conversation_seq));
    return bytes;
}

void state_write(llama_context * context, const std::vector<uint8_t> & bytes) {
    log_mark_errors();
    if (llama_state_seq_set_data(context, bytes.data(), bytes.size(), conversation_seq) != bytes.size()) {
        throw error("out_of_memory", "The compressed cache does not fit its context: " + log_errors_since_mark());
    }
}

} // namespace engine
