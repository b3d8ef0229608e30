// Eq 4 from attention nodes: against hand-worked cases, the naive reference, and ggml's own flash attention.
#include "check.h"
#include "lookm-fixtures.h"
#include "lookm/score.h"
#include "reference/reference.h"

#include <cstring>
#include <limits>

using namespace lookm;

namespace {

constexpr float minus_infinity = -std::numeric_limits<float>::infinity();

/// What one attention call is made of. Query i sits at position first_position + i and sees keys up to there.
struct attention_case {
    int64_t n_query = 8, n_kv = 16, n_head = 4, n_head_kv = 2, d_head = 64;
    int64_t first_position = 8;
    ggml_type type_k = GGML_TYPE_F16;
    float scale = 0.125f;
    float max_bias = 0.0f;
    float logit_softcap = 0.0f;
    bool sinks = false;
    bool mask = true;
    int64_t n_mask_rows = 0; ///< more rows than queries; 0: as many
};

/// The graph that llama.cpp builds around one flash attention: operands permuted, keys and values in cache layout.
/// Values are unit vectors, so that the output of flash attention is the probabilities themselves.
class attention_graph {
  public:
    attention_graph(const attention_case & c, const std::vector<float> & q_rows, const std::vector<float> & k_rows)
        : backend_(ggml_backend_init_by_type(GGML_BACKEND_DEVICE_TYPE_CPU, nullptr)),
          context_(ggml_init({1 << 16, nullptr, true})), c_(c) {
        q_rows_ = ggml_new_tensor_3d(context_, GGML_TYPE_F32, c.d_head, c.n_head, c.n_query);
        ggml_tensor * k = ggml_new_tensor_3d(context_, c.type_k, c.d_head, c.n_head_kv, c.n_kv);
        ggml_tensor * v = ggml_new_tensor_3d(context_, GGML_TYPE_F16, c.n_kv, c.n_head_kv, c.n_kv);
        ggml_tensor * m = nullptr;
        if (c.mask) {
            m = ggml_new_tensor_2d(context_, GGML_TYPE_F16, c.n_kv, std::max(c.n_mask_rows, c.n_query));
        }
        ggml_tensor * sinks = c.sinks ? ggml_new_tensor_1d(context_, GGML_TYPE_F32, c.n_head) : nullptr;

        // As in a model, the query is the result of an operation with ancestors.
        q_ = ggml_scale(context_, q_rows_, 2.0f);
        node_ = ggml_flash_attn_ext(context_,
                                    ggml_permute(context_, q_, 0, 2, 1, 3),
                                    ggml_permute(context_, k, 0, 2, 1, 3),
                                    ggml_permute(context_, v, 0, 2, 1, 3),
                                    m,
                                    c.scale,
                                    c.max_bias,
                                    c.logit_softcap);
        ggml_flash_attn_ext_add_sinks(node_, sinks);
        ggml_prec_set_acc(node_, GGML_PREC_F32);
        graph_ = ggml_new_graph_custom(context_, 64, false);
        ggml_build_forward_expand(graph_, node_);
        buffer_ = ggml_backend_alloc_ctx_tensors(context_, backend_);

        ggml_backend_tensor_set(q_rows_, q_rows.data(), 0, ggml_nbytes(q_rows_));
        std::vector<unsigned char> bytes(ggml_nbytes(k));
        ggml_quantize_chunk(c.type_k, k_rows.data(), bytes.data(), 0, c.n_kv * c.n_head_kv, c.d_head, nullptr);
        ggml_backend_tensor_set(k, bytes.data(), 0, bytes.size());

        std::vector<ggml_fp16_t> units(ggml_nelements(v), ggml_fp32_to_fp16(0.0f));
        for (int64_t j = 0; j < c.n_kv; ++j) {
            for (int64_t h = 0; h < c.n_head_kv; ++h) {
                units[(j * c.n_head_kv + h) * c.n_kv + j] = ggml_fp32_to_fp16(1.0f);
            }
        }
        ggml_backend_tensor_set(v, units.data(), 0, ggml_nbytes(v));
        if (m != nullptr) {
            // ALiBi reads distances from the mask; everything else wants 0 and -inf.
            std::vector<ggml_fp16_t> mask(ggml_nelements(m), ggml_fp32_to_fp16(minus_infinity));
            for (int64_t i = 0; i < c.n_query; ++i) {
                for (int64_t j = 0; j < c.n_kv && j <= c.first_position + i; ++j) {
                    mask[i * c.n_kv + j] =
                        ggml_fp32_to_fp16(c.max_bias > 0.0f ? -float(c.first_position + i - j) : 0.0f);
                }
            }
            ggml_backend_tensor_set(m, mask.data(), 0, ggml_nbytes(m));
        }
        if (sinks != nullptr) {
            std::vector<float> logits(c.n_head);
            for (int64_t h = 0; h < c.n_head; ++h) {
                logits[h] = 0.5f * float(h);
            }
            ggml_backend_tensor_set(sinks, logits.data(), 0, ggml_nbytes(sinks));
        }
        ggml_backend_graph_compute(backend_, graph_);
    }

