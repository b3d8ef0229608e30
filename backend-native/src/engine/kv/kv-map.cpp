#include "engine/kv/kv-map.h"

#include <algorithm>

namespace engine {

namespace {

/// For every token of the conversation, the KV heads of a compressed layer that hold it: [n_tokens].
std::vector<int32_t> heads_holding(const cell_memory & memory, const layer_memory & layer) {
    std::vector<int32_t> heads(static_cast<size_t>(memory.n_tokens()), static_cast<int32_t>(layer.n_head_kv));
    std::fill(heads.begin(), heads.begin() + memory.first_tail_token, 0);
    for (const int32_t token : layer.tokens) {
        ++heads[static_cast<size_t>(token)];
    }
    return heads;
}

} // namespace

kv_map
kv_map_of(const cell_memory & memory, const std::vector<image_map> & images, int32_t n_layer, int32_t n_head_kv) {
    kv_map map;
    map.n_layer = n_layer;
    map.n_head_kv = n_head_kv;
    map.layer_compressed.assign(static_cast<size_t>(n_layer), false);
    for (const image_map & image : images) {
        const size_t n_tokens = image.tokens.size();
        map.images.push_back({image.name,
                              static_cast<int32_t>(n_tokens),
                              image.tiles,
                              std::vector<uint8_t>(static_cast<size_t>(n_layer) * n_tokens, 255)});
    }
    for (const layer_memory & layer : memory.layers) {
        const auto number = static_cast<size_t>(layer.number);
        map.layer_compressed.at(number) = true;
        const std::vector<int32_t> heads = heads_holding(memory, layer);
        for (size_t i = 0; i < images.size(); ++i) {
            const std::vector<int32_t> & tokens = images[i].tokens;
            uint8_t * out = map.images[i].survival.data() + number * tokens.size();
            for (size_t t = 0; t < tokens.size(); ++t) {
                const int64_t held = heads[static_cast<size_t>(tokens[t])];
                out[t] = static_cast<uint8_t>((held * 255 + layer.n_head_kv / 2) / layer.n_head_kv);
            }
        }
    }
    return map;
}

} // namespace engine
