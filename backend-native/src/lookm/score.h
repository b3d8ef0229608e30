#pragma once

#include <cstdint>
#include <vector>

#include "attention-node.h"
#include "compute.h"

namespace lookm {

/// Queries [first, last) of one ubatch. Empty: none.
struct query_range {
    int64_t first = 0;
    int64_t last = 0;
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

    int64_t n_cells() const { return n_cells_; } ///< KV cells seen so far, padding included
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

    compute_pool & pool_;
    size_t max_scratch_bytes_;
    int64_t n_cells_ = 0;
    int64_t n_head_kv_ = 0;
    bool stayed_on_device_ = true;
    std::vector<std::vector<double>> sums_; ///< per sum [n_cells, n_head_kv]
};

} // namespace lookm
