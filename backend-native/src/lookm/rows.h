#pragma once

#include <cstdint>

#include "compute.h"
#include "ggml.h"

namespace lookm {

/// Rows of a cache tensor [d_head, n_kv, n_head_kv] of any type, on any device, as floats.
/// Device memory is fetched once, when the reader is made; reading is thread-safe.
class row_reader {
  public:
    /// Throws `error` (invalid_argument) for a type that cannot be read as floats or a row that is not contiguous.
    explicit row_reader(const ggml_tensor & tensor);

    int64_t d_head() const { return copy_.tensor().ne[0]; }
    int64_t n_rows() const { return copy_.tensor().ne[1]; }
    int64_t n_head_kv() const { return copy_.tensor().ne[2]; }

    /// Writes d_head() floats.
    void read(int64_t row, int64_t head, float * out) const;

  private:
    host_copy copy_;
    ggml_to_float_t to_float_; ///< null: the rows are floats
};

} // namespace lookm
