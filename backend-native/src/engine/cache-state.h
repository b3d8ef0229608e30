#pragma once

#include <cstdint>
#include <vector>

#include "engine/model.h"
#include "llama-cpp.h"

namespace engine {

/// The sequence every conversation lives in.
constexpr llama_seq_id conversation_seq = 0;

struct context_request {
    int64_t n_cells = 0;    ///< cells the context must hold
    int32_t n_ubatch = 512; ///< tokens of one ubatch
    ggml_backend_sched_eval_callback cb_eval = nullptr;
    void * cb_eval_user_data = nullptr;
    ggml_abort_callback abort_callback = nullptr;
    void * abort_callback_data = nullptr;
};

/// A context of `model` with flash attention on. Contexts share the model's weights.
/// @throws engine::error `out_of_memory` with the bytes needed and there
llama_context_ptr context_create(const model & model, const context_request & request);

/// Everything the sequence holds, as llama.cpp's bytes.
std::vector<uint8_t> state_read(llama_context * context);

/// Puts bytes of `state_read` or `state_pack` into an empty context.
/// @throws engine::error `out_of_memory` when they do not fit
void state_write(llama_context * context, const std::vector<uint8_t> & bytes);

/// The rows that one layer keeps, in the types of its cache: [n_kept] rows each.
struct packed_rows {
    std::vector<uint8_t> keys;
    std::vector<uint8_t> values;
};

/// State bytes of a cache whose full-attention layers hold `rows` in cells 0 .. n_kept-1 and whose sliding window, if
/// there is one, is that of `source`. Different heads may hold different tokens in one cell; a cell's position matters
/// only for the causal mask, so positions just end at `n_past` - 1, where the next token's is expected to follow.
/// @param rows one entry for every full-attention layer, by ascending layer number
std::vector<uint8_t> state_pack(const cache_layout & layout,
                                llama_context * source,
                                int64_t n_kept,
                                llama_pos n_past,
                                const std::vector<packed_rows> & rows);

} // namespace engine
