#pragma once

#include <cstdint>
#include <memory>
#include <optional>

#include "compute.h"
#include "ggml.h"

namespace lookm {

/// What one attention node reads, as aliases: valid while the node's own memory is, that is, inside the callback that
/// observed it.
struct attention_node {
    ggml_tensor q;                    ///< rotated queries [d_head, n_query, n_head] f32
    ggml_tensor k;                    ///< keys [d_head, n_kv, n_head_kv], any type that ggml multiplies
    std::optional<ggml_tensor> mask;  ///< [n_kv, >= n_query] f16, -inf where a query may not look
    std::optional<ggml_tensor> sinks; ///< [n_head] f32, extra logits that receive probability and keep none

    float scale = 1.0f;
    float max_bias = 0.0f;      ///< ALiBi
    float logit_softcap = 0.0f; ///< 0: none

    int64_t n_query() const { return q.ne[1]; }
    int64_t n_head() const { return q.ne[2]; }
    int64_t n_kv() const { return k.ne[1]; }
    int64_t n_head_kv() const { return k.ne[2]; }
};

/// Reads a GGML_OP_FLASH_ATTN_EXT node. Nothing for another operation, or for one that attends over several sequences
/// at once (ne[3] > 1).
std::optional<attention_node> attention_node_from(const ggml_tensor * node);

/// The same node read by the CPU: operands that it cannot reach are copied. Valid while the observed node is.
class attention_node_copy {
  public:
    explicit attention_node_copy(const attention_node & observed);

    const attention_node & node() const { return node_; }

  private:
    host_copy q_;
    host_copy k_;
    std::unique_ptr<host_copy> mask_;
    std::unique_ptr<host_copy> sinks_;
    attention_node node_;
};

} // namespace lookm
