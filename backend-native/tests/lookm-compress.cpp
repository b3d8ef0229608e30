// What becomes of the rest: eq 9-12, on host arrays and on cache tensors of every kind.
#include "check.h"
#include "lookm-fixtures.h"
#include "lookm/compress.h"
#include "lookm/strategies.h"
#include "reference/reference.h"

#include <algorithm>
#include <limits>
#include <numeric>

using namespace lookm;

namespace {

const std::vector<merge_rule> all_merges = all_merge_rules();
const std::vector<merge_what> all_whats = {merge_what::keys_values, merge_what::values};

ggml_backend_dev_t cpu_device() {
    return ggml_backend_dev_by_type(GGML_BACKEND_DEVICE_TYPE_CPU);
}

/// Host arrays [n, n_head_kv, d] as the tensor the compressor reads.
ggml_tensor tensor_of(const std::vector<float> & rows, int64_t n_head_kv, int64_t d) {
    ggml_tensor t = {};
    t.type = GGML_TYPE_F32;
    t.ne[0] = d;
    t.ne[1] = int64_t(rows.size()) / (n_head_kv * d);
    t.ne[2] = n_head_kv;
    t.ne[3] = 1;
    t.nb[0] = sizeof(float);
    t.nb[1] = size_t(n_head_kv * d) * sizeof(float);
    t.nb[2] = size_t(d) * sizeof(float);
    t.nb[3] = size_t(t.ne[1]) * t.nb[1];
    t.data = const_cast<float *>(rows.data());
    return t;
}

compressed_layer compress(const layer_plan & plan,
                          merge_rule merge,
                          merge_what what,
                          const std::vector<float> & keys,
                          const std::vector<float> & values,
                          int64_t d_k,
                          int64_t d_v,
                          bool standard_ops_only = false,
                          size_t max_scratch = size_t(64) << 20) {
    compute_pool pool(2, standard_ops_only);
    const ggml_tensor k = tensor_of(keys, plan.n_head_kv, d_k);
    const ggml_tensor v = tensor_of(values, plan.n_head_kv, d_v);
    return layer_compressor(pool, max_scratch).compress({&k, &v, plan.n_tokens, {}}, plan, merge, what);
}

layer_plan plan_of(const layer_fixture & f, double ratio = 0.2, method m = method::look_m) {
    compress_params params;
    params.ratio = ratio;
    params.method = m;
    return make_plan(params, {f.scores.data()}, {f.kinds.data(), 0}, f.n_tokens, f.n_head_kv);
}

void check_near(const std::vector<float> & actual, const std::vector<float> & expected, double tolerance) {
    CHECK_EQUAL(actual.size(), expected.size());
    for (size_t i = 0; i < std::min(actual.size(), expected.size()); ++i) {
        CHECK_NEAR(actual[i], expected[i], tolerance);
    }
}

auto has_code(const char * code) {
    return [code](const error & e) { return e.code == code; };
}

} // namespace

// Five tokens, one head, two dimensions; 0 and 1 stay.
//   token  key         value    cosine with key 0, key 1   target   w
//   0      (1, 0)      (10, 1)
//   1      (0, 1)      (20, 2)
//   2      (3, 0)      (30, 3)  1, 0                       0        1
//   3      (0.6, 0.8)  (40, 4)  0.6, 0.8                   1        0.8
//   4      (-1, 0)     (50, 5)  -1, 0                      1        0
namespace {
const layer_plan worked_plan = {5, 1, 2, {0, 1}};
const std::vector<float> worked_keys = {1, 0, 0, 1, 3, 0, 0.6f, 0.8f, -1, 0};
const std::vector<float> worked_values = {10, 1, 20, 2, 30, 3, 40, 4, 50, 5};
} // namespace

TEST(average_is_equation_10) {
    const auto r =
        compress(worked_plan, merge_rule::average, merge_what::keys_values, worked_keys, worked_values, 2, 2);
    // ((1, 0) + (3, 0)) / 2 and ((0, 1) + (0.6, 0.8) + (-1, 0)) / 3
    check_near(r.keys, {2, 0, -0.4f / 3, 0.6f}, 1e-6);
    check_near(r.values, {20, 2, 110.0f / 3, 11.0f / 3}, 1e-5);
    CHECK_EQUAL(r.target, (std::vector<int32_t>{0, 1, 1}));
    CHECK_EQUAL(r.n_merged, (std::vector<int32_t>{1, 2}));
}

