#include "share.h"

#include <cstddef>
#include <string>

namespace lookm {

namespace {

int64_t cells_of(const layer_scores & layer) {
    const auto n_scores = int64_t(layer.scores.size());
    if (layer.n_head_kv <= 0 || n_scores % layer.n_head_kv != 0 || layer.tokens.size() != layer.scores.size()) {
        throw error("invalid_argument",
                    "Expected a score and a token for every cell and head but received " + std::to_string(n_scores) +
                        " and " + std::to_string(layer.tokens.size()) + " for " + std::to_string(layer.n_head_kv) +
                        " heads");
    }
    return n_scores / layer.n_head_kv;
}

void scale_to_sum_of_one(layer_scores & layer, int64_t n_cells) {
    for (int64_t head = 0; head < layer.n_head_kv; ++head) {
        double sum = 0.0;
        for (int64_t cell = 0; cell < n_cells; ++cell) {
            sum += layer.scores[cell * layer.n_head_kv + head];
        }
        for (int64_t cell = 0; cell < n_cells && sum > 0.0; ++cell) {
            float & score = layer.scores[cell * layer.n_head_kv + head];
            score = float(score / sum);
        }
    }
}

/// Layers [first, last) agree on every cell that holds one token in all their heads.
void agree(std::vector<layer_scores> & layers, size_t first, size_t last, int64_t n_cells) {
    for (int64_t cell = 0; cell < n_cells; ++cell) {
        const int32_t token = layers[first].tokens[cell];
        double sum = 0.0;
        int64_t n_heads = 0;
        bool same = true;
        for (size_t i = first; i < last; ++i) {
            for (int64_t head = 0; head < layers[i].n_head_kv; ++head) {
                same = same && layers[i].tokens[head * n_cells + cell] == token;
                sum += layers[i].scores[cell * layers[i].n_head_kv + head];
                ++n_heads;
            }
        }
        for (size_t i = first; same && i < last; ++i) {
            for (int64_t head = 0; head < layers[i].n_head_kv; ++head) {
                layers[i].scores[cell * layers[i].n_head_kv + head] = float(sum / double(n_heads));
            }
        }
    }
}

} // namespace

void share_scores(score_share share, std::vector<layer_scores> & layers) {
    if (share == score_share::head || layers.empty()) {
        return;
    }
    const int64_t n_cells = cells_of(layers.front());
    for (layer_scores & layer : layers) {
        if (cells_of(layer) != n_cells) {
            throw error("invalid_argument",
                        "Expected " + std::to_string(n_cells) + " cells in every layer but received " +
                            std::to_string(cells_of(layer)));
        }
        scale_to_sum_of_one(layer, n_cells);
    }
    if (share == score_share::model) {
        agree(layers, 0, layers.size(), n_cells);
        return;
    }
    for (size_t i = 0; i < layers.size(); ++i) {
        agree(layers, i, i + 1, n_cells);
    }
}

} // namespace lookm
