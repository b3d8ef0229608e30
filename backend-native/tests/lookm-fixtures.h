#pragma once

#include <cstdint>
#include <memory>
#include <random>
#include <stdexcept>
#include <vector>

#include "ggml-backend.h"
#include "ggml.h"
#include "lookm/compute.h"
#include "lookm/types.h"

/// Random inputs of one layer, the same for the same seed on every platform.
struct layer_fixture {
    int64_t n_tokens = 0;
    int64_t n_head_kv = 0;
    int64_t d_head = 0;

    std::vector<lookm::token_kind> kinds; ///< [n_tokens]: text, image, text
    std::vector<float> keys;              ///< [n_tokens, n_head_kv, d_head]
    std::vector<float> values;            ///< [n_tokens, n_head_kv, d_head]
    std::vector<float> scores;            ///< [n_tokens, n_head_kv]
};

/// Uniform in [-1, 1), without the standard library's distributions, which differ between platforms.
inline std::vector<float> random_floats(int64_t n, std::mt19937 & rng) {
    std::vector<float> result(n);
    for (float & x : result) {
        x = float(rng() % 20000) / 10000.0f - 1.0f;
    }
    return result;
}

inline layer_fixture random_layer(int64_t n_tokens, int64_t n_head_kv, int64_t d_head, uint32_t seed) {
    std::mt19937 rng(seed);
    layer_fixture f;
    f.n_tokens = n_tokens;
    f.n_head_kv = n_head_kv;
    f.d_head = d_head;
    f.keys = random_floats(n_tokens * n_head_kv * d_head, rng);
    f.values = random_floats(n_tokens * n_head_kv * d_head, rng);
    f.scores = random_floats(n_tokens * n_head_kv, rng);
    for (float & x : f.scores) {
        x += 1.0f;
    }
    for (int64_t t = 0; t < n_tokens; ++t) {
        const bool image = t >= n_tokens / 8 && t < n_tokens * 3 / 4;
        f.kinds.push_back(image ? lookm::token_kind::image : lookm::token_kind::text);
    }
    return f;
}

/// A cache tensor as llama.cpp lays it out: cell-major rows of n_head_kv * d_head elements, seen as
/// [d_head, n_kv, n_head_kv]. Lives on the device given.
class cache_tensor {
  public:
    /// rows: [n_tokens, n_head_kv, d_head]; token t is written to cells[t] of n_kv, the other cells hold noise.
    cache_tensor(ggml_backend_dev_t device,
                 ggml_type type,
                 const std::vector<float> & rows,
                 int64_t n_head_kv,
                 int64_t d_head,
                 const std::vector<int32_t> & cells,
                 int64_t n_kv)
        : backend_(ggml_backend_dev_init(device, nullptr)), context_(ggml_init({4096, nullptr, true})) {
        ggml_tensor * flat = ggml_new_tensor_2d(context_, type, d_head * n_head_kv, n_kv);
        buffer_ = ggml_backend_alloc_ctx_tensors(context_, backend_);

        std::mt19937 noise(99);
        const int64_t n_row = d_head * n_head_kv;
        std::vector<float> cells_f32 = random_floats(n_row * n_kv, noise);
        for (size_t t = 0; t < cells.size(); ++t) {
            std::copy(rows.begin() + t * n_row, rows.begin() + (t + 1) * n_row, cells_f32.begin() + cells[t] * n_row);
        }
        std::vector<unsigned char> bytes(ggml_nbytes(flat));
        ggml_quantize_chunk(type, cells_f32.data(), bytes.data(), 0, n_kv, n_row, nullptr);
        ggml_backend_tensor_set(flat, bytes.data(), 0, bytes.size());

        // What the type made of the rows: what a reference has to start from.
        stored_ = rows;
        if (type != GGML_TYPE_F32) {
            for (size_t t = 0; t < cells.size(); ++t) {
                ggml_get_type_traits(type)->to_float(
                    bytes.data() + cells[t] * flat->nb[1], stored_.data() + t * n_row, n_row);
            }
        }
        view_ = lookm::alias_of(*flat);
        view_.ne[0] = d_head;
        view_.ne[1] = n_kv;
        view_.ne[2] = n_head_kv;
        view_.nb[1] = flat->nb[1];
        view_.nb[2] = ggml_row_size(type, d_head);
    }

    ~cache_tensor() {
        ggml_backend_buffer_free(buffer_);
        ggml_free(context_);
        ggml_backend_free(backend_);
    }

    cache_tensor(const cache_tensor &) = delete;
    cache_tensor & operator=(const cache_tensor &) = delete;

    const ggml_tensor * view() const { return &view_; }
    const std::vector<float> & stored() const { return stored_; } ///< [n_tokens, n_head_kv, d_head]

  private:
    ggml_backend_t backend_;
    ggml_context * context_;
    ggml_backend_buffer_t buffer_;
    ggml_tensor view_;
    std::vector<float> stored_;
};