TEST(pivot_is_equation_11) {
    const auto r = compress(worked_plan, merge_rule::pivot, merge_what::keys_values, worked_keys, worked_values, 2, 2);
    // ((1, 0) + (2, 0)) / 2 and ((0, 1) + (0.3, 0.9) + (-0.5, 0.5)) / 3
    check_near(r.keys, {1.5f, 0, -0.2f / 3, 0.8f}, 1e-6);
    // (10 + 20) / 2 and (20 + 30 + 35) / 3
    check_near(r.values, {15, 1.5f, 85.0f / 3, 8.5f / 3}, 1e-5);
}

TEST(weighted_is_equation_12) {
    const auto r =
        compress(worked_plan, merge_rule::weighted, merge_what::keys_values, worked_keys, worked_values, 2, 2);
    // ((1, 0) + 1 (3, 0)) / 2 and ((0, 1) + 0.8 (0.6, 0.8) + 0 (-1, 0)) / 3
    check_near(r.keys, {2, 0, 0.16f, 1.64f / 3}, 1e-6);
    check_near(r.values, {20, 2, 52.0f / 3, 5.2f / 3}, 1e-5);
}

TEST(without_a_merge_rows_are_kept_to_the_bit) {
    const auto r = compress(worked_plan, merge_rule::none, merge_what::keys_values, worked_keys, worked_values, 2, 2);
    CHECK_EQUAL(r.keys, (std::vector<float>{1, 0, 0, 1}));
    CHECK_EQUAL(r.values, (std::vector<float>{10, 1, 20, 2}));
    CHECK(r.target.empty());
    CHECK_EQUAL(r.n_merged, (std::vector<int32_t>{0, 0}));
    CHECK(r.device.empty());
}

TEST(merging_values_leaves_keys_to_the_bit) {
    const auto both =
        compress(worked_plan, merge_rule::pivot, merge_what::keys_values, worked_keys, worked_values, 2, 2);
    const auto one = compress(worked_plan, merge_rule::pivot, merge_what::values, worked_keys, worked_values, 2, 2);
    CHECK_EQUAL(one.keys, (std::vector<float>{1, 0, 0, 1}));
    CHECK_EQUAL(one.values, both.values);
    CHECK_EQUAL(one.target, both.target);
}

TEST(equal_similarities_go_to_the_lower_index) {
    // Kept: (0, 1), (2, 0), (1, 0) which is parallel to it, (0, 1) again. Evicted: (5, 0) ties between 1 and 2; (0, 3)
    // between 0 and 3; (1, 1) between all four.
    const layer_plan plan = {7, 1, 4, {0, 1, 2, 3}};
    const std::vector<float> keys = {0, 1, 2, 0, 1, 0, 0, 1, 5, 0, 0, 3, 1, 1};
    const std::vector<float> values(14, 1.0f);
    const auto r = compress(plan, merge_rule::average, merge_what::keys_values, keys, values, 2, 2);
    CHECK_EQUAL(r.target, (std::vector<int32_t>{1, 0, 0}));
    const auto reference =
        merge_reference(plan, merge_rule::average, merge_what::keys_values, 2, keys.data(), values.data());
    CHECK_EQUAL(r.target, reference.target);
}

TEST(identical_kept_keys_tie_on_every_device) {
    layer_fixture f = random_layer(200, 2, 32, 4);
    // Every key appears eight times.
    for (int64_t t = 0; t < f.n_tokens; ++t) {
        std::copy_n(f.keys.begin() + (t % 25) * 64, 64, f.keys.begin() + t * 64);
    }
    const layer_plan plan = plan_of(f, 0.5);
    const auto reference =
        merge_reference(plan, merge_rule::pivot, merge_what::keys_values, 32, f.keys.data(), f.values.data());
    for (bool standard : {false, true}) {
        const auto r = compress(plan, merge_rule::pivot, merge_what::keys_values, f.keys, f.values, 32, 32, standard);
        CHECK_EQUAL(r.target, reference.target);
    }
}

