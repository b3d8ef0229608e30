#include "similarity.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string_view>
#include <unordered_map>

namespace lookm {

namespace {

double dot(const float * a, const float * b, int64_t n) {
    double sum = 0.0;
    for (int64_t i = 0; i < n; ++i) {
        sum += double(a[i]) * b[i];
    }
    return sum;
}

/// Rows of length one; rows of length zero stay zero. [n, d_head]
std::vector<float> normalized(const float * rows, int64_t n, int64_t d_head) {
    std::vector<float> result(n * d_head);
    for (int64_t i = 0; i < n; ++i) {
        const float * row = rows + i * d_head;
        const double norm = std::sqrt(dot(row, row, d_head));
        const double scale = norm > 0.0 ? 1.0 / norm : 0.0;
        for (int64_t d = 0; d < d_head; ++d) {
            result[i * d_head + d] = float(row[d] * scale);
        }
    }
    return result;
}

/// The largest of n floats, in blocks that compilers turn into vector code without permission to reorder sums.
float largest(const float * x, int64_t n) {
    constexpr int64_t width = 16;
    float lanes[width];
    std::fill(std::begin(lanes), std::end(lanes), -std::numeric_limits<float>::infinity());
    int64_t i = 0;
    for (; i + width <= n; i += width) {
        for (int64_t lane = 0; lane < width; ++lane) {
            lanes[lane] = x[i + lane] > lanes[lane] ? x[i + lane] : lanes[lane];
        }
    }
    float result = *std::max_element(std::begin(lanes), std::end(lanes));
    for (; i < n; ++i) {
        result = std::max(result, x[i]);
    }
    return result;
}

/// What the CPU node that finds the winners has to know of one chunk.
struct winner_task {
    const similarity_input * input;
    int64_t first_evicted;
    int32_t * winner; ///< [chunk]
};

/// The first kept key among those with the largest exact cosine.
int32_t settle(const similarity_input & in, const float * similarity, const float * evicted, float threshold) {
    int32_t best = -1;
    double best_cosine = 0.0;
    for (int64_t c = 0; c < in.n_kept; ++c) {
        if (!(similarity[c] >= threshold)) {
            continue;
        }
        const float * kept = in.kept + c * in.d_head;
        const double norm = std::sqrt(dot(kept, kept, in.d_head));
        const double cosine = norm > 0.0 ? dot(kept, evicted, in.d_head) / norm : 0.0;
        // Parallel keys of different length differ in the last bits only; they tie.
        if (best < 0 || cosine > best_cosine + std::abs(best_cosine) * 1e-14) {
            best = static_cast<int32_t>(c);
            best_cosine = cosine;
        }
    }
    return std::max(best, 0); // no candidate at all: a key that is not a number
}

void find_winners(ggml_tensor * dst, int ith, int nth, void * userdata) {
    const auto & task = *static_cast<const winner_task *>(userdata);
    const similarity_input & in = *task.input;
    const ggml_tensor * similarity = dst->src[0]; // [n_kept, chunk]
    const int64_t n = similarity->ne[1];
    for (int64_t e = n * ith / nth; e < n * (ith + 1) / nth; ++e) {
        const float * row =
            reinterpret_cast<const float *>(static_cast<const char *>(similarity->data) + e * similarity->nb[1]);
        const float * evicted = in.evicted + (task.first_evicted + e) * in.d_head;
        const double norm = std::sqrt(dot(evicted, evicted, in.d_head));
        task.winner[e] = norm > 0.0 ? settle(in, row, evicted, largest(row, in.n_kept) - float(1e-5 * norm)) : 0;
    }
}

struct chunk_graph {
    ggml_cgraph * graph;
    ggml_tensor * kept;    ///< input [d_head, n_kept]
    ggml_tensor * evicted; ///< input [d_head, chunk]
    ggml_tensor * winner;  ///< output [chunk] i32; unused where the CPU node writes the task's memory
};

chunk_graph build(compute & device, const similarity_input & in, int64_t chunk, winner_task * task) {
    constexpr size_t n_nodes = 16;
    ggml_context * ctx = device.begin_graph(n_nodes);
    chunk_graph g;
    g.kept = ggml_new_tensor_2d(ctx, GGML_TYPE_F32, in.d_head, in.n_kept);
    g.evicted = ggml_new_tensor_2d(ctx, GGML_TYPE_F32, in.d_head, chunk);
    ggml_set_input(g.kept);
    ggml_set_input(g.evicted);

    ggml_tensor * similarity = ggml_mul_mat(ctx, g.kept, g.evicted); // [n_kept, chunk]
    ggml_prec_set_acc(similarity, GGML_PREC_F32);
    if (task != nullptr) {
        g.winner = ggml_custom_4d(ctx, GGML_TYPE_I32, 1, 1, 1, 1, &similarity, 1, find_winners, GGML_N_TASKS_MAX, task);
    } else {
        g.winner = ggml_argmax(ctx, similarity);
    }
    ggml_set_output(g.winner);
    g.graph = ggml_new_graph_custom(ctx, n_nodes, false);
    ggml_build_forward_expand(g.graph, g.winner);
    return g;
}

/// For every kept row, the first row with the same bytes: what ggml_argmax found, made to honour the lower index.
std::vector<int32_t> first_of_equals(const std::vector<float> & rows, int64_t n, int64_t d_head) {
    std::unordered_map<std::string_view, int32_t> first;
    std::vector<int32_t> result(n);
    for (int64_t i = 0; i < n; ++i) {
        const std::string_view bytes(reinterpret_cast<const char *>(rows.data() + i * d_head), d_head * sizeof(float));
        result[i] = first.emplace(bytes, static_cast<int32_t>(i)).first->second;
    }
    return result;
}

} // namespace

std::vector<int32_t> nearest_kept(compute_pool & pool,
                                  compute & device,
                                  size_t max_scratch_bytes,
                                  const similarity_input & in,
                                  bool & stayed_on_device) {
    std::vector<int32_t> nearest(in.n_evicted, 0);
    if (in.n_evicted == 0 || in.n_kept <= 1) {
        return nearest;
    }
    const std::vector<float> kept = normalized(in.kept, in.n_kept, in.d_head);

    const int64_t row_bytes = (in.n_kept + in.d_head) * int64_t(sizeof(float));
    const int64_t chunk = std::clamp<int64_t>(device.chunk_bytes(max_scratch_bytes) / row_bytes, 1, in.n_evicted);

    compute * runner = &device;
    if (!runner->is_cpu() && !pool.runs_on(*runner, build(*runner, in, chunk, nullptr).graph)) {
        runner = &pool.cpu();
        stayed_on_device = false;
    }
    const bool own_node = runner->is_cpu() && !pool.standard_ops_only();

    for (int64_t first = 0; first < in.n_evicted; first += chunk) {
        const int64_t n = std::min(chunk, in.n_evicted - first);
        winner_task task = {&in, first, nearest.data() + first};
        chunk_graph g = build(*runner, in, n, own_node ? &task : nullptr);
        runner->allocate(g.graph);
        ggml_backend_tensor_set(g.kept, kept.data(), 0, ggml_nbytes(g.kept));
        ggml_backend_tensor_set(g.evicted, in.evicted + first * in.d_head, 0, ggml_nbytes(g.evicted));
        runner->run(g.graph);
        if (!own_node) {
            ggml_backend_tensor_get(g.winner, nearest.data() + first, 0, n * sizeof(int32_t));
        }
    }

    if (!own_node) {
        const std::vector<int32_t> canonical = first_of_equals(kept, in.n_kept, in.d_head);
        for (int64_t e = 0; e < in.n_evicted; ++e) {
            const float * evicted = in.evicted + e * in.d_head;
            const bool is_zero = dot(evicted, evicted, in.d_head) == 0.0;
            // A key that is not a number compares with nothing, and some devices then answer -1.
            nearest[e] = is_zero ? 0 : canonical[std::clamp<int64_t>(nearest[e], 0, in.n_kept - 1)];
        }
    }
    return nearest;
}

} // namespace lookm
