#include "engine/cache-state.h"

#include <algorithm>
#include <cstring>
#include <string>

#include "engine/device-memory.h"
#include "engine/error.h"
#include "engine/log.h"

namespace engine {

namespace {

constexpr double mebibyte = 1024.0 * 1024.0;

std::string in_mebibytes(double bytes) {
    return std::to_string(static_cast<int64_t>(bytes / mebibyte + 0.5)) + " MiB";
}

class byte_writer {
  public:
    template <typename T>
    void write(const T & value) {
        append(&value, sizeof(T));
    }

    void append(const void * data, size_t size) {
        const auto * bytes = static_cast<const uint8_t *>(data);
        out.insert(out.end(), bytes, bytes + size);
    }

    std::vector<uint8_t> out;
};

/// Size of the bytes' header: magic and sequence.
constexpr size_t header_size = 8;

std::vector<uint8_t> window_bytes(llama_context * source) {
    std::vector<uint8_t> bytes(
        llama_state_seq_get_size_ext(source, conversation_seq, LLAMA_STATE_SEQ_FLAGS_PARTIAL_ONLY));
    const size_t n = llama_state_seq_get_data_ext(
        source, bytes.data(), bytes.size(), conversation_seq, LLAMA_STATE_SEQ_FLAGS_PARTIAL_ONLY);
    bytes.resize(n);
    return bytes;
}

} // namespace

llama_context_ptr context_create(const model & model, const context_request & request) {
    const auto needed =
        static_cast<double>(model.layout().full.bytes_per_cell()) * static_cast<double>(request.n_cells);
    const auto available = static_cast<double>(free_memory(model.layout().devices));
    const std::string numbers = "The KV cache for " + std::to_string(request.n_cells) + " tokens needs " +
                                in_mebibytes(needed) + " and " + in_mebibytes(available) + " are free";
    if (needed > available || request.n_cells > INT32_MAX / 2) {
        throw error("out_of_memory", numbers);
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

std::vector<uint8_t> state_pack(const cache_layout & layout,
                                llama_context * source,
                                int64_t n_kept,
                                llama_pos n_past,
                                const std::vector<packed_rows> & rows) {
    const std::vector<uint8_t> window = layout.has_window ? window_bytes(source) : std::vector<uint8_t>();
    byte_writer writer;
    writer.out.reserve(static_cast<size_t>(n_kept) * layout.full.bytes_per_cell() + window.size() +
                       static_cast<size_t>(n_kept) * 32 + 4096);
    writer.write(layout.magic);
    writer.write(conversation_seq);

    writer.write(uint32_t{1}); // streams
    writer.write(static_cast<uint32_t>(n_kept));
    for (int64_t cell = 0; cell < n_kept; ++cell) {
        // M-RoPE may have fewer positions than cells; equal positions are what its images have anyway.
        const llama_pos pos = std::max<llama_pos>(0, n_past - static_cast<llama_pos>(n_kept - cell));
        writer.write(pos);
        writer.write(uint32_t{1}); // sequences
        if (layout.full.has_cell_ext) {
            writer.write(pos); // x
            writer.write(pos); // y
            writer.write(llama_token{LLAMA_TOKEN_NULL});
        }
        writer.write(conversation_seq);
    }
    writer.write(uint32_t{0}); // v_trans
    writer.write(static_cast<uint32_t>(rows.size()));
    for (size_t i = 0; i < rows.size(); ++i) {
        writer.write(static_cast<int32_t>(layout.full.layers[i].k_type));
        writer.write(layout.full.layers[i].k_row_bytes);
        writer.append(rows[i].keys.data(), rows[i].keys.size());
    }
    for (size_t i = 0; i < rows.size(); ++i) {
        writer.write(static_cast<int32_t>(layout.full.layers[i].v_type));
        writer.write(layout.full.layers[i].v_row_bytes);
        writer.append(rows[i].values.data(), rows[i].values.size());
    }
    if (layout.has_window) {
        writer.append(window.data() + header_size, window.size() - header_size);
    }
    return std::move(writer.out);
}

} // namespace engine