TEST(keys_of_norm_zero_have_similarity_zero) {
    layer_fixture f = random_layer(60, 2, 16, 4);
    for (int64_t t = 0; t < f.n_tokens; t += 3) {
        std::fill_n(f.keys.begin() + t * 32, 32, 0.0f);
    }
    const layer_plan plan = plan_of(f, 0.5);
    for (merge_rule merge : all_merges) {
        const auto reference =
            merge_reference(plan, merge, merge_what::keys_values, 16, f.keys.data(), f.values.data());
        for (bool standard : {false, true}) {
            const auto r = compress(plan, merge, merge_what::keys_values, f.keys, f.values, 16, 16, standard);
            CHECK_EQUAL(r.target, reference.target);
            check_near(r.keys, reference.keys, 1e-6);
            check_near(r.values, reference.values, 1e-6);
            CHECK(std::all_of(r.keys.begin(), r.keys.end(), [](float x) { return std::isfinite(x); }));
        }
    }
    // All of them zero.
    std::fill(f.keys.begin(), f.keys.end(), 0.0f);
    const auto r = compress(plan, merge_rule::weighted, merge_what::keys_values, f.keys, f.values, 16, 16);
    CHECK(std::all_of(r.target.begin(), r.target.end(), [](int32_t c) { return c == 0; }));
    CHECK(std::all_of(r.values.begin(), r.values.end(), [](float x) { return std::isfinite(x); }));
}

TEST(agrees_with_the_reference_for_every_method_merge_type_and_shape) {
    struct shape {
        int64_t n_tokens, n_head_kv, d_head;
    };
    uint32_t seed = 0;
    for (const shape s :
         {shape{70, 1, 64}, shape{96, 2, 128}, shape{64, 8, 32}, shape{50, 3, 256}, shape{40, 32, 32}}) {
        for (ggml_type type : {GGML_TYPE_F32, GGML_TYPE_F16, GGML_TYPE_BF16, GGML_TYPE_Q8_0, GGML_TYPE_Q4_0}) {
            const layer_fixture f = random_layer(s.n_tokens, s.n_head_kv, s.d_head, ++seed);
            // Tokens in shuffled cells, with gaps between them.
            const int64_t n_kv = s.n_tokens * 2;
            std::vector<int32_t> cells(n_kv);
            std::iota(cells.begin(), cells.end(), 0);
            for (int64_t i = n_kv - 1; i > 0; --i) {
                std::swap(cells[i], cells[int64_t(seed * 7919 + i * 104729) % (i + 1)]);
            }
            cells.resize(s.n_tokens);
            const cache_tensor k(cpu_device(), type, f.keys, s.n_head_kv, s.d_head, cells, n_kv);
            const cache_tensor v(cpu_device(), type, f.values, s.n_head_kv, s.d_head, cells, n_kv);
            compute_pool own_pool(1);
            compute_pool standard_pool(1, true);
            for (method m : {method::look_m, method::h2o, method::snapkv, method::streaming, method::random}) {
                const layer_plan plan = plan_of(f, 0.3, m);
                for (merge_rule merge : all_merges) {
                    const merge_what what = all_whats[size_t(seed + int(merge)) % 2];
                    const auto reference =
                        merge_reference(plan, merge, what, s.d_head, k.stored().data(), v.stored().data());
                    for (compute_pool * pool : {&own_pool, &standard_pool}) {
                        const auto r = layer_compressor(*pool).compress(
                            {k.view(), v.view(), s.n_tokens, cells}, plan, merge, what);
                        CHECK_EQUAL(r.target, reference.target);
                        check_near(r.keys, reference.keys, 1e-6);
                        check_near(r.values, reference.values, 1e-6);
                        CHECK(r.stayed_on_device);
                    }
                }
            }
        }
    }
}

TEST(compress_host_agrees_with_the_reference) {
    const auto n_seeds = static_cast<uint32_t>(std::max<size_t>(6, all_merges.size()));
    for (uint32_t seed = 0; seed < n_seeds; ++seed) {
        const layer_fixture f = random_layer(150 + seed, 2, 48 + 8 * (seed % 6), seed);
        compress_params params;
        params.ratio = 0.15 + 0.1 * (seed % 6);
        params.merge = all_merges[seed % all_merges.size()];
        compute_pool pool(1);
        const auto r = compress_host(pool,
                                     params,
                                     f.n_tokens,
                                     f.n_head_kv,
                                     f.d_head,
                                     f.kinds.data(),
                                     f.keys.data(),
                                     f.values.data(),
                                     f.scores.data());
        const auto reference = compress_reference(
            params, f.n_tokens, f.n_head_kv, f.d_head, f.kinds.data(), f.keys.data(), f.values.data(), f.scores.data());
        CHECK_EQUAL(r.plan.kept, reference.plan.kept);
        check_near(r.layer.keys, reference.keys, 1e-6);
        check_near(r.layer.values, reference.values, 1e-6);
    }
}

