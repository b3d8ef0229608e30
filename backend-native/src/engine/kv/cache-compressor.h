#pragma once

#include <atomic>
#include <functional>
#include <vector>

#include "engine/kv/attention-tap.h"
#include "engine/kv/packed-state.h"
#include "engine/llama/context.h"
#include "lookm/compress.h"
#include "lookm/plan.h"
#include "lookm/types.h"

namespace engine {

/// What is remembered of one layer's packed cells, for the next compression. In a packed cache every KV head holds
/// tokens of its own, so kinds and scores differ by head.
struct layer_memory {
    int32_t number = 0; ///< of the layer
    int64_t n_head_kv = 0;
    std::vector<lookm::token_kind> kinds; ///< [n_head_kv, n_cells]
    std::vector<int32_t> tokens;          ///< [n_head_kv, n_cells], counted from the conversation's first token
    std::vector<float> scores;            ///< [n_cells, n_head_kv], eq 4 summed over every turn that was observed
};

/// Which tokens the cells of a conversation hold: first those of the last packing, then what was read or generated
/// since.
struct cell_memory {
    int64_t n_packed = 0;
    std::vector<layer_memory> layers;    ///< by ascending layer number; empty before the first packing
    std::vector<lookm::token_kind> tail; ///< kinds of the cells after the packed ones
    int32_t first_tail_token = 0;        ///< the tail holds this token of the conversation and all that follow

    int64_t n_cells() const { return n_packed + static_cast<int64_t>(tail.size()); }
    int64_t n_tokens() const { return first_tail_token + static_cast<int64_t>(tail.size()); } ///< evicted ones included
};

struct compression_request {
    lookm::compress_params params; ///< ratio and recent_share are not read: `budget` says what stays
    lookm::budget budget;
    query_choice queries; ///< whose attention the scores are; one of those that the tap observed
    int64_t n_tokens = 0; ///< cells in use
    llama_pos n_past = 0;
    std::string folder; ///< of the file that holds what stays until it is put into a context; empty: memory does
};

struct compression_result {
    packed_state state;
    cell_memory memory;
    bool stayed_on_device = true;
};

/// Compresses every full-attention layer of `context`, which `tap` has watched, and leaves the context as it is.
/// @param on_layer called with layers done and all
/// @throws lookm::error, engine::error; engine::cancelled when `cancel` became true
compression_result cache_compress(const cache_layout & layout,
                                  llama_context * context,
                                  attention_tap & tap,
                                  lookm::compute_pool & pool,
                                  const cell_memory & memory,
                                  const compression_request & request,
                                  const std::function<void(int32_t, int32_t)> & on_layer,
                                  const std::atomic<bool> & cancel);

} // namespace engine
