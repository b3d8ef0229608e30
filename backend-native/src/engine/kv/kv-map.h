#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "engine/kv/cache-compressor.h"
#include "engine/prompt/prompt.h"

namespace engine {

/// Which of one image's patches the cache still holds.
struct kv_image_map {
    std::string name;
    int32_t n_tokens = 0; ///< that show a patch of it
    std::vector<image_tile> tiles;
    std::vector<uint8_t> survival; ///< [n_layer, n_tokens]: the share of the KV heads that hold it, 255 for all
};

struct kv_map {
    int32_t n_layer = 0;
    int32_t n_head_kv = 0;
    std::vector<bool> layer_compressed; ///< [n_layer]
    std::vector<kv_image_map> images;
};

/// @param images of the whole conversation; their tokens are counted from the conversation's first token
/// A layer that was never compressed holds everything.
kv_map kv_map_of(const cell_memory & memory, const std::vector<image_map> & images, int32_t n_layer, int32_t n_head_kv);

} // namespace engine
