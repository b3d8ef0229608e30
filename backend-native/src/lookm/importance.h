#pragma once

#include <cstdint>
#include <vector>

#include "compress.h"
#include "select.h"

namespace lookm {

/// What the rules that read scores rank the tokens of one head by: its scores (eq 4), or those that heads share (see
/// share_scores), and on top of them, each only where the parameters ask for it and in this order,
/// - weighted by the length of the token's value, |v|_1: attention to a token that says nothing is worth nothing (VATP,
///   https://arxiv.org/abs/2406.12335);
/// - the highest of the older tokens in a window around it, so that the neighbours of a peak stay with it (SnapKV,
///   https://arxiv.org/abs/2404.14469, section 4). The window of a text token may have another width;
/// - mixed with how unlike the others the token's key is, (1 - d) importance + d diversity, both scaled to an average
///   of one over the tokens that are ranked (KeyDiff, https://arxiv.org/abs/2504.15364; MixKV,
///   https://arxiv.org/abs/2510.20707): what only later questions ask about is not foreseen by the first one's
///   attention;
/// - eq 5, which lifts every text token above every image token. Under a strict budget that is the same as to evict
///   image tokens only while there are any.
/// [n_tokens], in double: added in float, a large maximum would round small differences between text tokens away.
/// @param pool_kernel width of the window, odd; 1 pools nothing. params.pool_kernel goes before it unless that is 0,
/// and around text tokens params.text_pool_kernel before both, unless that is 0
std::vector<double> importance_of(const head_view & head, const budget & budget, uint32_t pool_kernel, bool text_prior);

/// What a rule may want to know of the rows themselves. Empty: it does not.
struct row_features {
    std::vector<float>
        diversity; ///< [n_tokens, n_head_kv], 1 - cosine of the key with the mean of the head's directions
    std::vector<float> value_norms; ///< [n_tokens, n_head_kv], |v|_1
};

/// Whatever `params` asks for; the tensors are not touched when it asks for nothing. Linear in n_tokens. A key of
/// length zero has diversity 1.
row_features row_features_of(const compress_params & params, const kv_tensors & kv, int n_threads);

} // namespace lookm
