// The largest of a row decides what attention subtracts before it takes powers; how ggml finds it is replaced
// (cmake/vector-max.h). One score here is so high that its power overflows wherever it is missed.
#include "check.h"
#include "lookm/compute.h"

#include <cmath>
#include <limits>
#include <string>

using namespace lookm;

namespace {

/// softmax of [n] rows of n numbers; in row i the number at i is 1,000 and the others are low, or minus infinity.
std::vector<float> softmax_of_peaks(compute & cpu, int64_t n, float low) {
    std::vector<float> scores(static_cast<size_t>(n * n), low);
    for (int64_t i = 0; i < n; ++i) {
        scores[static_cast<size_t>(i * n + i)] = 1000.0f;
    }
    ggml_context * context = cpu.begin_graph(8);
    ggml_cgraph * graph = ggml_new_graph_custom(context, 8, false);
    ggml_tensor * rows = ggml_new_tensor_2d(context, GGML_TYPE_F32, n, n);
    ggml_set_input(rows);
    ggml_tensor * weights = ggml_soft_max(context, rows);
    ggml_set_output(weights);
    ggml_build_forward_expand(graph, weights);
    cpu.allocate(graph);
    ggml_backend_tensor_set(rows, scores.data(), 0, scores.size() * sizeof(float));
    cpu.run(graph);
    std::vector<float> result(scores.size());
    ggml_backend_tensor_get(weights, result.data(), 0, result.size() * sizeof(float));
    return result;
}

/// Attention of 64 queries over n keys of which each query matches one alone; the values of key i are all i + 1.
/// @return [64], the first number of what each query gets
std::vector<float> attention_of_peaks(compute & cpu, int64_t n) {
    constexpr int64_t d_head = 64;
    constexpr int64_t n_query = 64; // as many as ggml takes at once
    ggml_context * context = cpu.begin_graph(8);
    ggml_cgraph * graph = ggml_new_graph_custom(context, 8, false);
    ggml_tensor * q = ggml_new_tensor_3d(context, GGML_TYPE_F32, d_head, n_query, 1);
    ggml_tensor * k = ggml_new_tensor_3d(context, GGML_TYPE_F16, d_head, n, 1);
    ggml_tensor * v = ggml_new_tensor_3d(context, GGML_TYPE_F16, d_head, n, 1);
    for (ggml_tensor * input : {q, k, v}) {
        ggml_set_input(input);
    }
    ggml_tensor * result = ggml_flash_attn_ext(context, q, k, v, nullptr, 1.0f, 0.0f, 0.0f);
    ggml_set_output(result);
    ggml_build_forward_expand(graph, result);
    cpu.allocate(graph);
    std::vector<float> queries(static_cast<size_t>(d_head * n_query));
    std::vector<ggml_fp16_t> keys(static_cast<size_t>(d_head * n));
    std::vector<ggml_fp16_t> values(static_cast<size_t>(d_head * n));
    for (int64_t i = 0; i < n_query; ++i) {
        queries[static_cast<size_t>(i * d_head + i)] = 1000.0f;
    }
    for (int64_t i = 0; i < n; ++i) {
        for (int64_t d = 0; d < d_head; ++d) {
            keys[static_cast<size_t>(i * d_head + d)] = ggml_fp32_to_fp16(d == i % d_head && i < d_head ? 1.0f : 0.0f);
            values[static_cast<size_t>(i * d_head + d)] = ggml_fp32_to_fp16(static_cast<float>(i + 1));
        }
    }
    ggml_backend_tensor_set(q, queries.data(), 0, queries.size() * sizeof(float));
    ggml_backend_tensor_set(k, keys.data(), 0, keys.size() * sizeof(ggml_fp16_t));
    ggml_backend_tensor_set(v, values.data(), 0, values.size() * sizeof(ggml_fp16_t));
    cpu.run(graph);
    std::vector<float> out(static_cast<size_t>(d_head * n_query));
    ggml_backend_tensor_get(result, out.data(), 0, out.size() * sizeof(float));
    std::vector<float> firsts;
    for (int64_t i = 0; i < n_query; ++i) {
        firsts.push_back(out[static_cast<size_t>(i * d_head)]);
    }
    return firsts;
}

} // namespace

TEST(the_largest_of_a_row_is_found_at_every_place_of_rows_of_every_length) {
    compute cpu(nullptr, 1);
    for (const float low : {-5.0f, -std::numeric_limits<float>::infinity()}) {
        for (int64_t n = 1; n <= 70; ++n) {
            const std::vector<float> weights = softmax_of_peaks(cpu, n, low);
            for (int64_t i = 0; i < n * n; ++i) {
                CHECK(weights[static_cast<size_t>(i)] == (i / n == i % n ? 1.0f : 0.0f));
            }
        }
    }
}

TEST(flash_attention_finds_the_key_that_a_query_matches) {
    compute cpu(nullptr, 2);
    for (const int64_t n : {64, 100, 256}) {
        const std::vector<float> firsts = attention_of_peaks(cpu, n);
        for (size_t i = 0; i < firsts.size(); ++i) {
            CHECK(firsts[i] == static_cast<float>(i + 1));
        }
    }
}

RUN_TESTS()
