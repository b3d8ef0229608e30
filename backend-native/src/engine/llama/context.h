#pragma once

#include <cstdint>
#include <vector>

#include "engine/llama/model.h"
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

/// Puts bytes of `state_read` into an empty context.
/// @throws engine::error `out_of_memory` when they do not fit
void state_write(llama_context * context, const std::vector<uint8_t> & bytes);

} // namespace engine
