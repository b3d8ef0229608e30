#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "compute.h"
#include "ggml.h"

namespace lookm {

/// What one attention node reads, as aliases: valid while the node's own memory is, that is, inside the callback that
/// observed it.
struct attention_node {
    ggml_tensor                q;     ///< rotated queries [d_head, n_query, n_head] f32
    ggml_tensor                k;     ///< keys [d_head, n_kv, n_head_kv], any type that ggml multiplies
    std::optional<ggml_tensor> mask;  ///< [n_kv, >= n_query] f16, -inf where a query may not look
    std::optional<ggml_tensor> sinks; ///< [n_head] f32, extra logits that receive probability and keep none

    float scale         = 1.0f;
    float max_bias      = 0.0f; ///< ALiBi
    float logit_softcap = 0.0f; ///< 0: none

    int64_t n_query() const { return q.ne[1]; }
    int64_t n_head() const { return q.ne[2]; }
    int64_t n_kv() const { return k.ne[1]; }
    int64_t n_head_kv() const { return k.ne[2]; }
};

/// Reads a GGML_OP_FLASH_ATTN_EXT node. Nothing for another operation, or for one that attends over several sequences
/// at once (ne[3] > 1).
std::optional<attention_node> attention_node_from(const ggml_tensor * node);

/// Queries [first, last) of one ubatch. Empty: none.
struct query_range {
    int64_t first = 0;
    int64_t last  = 0;
};

/// Eq 4 for one layer: the attention probability that every KV cell receives, summed over chosen queries and over the
/// query heads of each KV head, while a prompt is read in ubatches. Several sums over different queries (all of them,
/// the last window, the question) are kept side by side; a query that is in several is computed once.
/// The probabilities never leave the device; only sums per cell do. Sums are kept in double.
class score_accumulator {
public:
    explicit score_accumulator(compute_pool & pool, int n_sums = 1, size_t max_scratch_bytes = size_t(64) << 20);

    /// Adds one ubatch. ranges: [n_sums], one per sum. Throws `error` (invalid_argument) for a range outside the ubatch
    /// or a number of KV heads that changed.
    void add(const attention_node & node, const std::vector<query_range> & ranges);

    int64_t n_cells() const { return n_cells_; }     ///< KV cells seen so far, padding included
    int64_t n_head_kv() const { return n_head_kv_; }

    /// [n_cells, n_head_kv]. Cells that no chosen query could see have 0.
    std::vector<float> scores(int sum = 0) const;

    /// The sums of some cells, in their order: [n, n_head_kv]. A cell that was never seen has 0.
    std::vector<float> scores_of_cells(const int32_t * cells, int64_t n, int sum = 0) const;

    /// False once an operation was not supported by the device that owns the tensors, and the CPU did it from copies.
    bool stayed_on_device() const { return stayed_on_device_; }

    void reset();

private:
    void add_to(std::vector<double> & sum, const std::vector<float> & chunk_sums, int64_t n_kv) const;

    compute_pool &                   pool_;
    size_t                           max_scratch_bytes_;
    int64_t                          n_cells_          = 0;
    int64_t                          n_head_kv_        = 0;
    bool                             stayed_on_device_ = true;
    std::vector<std::vector<double>> sums_; ///< per sum [n_cells, n_head_kv]
};

} // namespace lookm
