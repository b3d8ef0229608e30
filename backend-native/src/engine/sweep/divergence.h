#pragma once

#include <vector>

namespace engine {

/// The Kullback-Leibler divergence of the distribution that `logits` say from the one that `reference` says, in nats:
/// sum p_reference (ln p_reference - ln p). Computed in double.
/// @param reference, logits [n_vocab], of the same vocabulary
double divergence(const std::vector<float> & reference, const std::vector<float> & logits);

} // namespace engine