    ~attention_graph() {
        ggml_backend_buffer_free(buffer_);
        ggml_free(context_);
        ggml_backend_free(backend_);
    }

    attention_graph(const attention_graph &) = delete;
    attention_graph & operator=(const attention_graph &) = delete;

    const ggml_tensor * node() const { return node_; }
    attention_node operands() const { return attention_node_from(node_).value(); }

    /// What the graph allocator does once a tensor has been used.
    void overwrite_ancestors() { ggml_backend_tensor_memset(q_rows_, 0x7f, 0, ggml_nbytes(q_rows_)); }

    /// Eq 4 from flash attention's own output, [n_kv, n_head_kv], summed over queries [first, last).
    std::vector<double> probabilities(int64_t first, int64_t last) const {
        std::vector<float> out(ggml_nelements(node_)); // [n_kv, n_head, n_query]
        ggml_backend_tensor_get(node_, out.data(), 0, ggml_nbytes(node_));
        std::vector<double> sums(c_.n_kv * c_.n_head_kv, 0.0);
        for (int64_t i = first; i < last; ++i) {
            for (int64_t h = 0; h < c_.n_head; ++h) {
                for (int64_t j = 0; j < c_.n_kv; ++j) {
                    sums[j * c_.n_head_kv + h / (c_.n_head / c_.n_head_kv)] += out[(i * c_.n_head + h) * c_.n_kv + j];
                }
            }
        }
        return sums;
    }

  private:
    ggml_backend_t backend_;
    ggml_context * context_;
    attention_case c_;
    ggml_tensor * q_rows_;
    ggml_tensor * q_;
    ggml_tensor * node_;
    ggml_cgraph * graph_;
    ggml_backend_buffer_t buffer_;
};

struct operands {
    std::vector<float> q, k;
};

operands random_operands(const attention_case & c, uint32_t seed) {
    std::mt19937 rng(seed);
    operands o;
    o.q = random_floats(c.n_query * c.n_head * c.d_head, rng);
    o.k = random_floats(c.n_kv * c.n_head_kv * c.d_head, rng);
    return o;
}

/// The reference sees what the node sees: queries after the graph's factor 2, keys after rounding to f16.
std::vector<double> expected_scores(const attention_case & c, const operands & o, int64_t first, int64_t last) {
    std::vector<float> q = o.q;
    for (float & x : q) {
        x *= 2.0f;
    }
    std::vector<float> k = o.k;
    if (c.type_k == GGML_TYPE_F16) {
        for (float & x : k) {
            x = ggml_fp16_to_fp32(ggml_fp32_to_fp16(x));
        }
    }
    reference_attention a;
    a.n_query = c.n_query;
    a.n_kv = c.n_kv;
    a.n_head = c.n_head;
    a.n_head_kv = c.n_head_kv;
    a.d_head = c.d_head;
    a.q = q.data();
    a.k = k.data();
    a.scale = c.scale;
    a.first_position = c.first_position;
    return scores_reference(a, first, last);
}

void check_near(const std::vector<float> & actual, const std::vector<double> & expected, double tolerance) {
    CHECK_EQUAL(actual.size(), expected.size());
    for (size_t i = 0; i < std::min(actual.size(), expected.size()); ++i) {
        CHECK_NEAR(actual[i], expected[i], tolerance);
    }
}

std::vector<float> scores_of(const attention_node & node,
                             query_range range,
                             bool standard_ops_only = false,
                             size_t max_scratch = size_t(64) << 20) {
    compute_pool pool(2, standard_ops_only);
    score_accumulator scores(pool, 1, max_scratch);
    scores.add(node, {range});
    CHECK(scores.stayed_on_device());
    return scores.scores();
}

auto has_code(const char * code) {
    return [code](const error & e) { return e.code == code; };
}

} // namespace

TEST(sums_probabilities_over_queries) {
    // d_head 1, scale 1/2. The graph doubles q: queries (0, 1), keys (0, ln 3) stored in f32.
    // Query 0 at position 0 sees key 0 alone: 1. Query 1 sees logits 0 and ln 3: 1/4 and 3/4.
    attention_case c;
    c.n_query = 2, c.n_kv = 2, c.n_head = 1, c.n_head_kv = 1, c.d_head = 1;
    c.first_position = 0;
    c.type_k = GGML_TYPE_F32;
    c.scale = 0.5f;
    const attention_graph g(c, {0, 1}, {0, std::log(3.0f)});
    for (bool standard : {false, true}) {
        check_near(scores_of(g.operands(), {0, 2}, standard), {1.25, 0.75}, 1e-6);
        check_near(scores_of(g.operands(), {1, 2}, standard), {0.25, 0.75}, 1e-6);
    }
}

