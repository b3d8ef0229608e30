#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "compute.h"
#include "ggml.h"
#include "plan.h"
#include "types.h"

namespace lookm {

/// The rows of one layer's cache. Token t is row cells[t], or row t when cells is empty.
struct kv_tensors {
    const ggml_tensor * k = nullptr; ///< [d_head_k, n_kv, n_head_kv], any type ggml can read, any strides
    const ggml_tensor * v = nullptr; ///< [d_head_v, n_kv, n_head_kv], not transposed (flash attention on)
    int64_t n_tokens = 0;
    std::vector<int32_t> cells; ///< [n_tokens] or empty
    /// Where k and v are host copies, the keys that they were made of: their device computes the similarities.
    const ggml_tensor * owner = nullptr;
};

/// What stays of one layer, in host memory, ready to be packed into cells 0 .. n_kept-1.
struct compressed_layer {
    int64_t n_head_kv = 0;
    int64_t n_kept = 0;
    int64_t d_head_k = 0;
    int64_t d_head_v = 0;

    std::vector<float> keys;   ///< [n_kept, n_head_kv, d_head_k]
    std::vector<float> values; ///< [n_kept, n_head_kv, d_head_v]

    /// Tokens folded into each kept token, itself not counted: [n_head_kv, n_kept]. All 0 without a merge.
    std::vector<int32_t> n_merged;
    /// Where each evicted token went, an index into the head's kept tokens, evicted in ascending order:
    /// [n_head_kv, n_tokens - n_kept]. Empty without a merge.
    std::vector<int32_t> target;

    std::string device;           ///< that computed the similarities; empty without a merge
    bool stayed_on_device = true; ///< false: the owner of the tensors lacks an operation, the CPU did it
};

/// Steps 5 and 6 of the method: eq 9-12 on real caches. Similarities run as graphs where the keys live, in chunks of
/// bounded scratch; rows and indices (linear in n_tokens) are folded on the host. Reads the tensors, writes none.
class layer_compressor {
  public:
    explicit layer_compressor(compute_pool & pool, size_t max_scratch_bytes = size_t(64) << 20);

    /// Throws `error` (invalid_argument) when shapes, cells and plan do not fit each other.
    compressed_layer compress(const kv_tensors & kv, const layer_plan & plan, merge_rule merge, merge_what what);

  private:
    compute_pool & pool_;
    size_t max_scratch_bytes_;
};

struct compressed_host {
    layer_plan plan;
    compressed_layer layer;
};

/// Plan and compression of host arrays, through the same path as a model's cache.
/// keys, values: [n_tokens, n_head_kv, d_head]; scores: [n_tokens, n_head_kv]; kinds: [n_tokens].
compressed_host compress_host(compute_pool & pool,
                              const compress_params & params,
                              int64_t n_tokens,
                              int64_t n_head_kv,
                              int64_t d_head,
                              const token_kind * kinds,
                              const float * keys,
                              const float * values,
                              const float * scores);

} // namespace lookm
