#pragma once

#include <cstdint>
#include <vector>

#include "merge.h"
#include "plan.h"
#include "rows.h"

namespace lookm {

/// Token rows of one layer; which cell holds which token is settled here. Reading is thread-safe.
struct token_rows {
    row_reader rows;
    const std::vector<int32_t> & cells; ///< [n_tokens], or empty: token t is row t

    /// Writes d_head floats.
    void read(int64_t token, int64_t head, float * out) const {
        rows.read(cells.empty() ? token : cells[token], head, out);
    }

    /// [n, d_head]
    std::vector<float> read_all(const int32_t * tokens, int64_t n, int64_t head, int n_threads) const;
};

/// The cosine of every evicted key with its target, w_e of eq 12: [n_evicted].
std::vector<double> cosines(const token_rows & keys,
                            const layer_plan & plan,
                            const std::vector<int32_t> & evicted,
                            const int32_t * target,
                            int64_t head);

/// How one head's evicted rows are folded; empty coefficients: not at all.
struct head_fold {
    std::vector<int32_t> evicted;                 ///< tokens
    const int32_t * target = nullptr;             ///< [n_evicted], indices into the head's kept tokens
    std::vector<merge_coefficients> coefficients; ///< [n_evicted]
    const int32_t * n_merged = nullptr;           ///< [n_kept]
};

/// Writes one head's kept rows to out [n_kept, n_head_kv, d_head]: the rows themselves, or eq 10-12. Sums in double; a
/// row that nothing was folded into is copied to the bit.
void fold_rows(const token_rows & rows, const layer_plan & plan, int64_t head, const head_fold & fold, float * out);

} // namespace lookm