TEST(query_heads_of_one_kv_head_are_added) {
    // All logits 0: each of four query heads gives 1/2 to both keys; two of them share each KV head.
    attention_case c;
    c.n_query = 1, c.n_kv = 2, c.n_head = 4, c.n_head_kv = 2, c.d_head = 32, c.first_position = 1;
    const attention_graph g(c, std::vector<float>(128, 0.0f), std::vector<float>(128, 1.0f));
    check_near(scores_of(g.operands(), {0, 1}), {1, 1, 1, 1}, 1e-6);
}

TEST(agrees_with_the_reference_for_every_shape_and_type) {
    struct shape {
        int64_t n_query, n_kv, n_head, n_head_kv, d_head;
    };
    uint32_t seed = 0;
    for (const shape s : {shape{8, 16, 4, 2, 64},
                          shape{33, 65, 9, 3, 32},
                          shape{5, 256, 8, 8, 128},
                          shape{64, 64, 7, 1, 80},
                          shape{1, 40, 2, 2, 256}}) {
        for (ggml_type type : {GGML_TYPE_F32, GGML_TYPE_F16}) {
            attention_case c;
            c.n_query = s.n_query, c.n_kv = s.n_kv, c.n_head = s.n_head, c.n_head_kv = s.n_head_kv, c.d_head = s.d_head;
            c.first_position = s.n_kv / 2 - s.n_query / 2;
            c.type_k = type;
            const operands o = random_operands(c, ++seed);
            const attention_graph g(c, o.q, o.k);
            // The CPU rounds queries to f16 when the keys are f16.
            const double tolerance = (type == GGML_TYPE_F32 ? 1e-5 : 2e-3) * double(s.n_head / s.n_head_kv);
            for (bool standard : {false, true}) {
                check_near(
                    scores_of(g.operands(), {0, s.n_query}, standard), expected_scores(c, o, 0, s.n_query), tolerance);
                check_near(scores_of(g.operands(), {s.n_query / 2, s.n_query}, standard),
                           expected_scores(c, o, s.n_query / 2, s.n_query),
                           tolerance);
            }
        }
    }
}

TEST(agrees_with_flash_attentions_own_probabilities) {
    std::vector<attention_case> cases(7);
    cases[1].logit_softcap = 5.0f;
    cases[2].max_bias = 8.0f;
    cases[3].sinks = true;
    cases[4].mask = false;
    cases[5].n_mask_rows = 64;
    cases[6].logit_softcap = 2.0f, cases[6].sinks = true, cases[6].type_k = GGML_TYPE_Q8_0;
    for (attention_case & c : cases) {
        c.n_query = 24, c.n_kv = 64, c.first_position = 30;
        const operands o = random_operands(c, 77);
        const attention_graph g(c, o.q, o.k);
        for (bool standard : {false, true}) {
            check_near(scores_of(g.operands(), {0, 24}, standard), g.probabilities(0, 24), 0.01);
            check_near(scores_of(g.operands(), {20, 24}, standard), g.probabilities(20, 24), 0.01);
        }
    }
}

TEST(cells_that_no_query_sees_have_zero) {
    attention_case c;
    c.n_kv = 256, c.n_query = 8, c.first_position = 8; // cells 16 .. 255 are padding
    const operands o = random_operands(c, 3);
    const attention_graph g(c, o.q, o.k);
    const auto scores = scores_of(g.operands(), {0, 8});
    double total = 0.0;
    for (int64_t i = 0; i < 256 * 2; ++i) {
        CHECK(i < 16 * 2 || scores[i] == 0.0f);
        total += scores[i];
    }
    CHECK_NEAR(total, 8 * 4, 1e-4); // every query of every head gives 1
}

TEST(does_not_depend_on_how_the_prompt_was_cut) {
    attention_case whole;
    whole.n_query = 96, whole.n_kv = 96, whole.first_position = 0;
    const operands o = random_operands(whole, 11);
    const attention_graph g(whole, o.q, o.k);
    const auto expected = scores_of(g.operands(), {0, 96});

    for (int64_t n_ubatch : {16, 32, 40}) {
        compute_pool pool(2);
        score_accumulator scores(pool);
        for (int64_t first = 0; first < 96; first += n_ubatch) {
            attention_case part = whole;
            part.n_query = std::min(n_ubatch, 96 - first);
            part.n_kv = first + part.n_query; // the cache grows
            part.first_position = first;
            const std::vector<float> q(o.q.begin() + first * 4 * 64, o.q.begin() + (first + part.n_query) * 4 * 64);
            const std::vector<float> k(o.k.begin(), o.k.begin() + part.n_kv * 2 * 64);
            const attention_graph g_part(part, q, k);
            scores.add(g_part.operands(), {{0, part.n_query}});
        }
        check_near(scores.scores(), {expected.begin(), expected.end()}, 1e-4);
    }
}

