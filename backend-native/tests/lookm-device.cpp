// The same results wherever the cache lives: every device of this machine that is not the CPU, and one behind ggml's
// RPC backend, whose memory cannot be read from here either, against the CPU.
#include "check.h"
#include "lookm-fixtures.h"
#include "lookm/compress.h"
#include "lookm/score.h"
#include "rpc-loopback.h"

#include <limits>
#include <numeric>
#include <set>

using namespace lookm;

namespace {

std::vector<ggml_backend_dev_t> other_devices() {
    std::vector<ggml_backend_dev_t> devices = {rpc_loopback::device()};
    ggml_backend_load_all();
    for (size_t i = 0; i < ggml_backend_dev_count(); ++i) {
        ggml_backend_dev_t device = ggml_backend_dev_get(i);
        if (ggml_backend_dev_type(device) == GGML_BACKEND_DEVICE_TYPE_GPU ||
            ggml_backend_dev_type(device) == GGML_BACKEND_DEVICE_TYPE_IGPU) {
            devices.push_back(device);
        }
    }
    return devices;
}

ggml_backend_dev_t cpu_device() {
    return ggml_backend_dev_by_type(GGML_BACKEND_DEVICE_TYPE_CPU);
}

/// The operands of one attention call, [d_head, ...] views of cache tensors on one device.
struct attention_operands {
    attention_operands(ggml_backend_dev_t device,
                       ggml_type type_k,
                       int64_t n_query,
                       int64_t n_kv,
                       int64_t n_head,
                       int64_t n_head_kv,
                       int64_t d_head)
        : cells(iota(std::max(n_query, n_kv))), q(device,
                                                  GGML_TYPE_F32,
                                                  rows(n_query * n_head * d_head, 1),
                                                  n_head,
                                                  d_head,
                                                  {cells.begin(), cells.begin() + n_query},
                                                  n_query),
          k(device,
            type_k,
            rows(n_kv * n_head_kv * d_head, 2),
            n_head_kv,
            d_head,
            {cells.begin(), cells.begin() + n_kv},
            n_kv),
          mask(device,
               GGML_TYPE_F16,
               causal(n_query, n_kv),
               1,
               n_kv,
               {cells.begin(), cells.begin() + n_query},
               n_query) {
        node.q = *q.view();
        node.k = *k.view();
        node.mask = *mask.view();
        node.mask->ne[1] = n_query;
        node.scale = 0.125f;
        node.logit_softcap = 20.0f;
    }

    static std::vector<int32_t> iota(int64_t n) {
        std::vector<int32_t> result(n);
        std::iota(result.begin(), result.end(), 0);
        return result;
    }
    static std::vector<float> rows(int64_t n, uint32_t seed) {
        std::mt19937 rng(seed);
        return random_floats(n, rng);
    }
    static std::vector<float> causal(int64_t n_query, int64_t n_kv) {
        std::vector<float> result(n_query * n_kv, -std::numeric_limits<float>::infinity());
        for (int64_t i = 0; i < n_query; ++i) {
            std::fill_n(result.begin() + i * n_kv, n_kv - n_query + i + 1, 0.0f);
        }
        return result;
    }

    std::vector<int32_t> cells;
    cache_tensor q, k, mask;
    attention_node node;
};

} // namespace

TEST(scores_agree_with_the_cpu) {
    for (ggml_backend_dev_t device : other_devices()) {
        for (ggml_type type : {GGML_TYPE_F16, GGML_TYPE_Q8_0, GGML_TYPE_Q4_0}) {
            const attention_operands there(device, type, 96, 256, 8, 2, 64);
            const attention_operands here(cpu_device(), type, 96, 256, 8, 2, 64);
            compute_pool pool(2);
            score_accumulator a(pool, 1, size_t(1) << 20);
            score_accumulator b(pool);
            a.add(there.node, {{0, 96}});
            b.add(here.node, {{0, 96}});
            CHECK(a.stayed_on_device());
            const auto actual = a.scores();
            const auto expected = b.scores();
            CHECK_EQUAL(actual.size(), expected.size());
            for (size_t i = 0; i < actual.size(); ++i) {
                CHECK_NEAR(actual[i], expected[i], 0.02 * expected[i] + 0.01);
            }
        }
    }
}