TEST(values_may_have_another_width) {
    const layer_fixture f = random_layer(80, 2, 64, 2);
    std::mt19937 rng(3);
    const auto values = random_floats(80 * 2 * 32, rng);
    const layer_plan plan = plan_of(f);
    const auto r = compress(plan, merge_rule::pivot, merge_what::keys_values, f.keys, values, 64, 32);
    CHECK_EQUAL(r.d_head_k, 64);
    CHECK_EQUAL(r.d_head_v, 32);
    // Padding the values to the keys' width must not change what was there.
    std::vector<float> padded(80 * 2 * 64, 0.0f);
    for (int64_t i = 0; i < 80 * 2; ++i) {
        std::copy_n(values.begin() + i * 32, 32, padded.begin() + i * 64);
    }
    const auto reference =
        merge_reference(plan, merge_rule::pivot, merge_what::keys_values, 64, f.keys.data(), padded.data());
    for (int64_t i = 0; i < plan.n_kept * 2; ++i) {
        for (int64_t d = 0; d < 32; ++d) {
            CHECK_NEAR(r.values[i * 32 + d], reference.values[i * 64 + d], 1e-6);
        }
    }
}

TEST(the_size_of_the_scratch_does_not_matter) {
    const layer_fixture f = random_layer(120, 2, 64, 8);
    const layer_plan plan = plan_of(f);
    const auto whole = compress(plan, merge_rule::weighted, merge_what::keys_values, f.keys, f.values, 64, 64);
    for (size_t bytes : {1, 1000, 5000}) {
        const auto chunked =
            compress(plan, merge_rule::weighted, merge_what::keys_values, f.keys, f.values, 64, 64, false, bytes);
        CHECK_EQUAL(chunked.keys, whole.keys);
        CHECK_EQUAL(chunked.values, whole.values);
        CHECK_EQUAL(chunked.target, whole.target);
    }
}

TEST(ratio_one_is_the_identity_to_the_bit) {
    const layer_fixture f = random_layer(33, 3, 32, 8);
    for (merge_rule merge : all_merges) {
        const auto r = compress(plan_of(f, 1.0), merge, merge_what::keys_values, f.keys, f.values, 32, 32);
        CHECK_EQUAL(r.keys, f.keys);
        CHECK_EQUAL(r.values, f.values);
    }
}

TEST(merged_rows_stay_in_the_convex_hull) {
    const layer_fixture f = random_layer(120, 2, 32, 12);
    const layer_plan plan = plan_of(f);
    for (merge_rule merge : {merge_rule::average, merge_rule::pivot}) {
        // Weights that add up to one leave a constant alone ...
        const std::vector<float> ones(f.values.size(), 1.0f);
        for (float x : compress(plan, merge, merge_what::values, f.keys, ones, 32, 32).values) {
            CHECK_NEAR(x, 1.0, 1e-6);
        }
        // ... and weights that are not negative stay between the extremes of the rows folded together.
        const auto r = compress(plan, merge, merge_what::values, f.keys, f.values, 32, 32);
        for (int64_t h = 0; h < 2; ++h) {
            const auto evicted = plan.evicted_of(h);
            for (int64_t c = 0; c < plan.n_kept; ++c) {
                for (int64_t d = 0; d < 32; ++d) {
                    float low = f.values[(plan.kept_of(h)[c] * 2 + h) * 32 + d];
                    float high = low;
                    for (size_t e = 0; e < evicted.size(); ++e) {
                        if (r.target[h * int64_t(evicted.size()) + int64_t(e)] == c) {
                            low = std::min(low, f.values[(evicted[e] * 2 + h) * 32 + d]);
                            high = std::max(high, f.values[(evicted[e] * 2 + h) * 32 + d]);
                        }
                    }
                    const float x = r.values[(c * 2 + h) * 32 + d];
                    CHECK(x >= low - 1e-6f && x <= high + 1e-6f);
                }
            }
        }
    }
}