TEST(keeps_several_sums_in_one_pass) {
    attention_case c;
    c.n_query = 24, c.n_kv = 64, c.first_position = 30;
    const operands o = random_operands(c, 5);
    const attention_graph g(c, o.q, o.k);
    compute_pool pool(2);
    score_accumulator scores(pool, 4);
    scores.add(g.operands(), {{0, 24}, {16, 24}, {3, 3}, {4, 20}});
    check_near(scores.scores(0), expected_scores(c, o, 0, 24), 4e-3);
    check_near(scores.scores(1), expected_scores(c, o, 16, 24), 4e-3);
    check_near(scores.scores(2), std::vector<double>(64 * 2, 0.0), 0.0);
    check_near(scores.scores(3), expected_scores(c, o, 4, 20), 4e-3);
}

TEST(the_size_of_the_scratch_does_not_matter) {
    attention_case c;
    c.n_query = 24, c.n_kv = 64, c.first_position = 30;
    const operands o = random_operands(c, 5);
    const attention_graph g(c, o.q, o.k);
    const auto whole = scores_of(g.operands(), {0, 24});
    for (size_t bytes : {1, 3000, 10000}) {
        for (bool standard : {false, true}) {
            check_near(scores_of(g.operands(), {0, 24}, standard, bytes), {whole.begin(), whole.end()}, 1e-5);
        }
    }
}

TEST(never_computes_the_ancestors_of_what_it_observes) {
    attention_case c;
    c.n_query = 8, c.n_kv = 16;
    const operands o = random_operands(c, 5);
    attention_graph g(c, o.q, o.k);
    const auto before = scores_of(g.operands(), {0, 8});
    g.overwrite_ancestors();
    CHECK_EQUAL(scores_of(g.operands(), {0, 8}), before);
    CHECK_EQUAL(scores_of(g.operands(), {0, 8}, true).size(), before.size());
    CHECK(g.operands().q.src[0] == nullptr && g.operands().q.view_src == nullptr);
}

TEST(cells_may_be_asked_for_in_any_order) {
    attention_case c;
    const operands o = random_operands(c, 5);
    const attention_graph g(c, o.q, o.k);
    compute_pool pool(1);
    score_accumulator scores(pool);
    scores.add(g.operands(), {{0, 8}});
    const auto all = scores.scores();
    const int32_t cells[] = {5, 0, 15, 99};
    const auto some = scores.scores_of_cells(cells, 4);
    for (int64_t h = 0; h < 2; ++h) {
        CHECK_EQUAL(some[0 * 2 + h], all[5 * 2 + h]);
        CHECK_EQUAL(some[1 * 2 + h], all[0 * 2 + h]);
        CHECK_EQUAL(some[2 * 2 + h], all[15 * 2 + h]);
        CHECK_EQUAL(some[3 * 2 + h], 0.0f); // never seen
    }
    scores.reset();
    CHECK_EQUAL(scores.n_cells(), 0);
    CHECK(scores.scores().empty());
}

TEST(reads_flash_attention_nodes_only) {
    attention_case c;
    const operands o = random_operands(c, 5);
    const attention_graph g(c, o.q, o.k);
    CHECK(!attention_node_from(nullptr).has_value());
    CHECK(!attention_node_from(g.node()->src[0]).has_value());
    const attention_node node = g.operands();
    CHECK_EQUAL(node.n_query(), 8);
    CHECK_EQUAL(node.n_head(), 4);
    CHECK_EQUAL(node.n_kv(), 16);
    CHECK_EQUAL(node.n_head_kv(), 2);
    CHECK_EQUAL(node.scale, 0.125f);
}

TEST(refuses_queries_that_are_not_there) {
    attention_case c;
    const operands o = random_operands(c, 5);
    const attention_graph g(c, o.q, o.k);
    compute_pool pool(1);
    score_accumulator scores(pool);
    CHECK_THROWS(scores.add(g.operands(), {{0, 9}}), error, has_code("invalid_argument"));
    CHECK_THROWS(scores.add(g.operands(), {{-1, 4}}), error, has_code("invalid_argument"));
    CHECK_THROWS(scores.add(g.operands(), {}), error, has_code("invalid_argument"));
}

RUN_TESTS()
