#pragma once

#include <cstdint>

#include "ggml.h"

namespace engine {

// How llama.cpp names the nodes of its graphs, as far as attention is found by it.

/// Whether a node computes attention: contexts of ours have flash attention on, where one operation does all of it.
bool is_attention(const ggml_tensor * node);

/// The layer whose cache holds the keys of an attention node; -1 for attention that keeps no cache.
int32_t cache_layer_of(const ggml_tensor * attention);

/// Cells of the whole cache that the keys of an attention node are a part of.
int64_t cache_cells_of(const ggml_tensor * attention);

} // namespace engine
