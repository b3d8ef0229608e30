#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "ggml.h"
#include "llama.h"

namespace engine {

// llama.cpp's sequence state bytes, a private format: the files sequence-state* alone read and write them.

/// The layout that the llama.cpp we are built with writes. Known here: 3, and 4, which says after the number of layers
/// how far keys and values are rotated.
constexpr uint32_t sequence_state_version = LLAMA_STATE_SEQ_VERSION;

/// One layer of one KV cache inside the bytes.
struct cache_layer_layout {
    ggml_type k_type = GGML_TYPE_F16;
    ggml_type v_type = GGML_TYPE_F16;
    uint64_t k_row_bytes = 0; ///< one cell, all KV heads
    uint64_t v_row_bytes = 0;
};

/// One KV cache (llama.cpp keeps a second one for the layers of a sliding window) inside the bytes.
struct cache_section {
    uint32_t n_cells = 0;
    bool has_cell_ext = false; ///< M-RoPE: x, y and the token id follow every cell's position
    uint32_t n_rot_k = 0;      ///< from version 4 on
    uint32_t n_rot_v = 0;
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

/// What packing a cache of one model needs to know.
struct cache_layout {
    bool packable = false;
    std::string reason; ///< why the cache is left full, when it is not packable
    bool has_window = false;
    uint32_t version = sequence_state_version;
    uint32_t magic = 0;
    cache_section full;               ///< layers with full attention: the ones that are compressed
    cache_section window;             ///< layers with a sliding window: left alone
    std::vector<std::string> devices; ///< where the cache's tensors live
};

/// Copies bytes from where they are, such as a file; false when there are not as many.
using byte_source = std::function<bool(size_t offset, void * to, size_t size)>;

/// Reads state bytes and checks every field against the others; nothing is believed because it was written there.
/// @param error_out set to the first field that is not what this version writes
/// @return false when the bytes are not in the layout that is known here
bool cache_state_parse(const uint8_t * data,
                       size_t size,
                       cache_state_view & out,
                       std::string & error_out,
                       uint32_t version = sequence_state_version);
bool cache_state_parse(const byte_source & source,
                       size_t size,
                       cache_state_view & out,
                       std::string & error_out,
                       uint32_t version = sequence_state_version);

/// Whether bytes hold `n_saved` cells in this model's layout.
bool state_fits(const cache_layout & layout, const cache_state_view & view, uint32_t n_saved);

/// Magic and sequence, with which bytes in memory begin.
constexpr size_t state_head_size = 8;

/// What a state file has in their place: `llama_state_seq_load_file` expects version and tokens, of which there are
/// none.
constexpr uint32_t state_file_head[] = {LLAMA_STATE_SEQ_MAGIC, LLAMA_STATE_SEQ_VERSION, 0};

/// Everything before the rows of the first layer of a cache whose cells are 0 .. n_cells-1. A cell's position matters
/// only for the causal mask, so positions just end at `n_past` - 1, where the next token's is expected to follow.
std::vector<uint8_t> state_head(const cache_layout & layout, int64_t n_cells, llama_pos n_past);

/// What stands before the keys, and before the values, of every layer.
std::vector<uint8_t> state_layer_head(ggml_type type, uint64_t row_bytes);

/// The first `n_cells` cells of bytes that hold `n_saved` of them in this model's layout. A sliding window holds only
/// the newest tokens: of such a cache nothing can be cut.
/// @return nothing when the bytes are not of that layout
std::optional<std::vector<uint8_t>>
state_cut(const cache_layout & layout, std::vector<uint8_t> bytes, uint32_t n_saved, uint32_t n_cells);

} // namespace engine
