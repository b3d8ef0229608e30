#include "score.h"

#include <algorithm>
#include <memory>
#include <string>

#include "types.h"

namespace lookm {

namespace {

/// Sums of the queries and heads of p [n_kv, n_query, n_head] into dst [n_kv, n_head_kv]; columns are split between
/// threads, so that each keeps its part of the sum in cache.
void sum_over_queries(ggml_tensor * dst, int ith, int nth, void * /*userdata*/) {
    const ggml_tensor * p = dst->src[0];
    const int64_t n_kv = dst->ne[0];
    const int64_t n_head_kv = dst->ne[1];
    const int64_t n_rows = p->ne[1] * p->ne[2] / n_head_kv; // per KV head, adjacent in memory
    const int64_t begin = n_kv * ith / nth;
    const int64_t end = n_kv * (ith + 1) / nth;
    for (int64_t h = 0; h < n_head_kv; ++h) {
        float * sum = static_cast<float *>(dst->data) + h * n_kv;
        std::fill(sum + begin, sum + end, 0.0f);
        const float * row = static_cast<const float *>(p->data) + h * n_rows * n_kv;
        for (int64_t r = 0; r < n_rows; ++r, row += n_kv) {
            for (int64_t c = begin; c < end; ++c) {
                sum[c] += row[c];
            }
        }
    }
}

struct chunk_graph {
    ggml_cgraph * graph;
    ggml_tensor * sums; ///< output [n_kv, n_head_kv], or [1, n_kv, n_head_kv]: the same bytes
};

/// How a graph is put together for what a device can do.
struct graph_form {
    bool own_node = false;    ///< the sums by a loop of ours, which only the CPU runs
    bool copied_keys = false; ///< keys as a copy in f32: not every device multiplies quantised rows that lie apart
};

/// Eq 4 for queries [first, last) of one node.
chunk_graph build(compute & device, attention_node & node, int64_t first, int64_t last, const graph_form & form) {
    constexpr size_t n_nodes = 32;
    ggml_context * ctx = device.begin_graph(n_nodes);

    // Views of aliases, never of what was observed: see alias_of.
    ggml_tensor * q = ggml_view_3d(
        ctx, &node.q, node.q.ne[0], last - first, node.q.ne[2], node.q.nb[1], node.q.nb[2], first * node.q.nb[1]);
    ggml_tensor * k = form.copied_keys ? ggml_cast(ctx, &node.k, GGML_TYPE_F32) : &node.k;
    ggml_tensor * p = ggml_mul_mat(ctx, k, q); // [n_kv, n_query, n_head]; KV heads are shared by broadcast
    ggml_prec_set_acc(p, GGML_PREC_F32);

    float scale = node.scale;
    if (node.logit_softcap != 0.0f) {
        p = ggml_scale(ctx, p, node.scale / node.logit_softcap);
        p = ggml_tanh(ctx, p);
        scale = node.logit_softcap;
    }
    ggml_tensor * mask = nullptr;
    if (node.mask.has_value()) {
        ggml_tensor & m = *node.mask;
        mask = ggml_view_3d(ctx, &m, m.ne[0], last - first, m.ne[2], m.nb[1], m.nb[2], first * m.nb[1]);
        if (!ggml_is_contiguous(mask)) {
            mask = ggml_cont(ctx, mask); // a mask per head, cut between queries
        }
    }
    p = ggml_soft_max_ext_inplace(ctx, p, mask, scale, node.max_bias);
    if (node.sinks.has_value()) {
        ggml_soft_max_add_sinks(p, &*node.sinks);
    }

    chunk_graph g;
    if (form.own_node) {
        g.sums = ggml_custom_4d(ctx,
                                GGML_TYPE_F32,
                                node.n_kv(),
                                node.n_head_kv(),
                                1,
                                1,
                                &p,
                                1,
                                sum_over_queries,
                                GGML_N_TASKS_MAX,
                                nullptr);
    } else {
        // Query heads of one KV head are adjacent, so that heads and queries become one dimension to sum over.
        p = ggml_reshape_3d(ctx, p, node.n_kv(), (last - first) * node.n_head() / node.n_head_kv(), node.n_head_kv());
        g.sums = ggml_sum_rows(ctx, ggml_cont(ctx, ggml_transpose(ctx, p)));
    }
    ggml_set_output(g.sums);
    g.graph = ggml_new_graph_custom(ctx, n_nodes, false);
    ggml_build_forward_expand(g.graph, g.sums);
    return g;
}

/// The queries of all ranges, cut where a range begins or ends: inside one piece every query belongs to the same sums.
std::vector<query_range> pieces_of(const std::vector<query_range> & ranges) {
    std::vector<int64_t> cuts;
    for (const query_range & range : ranges) {
        if (range.first < range.last) {
            cuts.push_back(range.first);
            cuts.push_back(range.last);
        }
    }
    std::sort(cuts.begin(), cuts.end());
    cuts.erase(std::unique(cuts.begin(), cuts.end()), cuts.end());

    std::vector<query_range> pieces;
    for (size_t i = 1; i < cuts.size(); ++i) {
        for (const query_range & range : ranges) {
            if (range.first <= cuts[i - 1] && cuts[i] <= range.last) {
                pieces.push_back({cuts[i - 1], cuts[i]});
                break;
            }
        }
    }
    return pieces;
}

} // namespace

score_accumulator::score_accumulator(compute_pool & pool, int n_sums, size_t max_scratch_bytes)
    : pool_(pool), max_scratch_bytes_(max_scratch_bytes), sums_(n_sums) {}

void score_accumulator::add(const attention_node & observed, const std::vector<query_range> & ranges) {
    if (ranges.size() != sums_.size()) {
        throw error("invalid_argument",
                    "Expected " + std::to_string(sums_.size()) + " query ranges but received " +
                        std::to_string(ranges.size()));
    }
    for (const query_range & range : ranges) {
        if (range.first < range.last && (range.first < 0 || range.last > observed.n_query())) {
            throw error("invalid_argument",
                        "Expected queries in [0, " + std::to_string(observed.n_query()) + ") but received [" +
                            std::to_string(range.first) + ", " + std::to_string(range.last) + ")");
        }
    }
    const std::vector<query_range> pieces = pieces_of(ranges);
    if (pieces.empty()) {
        return;
    }
    if (n_head_kv_ != 0 && n_head_kv_ != observed.n_head_kv()) {
        throw error("invalid_argument",
                    "Expected " + std::to_string(n_head_kv_) + " KV heads but received " +
                        std::to_string(observed.n_head_kv()));
    }
    n_head_kv_ = observed.n_head_kv();
    n_cells_ = std::max(n_cells_, observed.n_kv());
    for (std::vector<double> & sum : sums_) {
        sum.resize(n_cells_ * n_head_kv_, 0.0);
    }

    attention_node node = observed;
    compute * device = &pool_.owner_of(node.q);
    std::unique_ptr<attention_node_copy> copy;
    graph_form form;
    const auto runs_on_device = [&] {
        return pool_.runs_on(*device, build(*device, node, pieces[0].first, pieces[0].last, form).graph);
    };
    if (!device->is_cpu() && !runs_on_device()) {
        form.copied_keys = true;
        if (!runs_on_device()) {
            form.copied_keys = false;
            device = &pool_.cpu();
            stayed_on_device_ = false;
        }
    }
    if (device->is_cpu()) {
        copy = std::make_unique<attention_node_copy>(observed);
        node = copy->node();
    }
    form.own_node = device->is_cpu() && !pool_.standard_ops_only();

    // The standard way holds the probabilities twice, once transposed.
    const int64_t query_bytes = node.n_kv() * node.n_head() * int64_t(sizeof(float)) * (form.own_node ? 1 : 2);
    const int64_t chunk = std::max<int64_t>(1, device->chunk_bytes(max_scratch_bytes_) / query_bytes);
    std::vector<float> chunk_sums(node.n_kv() * n_head_kv_);

    for (const query_range & piece : pieces) {
        for (int64_t first = piece.first; first < piece.last; first += chunk) {
            const int64_t last = std::min(piece.last, first + chunk);
            const chunk_graph g = build(*device, node, first, last, form);
            device->allocate(g.graph);
            device->run(g.graph);
            ggml_backend_tensor_get(g.sums, chunk_sums.data(), 0, chunk_sums.size() * sizeof(float));
            for (size_t s = 0; s < sums_.size(); ++s) {
                if (ranges[s].first <= first && last <= ranges[s].last) {
                    add_to(sums_[s], chunk_sums, node.n_kv());
                }
            }
        }
    }
}

void score_accumulator::add_to(std::vector<double> & sum, const std::vector<float> & chunk_sums, int64_t n_kv) const {
    for (int64_t h = 0; h < n_head_kv_; ++h) {
        for (int64_t c = 0; c < n_kv; ++c) {
            sum[c * n_head_kv_ + h] += chunk_sums[h * n_kv + c];
        }
    }
}

std::vector<float> score_accumulator::scores(int sum) const {
    return {sums_.at(sum).begin(), sums_.at(sum).end()};
}

std::vector<float> score_accumulator::scores_of_cells(const int32_t * cells, int64_t n, int sum) const {
    const std::vector<double> & sums = sums_.at(sum);
    std::vector<float> result(n * n_head_kv_, 0.0f);
    for (int64_t i = 0; i < n; ++i) {
        for (int64_t h = 0; h < n_head_kv_ && cells[i] >= 0 && cells[i] < n_cells_; ++h) {
            result[i * n_head_kv_ + h] = float(sums[cells[i] * n_head_kv_ + h]);
        }
    }
    return result;
}

void score_accumulator::reset() {
    n_cells_ = 0;
    n_head_kv_ = 0;
    stayed_on_device_ = true;
    for (std::vector<double> & sum : sums_) {
        sum.clear();
    }
}

} // namespace lookm