TEST(compression_agrees_with_the_cpu) {
    for (ggml_backend_dev_t device : other_devices()) {
        for (ggml_type type : {GGML_TYPE_F32, GGML_TYPE_F16, GGML_TYPE_BF16, GGML_TYPE_Q8_0, GGML_TYPE_Q4_0}) {
            const layer_fixture f = random_layer(600, 4, 128, 6);
            const auto cells = attention_operands::iota(600);
            const cache_tensor k_there(device, type, f.keys, 4, 128, cells, 768),
                v_there(device, type, f.values, 4, 128, cells, 768);
            const cache_tensor k_here(cpu_device(), type, f.keys, 4, 128, cells, 768),
                v_here(cpu_device(), type, f.values, 4, 128, cells, 768);
            compress_params params;
            const layer_plan plan = make_plan(params, {f.scores.data()}, {f.kinds.data(), 0}, 600, 4);
            compute_pool pool(2);
            layer_compressor compressor(pool, size_t(1) << 18);
            const auto there = compressor.compress(
                {k_there.view(), v_there.view(), 600, {}}, plan, merge_rule::pivot, merge_what::keys_values);
            const auto here = compressor.compress(
                {k_here.view(), v_here.view(), 600, {}}, plan, merge_rule::pivot, merge_what::keys_values);
            CHECK(there.stayed_on_device);
            CHECK_EQUAL(there.device, std::string(ggml_backend_dev_name(device)));

            // A device rounds its products its own way (TF32 keeps ten bits): near ties may go elsewhere, few of them,
            // and kept tokens that received the same ones are the same.
            int64_t n_moved = 0;
            std::set<int64_t> touched;
            const int64_t n_evicted = plan.n_tokens - plan.n_kept;
            for (size_t i = 0; i < here.target.size(); ++i) {
                if (there.target[i] != here.target[i]) {
                    const int64_t h = int64_t(i) / n_evicted;
                    ++n_moved;
                    touched.insert(h * plan.n_kept + there.target[i]);
                    touched.insert(h * plan.n_kept + here.target[i]);
                }
            }
            CHECK(n_moved * 50 <= int64_t(here.target.size()));
            for (int64_t h = 0; h < 4; ++h) {
                for (int64_t c = 0; c < plan.n_kept; ++c) {
                    for (int64_t d = 0; touched.count(h * plan.n_kept + c) == 0 && d < 128; ++d) {
                        CHECK_NEAR(there.keys[(c * 4 + h) * 128 + d], here.keys[(c * 4 + h) * 128 + d], 1e-6);
                        CHECK_NEAR(there.values[(c * 4 + h) * 128 + d], here.values[(c * 4 + h) * 128 + d], 1e-6);
                    }
                }
            }
        }
    }
}

TEST(what_a_device_cannot_run_the_cpu_runs_on_copies_to_the_bit_and_says_so) {
    for (ggml_backend_dev_t device : other_devices()) {
        compute_pool cpu_alone(2, false, true);
        const attention_operands there(device, GGML_TYPE_F16, 96, 256, 8, 2, 64);
        const attention_operands here(cpu_device(), GGML_TYPE_F16, 96, 256, 8, 2, 64);
        score_accumulator a(cpu_alone);
        score_accumulator b(cpu_alone);
        a.add(there.node, {{0, 96}});
        b.add(here.node, {{0, 96}});
        CHECK(!a.stayed_on_device());
        CHECK(b.stayed_on_device());
        CHECK(a.scores() == b.scores());

        const layer_fixture f = random_layer(600, 4, 128, 6);
        const auto cells = attention_operands::iota(600);
        const cache_tensor k_there(device, GGML_TYPE_F16, f.keys, 4, 128, cells, 768),
            v_there(device, GGML_TYPE_F16, f.values, 4, 128, cells, 768);
        const cache_tensor k_here(cpu_device(), GGML_TYPE_F16, f.keys, 4, 128, cells, 768),
            v_here(cpu_device(), GGML_TYPE_F16, f.values, 4, 128, cells, 768);
        const layer_plan plan = make_plan({}, {f.scores.data()}, {f.kinds.data(), 0}, 600, 4);
        layer_compressor compressor(cpu_alone);
        const auto moved = compressor.compress(
            {k_there.view(), v_there.view(), 600, {}}, plan, merge_rule::pivot, merge_what::keys_values);
        const auto stayed = compressor.compress(
            {k_here.view(), v_here.view(), 600, {}}, plan, merge_rule::pivot, merge_what::keys_values);
        CHECK(!moved.stayed_on_device);
        CHECK(stayed.stayed_on_device);
        CHECK_EQUAL(moved.device, std::string(ggml_backend_dev_name(cpu_device())));
        CHECK(moved.target == stayed.target);
        CHECK(moved.keys == stayed.keys && moved.values == stayed.values);
    }
}

RUN_TESTS()
