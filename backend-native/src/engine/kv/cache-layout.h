#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "ggml.h"
#include "llama.h"

namespace engine {

/// One layer of one KV cache as llama.cpp v0.5.0 writes it into sequence state bytes.
struct cache_layer_layout {
    ggml_type k_type = GGML_TYPE_F16;
    ggml_type v_type = GGML_TYPE_F16;
    uint64_t k_row_bytes = 0; ///< one cell, all KV heads
    uint64_t v_row_bytes = 0;
};

/// One KV cache (llama.cpp keeps a second one for the layers of a sliding window) inside sequence state bytes.
struct cache_section {
    uint32_t n_cells = 0;
    bool has_cell_ext = false; ///< M-RoPE: x, y and the token id follow every cell's position
    std::vector<cache_layer_layout> layers;

    /// Keys and values of one cell over all layers, in bytes.
    size_t bytes_per_cell() const;
    /// What is written of one cell beside its rows: its position and sequence.
    size_t cell_bytes() const;
    /// Whether rows have the same types and sizes in every layer, and cells the same fields.
    bool same_rows(const cache_section & other) const;
};

/// What the state bytes of one sequence hold: `magic`, the sequence, then one or two caches.
struct cache_state_view {
    uint32_t magic = 0;
    std::vector<cache_section> sections; ///< [0] full attention, [1] sliding window if the model has one
    std::vector<size_t> section_offsets; ///< where each begins, in bytes from the start
};

/// Reads state bytes and checks every field against the others; nothing is believed because it was written there.
/// @param error_out set to the first field that is not what v0.5.0 writes
/// @return false when the bytes are not in the layout that this file knows
bool cache_state_parse(const uint8_t * data, size_t size, cache_state_view & out, std::string & error_out);

/// What packing a cache of this model needs to know. Found by decoding one token and reading its state bytes, so that
/// a model or an llama.cpp of another layout is noticed when the model is loaded and not when answers are wrong.
struct cache_layout {
    bool packable = false;
    std::string reason; ///< why the cache is left full, when it is not packable
    bool has_window = false;
    uint32_t magic = 0;
    cache_section full;               ///< layers with full attention: the ones that are compressed
    cache_section window;             ///< layers with a sliding window: left alone
    std::vector<std::string> devices; ///< where the cache's tensors live
};

/// @param kv_type type of keys and values in contexts of this model
/// @throws engine::error `model_load_failed` or `out_of_memory` when not even one token can be decoded
cache_layout cache_layout_probe(llama_model * model, ggml_type kv_type, int32_t n_threads);

} // namespace engine