TEST(permuting_heads_permutes_the_result) {
    const layer_fixture f = random_layer(80, 3, 32, 12);
    const int64_t order[] = {2, 0, 1};
    layer_fixture p = f;
    for (int64_t t = 0; t < 80; ++t) {
        for (int64_t h = 0; h < 3; ++h) {
            p.scores[t * 3 + h] = f.scores[t * 3 + order[h]];
            std::copy_n(f.keys.begin() + (t * 3 + order[h]) * 32, 32, p.keys.begin() + (t * 3 + h) * 32);
            std::copy_n(f.values.begin() + (t * 3 + order[h]) * 32, 32, p.values.begin() + (t * 3 + h) * 32);
        }
    }
    const auto a = compress(plan_of(f), merge_rule::pivot, merge_what::keys_values, f.keys, f.values, 32, 32);
    const auto b = compress(plan_of(p), merge_rule::pivot, merge_what::keys_values, p.keys, p.values, 32, 32);
    for (int64_t c = 0; c < a.n_kept; ++c) {
        for (int64_t h = 0; h < 3; ++h) {
            for (int64_t d = 0; d < 32; ++d) {
                CHECK_EQUAL(b.keys[(c * 3 + h) * 32 + d], a.keys[(c * 3 + order[h]) * 32 + d]);
                CHECK_EQUAL(b.values[(c * 3 + h) * 32 + d], a.values[(c * 3 + order[h]) * 32 + d]);
            }
        }
    }
}

TEST(reading_leaves_the_cache_as_it_was) {
    const layer_fixture f = random_layer(64, 2, 32, 1);
    const auto keys = f.keys;
    const auto values = f.values;
    compress(plan_of(f), merge_rule::average, merge_what::keys_values, f.keys, f.values, 32, 32);
    CHECK_EQUAL(f.keys, keys);
    CHECK_EQUAL(f.values, values);
}

TEST(keys_that_are_not_numbers_do_not_crash) {
    layer_fixture f = random_layer(64, 1, 32, 1);
    std::fill_n(f.keys.begin() + 20 * 32, 10 * 32, std::numeric_limits<float>::quiet_NaN());
    std::fill_n(f.keys.begin() + 40 * 32, 32, std::numeric_limits<float>::infinity());
    for (bool standard : {false, true}) {
        const auto r = compress(plan_of(f), merge_rule::pivot, merge_what::values, f.keys, f.values, 32, 32, standard);
        CHECK_EQUAL(r.n_kept, plan_of(f).n_kept);
        CHECK(std::all_of(r.target.begin(), r.target.end(), [&](int32_t c) { return c >= 0 && c < r.n_kept; }));
    }
}

TEST(refuses_shapes_that_do_not_fit) {
    const layer_fixture f = random_layer(20, 2, 32, 1);
    const ggml_tensor k = tensor_of(f.keys, 2, 32);
    const layer_plan good = plan_of(f, 0.5);
    compute_pool pool(1);
    layer_compressor compressor(pool);
    const auto attempt = [&](const kv_tensors & kv, const layer_plan & plan) {
        return compressor.compress(kv, plan, merge_rule::pivot, merge_what::keys_values);
    };
    const auto refused = has_code("invalid_argument");
    CHECK_THROWS(attempt({nullptr, &k, 20, {}}, good), error, refused);
    CHECK_THROWS(attempt({&k, &k, 19, {}}, good), error, refused);
    CHECK_THROWS(attempt({&k, &k, 20, {0, 1}}, good), error, refused);
    CHECK_THROWS(attempt({&k, &k, 20, std::vector<int32_t>(20, 20)}, good), error, refused);
    layer_plan bad = good;
    bad.kept[0] = bad.kept[1];
    CHECK_THROWS(attempt({&k, &k, 20, {}}, bad), error, refused);
    bad = good;
    bad.kept.back() = 20;
    CHECK_THROWS(attempt({&k, &k, 20, {}}, bad), error, refused);
    bad = good;
    bad.n_head_kv = 1;
    CHECK_THROWS(attempt({&k, &k, 20, {}}, bad), error, refused);
    ggml_tensor transposed = k;
    transposed.nb[0] = 128;
    CHECK_THROWS(attempt({&k, &transposed, 20, {}}, good), error, refused);
}

RUN_TESTS()
