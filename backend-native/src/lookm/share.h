#pragma once

#include <cstdint>
#include <vector>

#include "types.h"

namespace lookm {

/// The scores of one layer before a plan is made of them, and which token each of its cells holds in each head.
struct layer_scores {
    std::vector<float> scores;   ///< [n_cells, n_head_kv], eq 4
    std::vector<int32_t> tokens; ///< [n_head_kv, n_cells]
    int64_t n_head_kv = 0;
};

/// Lets heads decide together. Heads look at a value at different times: one finds it while the question is read,
/// others copy it, character by character, while the answer is written, and by then they must still hold it. Every
/// head's scores are scaled to a sum of 1, and a cell's score becomes the mean over the heads of its layer, or of all
/// layers. A cell that does not hold the same token in all of them keeps each head's own, scaled. `head` changes
/// nothing. Throws `error` (invalid_argument) when the sizes do not fit each other.
void share_scores(score_share share, std::vector<layer_scores> & layers);

} // namespace lookm
