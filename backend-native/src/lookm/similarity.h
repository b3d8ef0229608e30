#pragma once

#include <cstdint>
#include <vector>

#include "compute.h"

namespace lookm {

/// Eq 9 for one KV head: for every evicted key, the kept key with the largest cosine similarity.
struct similarity_input {
    int64_t d_head = 0;
    int64_t n_kept = 0; ///< at least 1
    int64_t n_evicted = 0;
    const float * kept = nullptr;    ///< [n_kept, d_head]
    const float * evicted = nullptr; ///< [n_evicted, d_head]
};

/// [n_evicted] indices into kept. Ties go to the lower index; a key of norm zero has cosine 0 with everything.
///
/// The products run as one ggml graph per chunk of evicted keys, chunks sized so that the similarities fit in
/// max_scratch_bytes. On the CPU the winner is found by a node of our own, which settles what float rounding leaves
/// open (candidates within 1e-5) in double: targets are exact, whatever instructions the machine has. Other devices use
/// ggml_argmax, send indices back only, and decide near ties by their own rounding.
/// Falls back to the CPU, and clears stayed_on_device, when the device lacks an operation.
std::vector<int32_t> nearest_kept(compute_pool & pool,
                                  compute & device,
                                  size_t max_scratch_bytes,
                                  const similarity_input & input,
                                  bool & stayed_on_device);

} // namespace lookm
