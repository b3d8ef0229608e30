// Weights in the layouts that the CPU has kernels of its own for: the products are those of the plain layout.

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <string>
#include <vector>

#include "check.h"
#include "engine/llama/own-layout.h"
#include "ggml-cpp.h"
#include "ggml-cpu.h"

namespace {

constexpr int64_t n_in = 512;
constexpr int64_t n_out = 256;

std::vector<float> random_values(size_t n, uint32_t seed) {
    std::vector<float> values;
    for (size_t i = 0; i < n; ++i) {
        seed = seed * 1664525U + 1013904223U; // Numerical Recipes' linear congruential generator
        values.push_back(static_cast<float>(seed >> 16U) / 32768.0f - 1.0f);
    }
    return values;
}

std::vector<uint8_t> quantised(ggml_type type, const std::vector<float> & values) {
    std::vector<uint8_t> bytes(ggml_row_size(type, n_in) * n_out);
    ggml_quantize_chunk(type, values.data(), bytes.data(), 0, n_out, n_in, nullptr);
    return bytes;
}

/// weights [n_in, n_out] in `place` times inputs [n_in, n_tokens]; empty where the place does not take them.
std::vector<float> product(ggml_backend_t cpu, ggml_backend_buffer_type_t place, ggml_type type, int64_t n_tokens) {
    const ggml_context_ptr weights(ggml_init({2 * ggml_tensor_overhead(), nullptr, true}));
    const ggml_context_ptr rest(ggml_init({8 * ggml_tensor_overhead() + ggml_graph_overhead(), nullptr, true}));
    ggml_tensor * weight = ggml_new_tensor_2d(weights.get(), type, n_in, n_out);
    ggml_tensor * input = ggml_new_tensor_2d(rest.get(), GGML_TYPE_F32, n_in, n_tokens);
    ggml_tensor * output = ggml_mul_mat(rest.get(), weight, input);
    const ggml_backend_buffer_ptr weight_buffer(ggml_backend_alloc_ctx_tensors_from_buft(weights.get(), place));
    const ggml_backend_buffer_ptr rest_buffer(ggml_backend_alloc_ctx_tensors(rest.get(), cpu));
    if (!weight_buffer || !ggml_backend_dev_supports_op(ggml_backend_get_device(cpu), output)) {
        return {};
    }
    const std::vector<uint8_t> bytes = quantised(type, random_values(n_in * n_out, 1));
    const std::vector<float> inputs = random_values(static_cast<size_t>(n_in * n_tokens), 2);
    ggml_backend_tensor_set(weight, bytes.data(), 0, bytes.size());
    ggml_backend_tensor_set(input, inputs.data(), 0, inputs.size() * sizeof(float));
    ggml_cgraph * graph = ggml_new_graph(rest.get());
    ggml_build_forward_expand(graph, output);
    if (ggml_backend_graph_compute(cpu, graph) != GGML_STATUS_SUCCESS) {
        return {};
    }
    std::vector<float> values(static_cast<size_t>(n_out * n_tokens));
    ggml_backend_tensor_get(output, values.data(), 0, values.size() * sizeof(float));
    return values;
}

} // namespace

TEST(products_in_every_layout_of_the_cpus_own_are_those_of_the_plain_one) {
    const ggml_backend_ptr cpu(ggml_backend_init_by_type(GGML_BACKEND_DEVICE_TYPE_CPU, nullptr));
    ggml_backend_cpu_set_n_threads(cpu.get(), 2);
    int n_compared = 0;
    for (ggml_backend_buffer_type_t place : engine::own_places_of_cpu()) {
        for (const ggml_type type : {GGML_TYPE_Q4_0, GGML_TYPE_Q8_0, GGML_TYPE_Q4_K, GGML_TYPE_Q6_K}) {
            for (const int64_t n_tokens : {1, 5, 32, 77}) { // one, a piece of a tile, a tile, and more than one
                const std::vector<float> own = product(cpu.get(), place, type, n_tokens);
                const std::vector<float> plain =
                    product(cpu.get(), ggml_backend_get_default_buffer_type(cpu.get()), type, n_tokens);
                CHECK(!plain.empty());
                n_compared += own.empty() ? 0 : 1;
                double largest = 0;
                double difference = 0;
                for (size_t i = 0; i < own.size(); ++i) {
                    largest = std::max(largest, std::abs(static_cast<double>(plain[i])));
                    difference = std::max(difference, std::abs(static_cast<double>(own[i]) - plain[i]));
                }
                CHECK(difference <= 0.02 * largest); // how inputs are rounded differs from layout to layout
            }
        }
    }
    if (n_compared == 0) {
        throw check::skipped{"this CPU has no layout of its own for weights"};
    }
}

TEST(the_types_that_are_listed_are_those_that_some_layout_takes) {
    const ggml_backend_ptr cpu(ggml_backend_init_by_type(GGML_BACKEND_DEVICE_TYPE_CPU, nullptr));
    const std::vector<ggml_type> listed = engine::types_with_own_layout();
    for (const ggml_type type : {GGML_TYPE_F32, GGML_TYPE_Q4_0, GGML_TYPE_Q8_0, GGML_TYPE_Q4_K, GGML_TYPE_Q6_K}) {
        bool is_taken = false;
        for (ggml_backend_buffer_type_t place : engine::own_places_of_cpu()) {
            is_taken = is_taken || !product(cpu.get(), place, type, 32).empty();
        }
        CHECK(is_taken == (std::find(listed.begin(), listed.end(), type) != listed.end()));
    }
}

TEST(a_file_that_cannot_be_read_is_not_said_to_be_copied) {
    CHECK(!engine::cpu_copies_weights("no such file"));
    CHECK(!engine::cpu_copies_weights(std::string(LOOK_ONCE_TEST_CASES)));
}

RUN_TESTS()
