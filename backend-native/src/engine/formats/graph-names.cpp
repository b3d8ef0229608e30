#include "engine/formats/graph-names.h"

#include <cstdio>

namespace engine {

namespace {

/// The tensor whose memory the keys of an attention node show.
const ggml_tensor * cache_of(const ggml_tensor * attention) {
    const ggml_tensor * tensor = attention->src[1];
    while (tensor->view_src != nullptr) {
        tensor = tensor->view_src;
    }
    return tensor;
}

} // namespace

bool is_attention(const ggml_tensor * node) {
    return node->op == GGML_OP_FLASH_ATTN_EXT;
}

int32_t cache_layer_of(const ggml_tensor * attention) {
    const ggml_tensor * cache = cache_of(attention);
    int32_t layer = -1;
    int end = 0;
    const bool matched = std::sscanf(cache->name, "cache_k_l%d%n", &layer, &end) == 1 && cache->name[end] == '\0';
    return matched ? layer : -1;
}

int64_t cache_cells_of(const ggml_tensor * attention) {
    return cache_of(attention)->ne[1];
}

} // namespace engine
