#include "engine/kv/cache-compressor.h"

#include <algorithm>
#include <cstring>
#include <string>
#include <utility>

#include "engine/error.h"
#include "lookm/compute.h"
#include "lookm/importance.h"
#include "lookm/share.h"

namespace engine {

namespace {

/// Rows of float [n_rows, row_length] in the type of the cache.
std::vector<uint8_t> encode_rows(ggml_type type, const std::vector<float> & rows, int64_t n_rows, uint64_t row_bytes) {
    std::vector<uint8_t> bytes(static_cast<size_t>(n_rows) * row_bytes);
    const auto row_length = static_cast<int64_t>(rows.size()) / n_rows;
    if (ggml_row_size(type, row_length) != row_bytes) {
        throw error("compute_failed",
                    "A cache row has " + std::to_string(row_bytes) + " bytes where " +
                        std::to_string(ggml_row_size(type, row_length)) + " were expected");
    }
    if (type == GGML_TYPE_F32) {
        std::memcpy(bytes.data(), rows.data(), bytes.size());
    } else {
        ggml_quantize_chunk(type, rows.data(), bytes.data(), 0, n_rows, row_length, nullptr);
    }
    return bytes;
}

/// Kinds of all cells for every head: [n_head_kv, n_tokens].
std::vector<lookm::token_kind>
kinds_of_layer(const cell_memory & memory, size_t index, int64_t n_head_kv, int64_t n_tokens) {
    std::vector<lookm::token_kind> kinds;
    kinds.reserve(static_cast<size_t>(n_head_kv * n_tokens));
    for (int64_t head = 0; head < n_head_kv; ++head) {
        if (memory.n_packed > 0) {
            const auto begin = memory.layers.at(index).kinds.begin() + head * memory.n_packed;
            kinds.insert(kinds.end(), begin, begin + memory.n_packed);
        }
        kinds.insert(kinds.end(), memory.tail.begin(), memory.tail.end());
    }
    return kinds;
}

/// Tokens of all cells for every head: [n_head_kv, n_tokens].
std::vector<int32_t> tokens_of_layer(const cell_memory & memory, size_t index, int64_t n_head_kv) {
    std::vector<int32_t> tokens;
    tokens.reserve(static_cast<size_t>(n_head_kv * memory.n_cells()));
    for (int64_t head = 0; head < n_head_kv; ++head) {
        if (memory.n_packed > 0) {
            const auto begin = memory.layers.at(index).tokens.begin() + head * memory.n_packed;
            tokens.insert(tokens.end(), begin, begin + memory.n_packed);
        }
        for (size_t i = 0; i < memory.tail.size(); ++i) {
            tokens.push_back(memory.first_tail_token + static_cast<int32_t>(i));
        }
    }
    return tokens;
}

/// Scores of all cells, earlier turns included: [n_tokens, n_head_kv].
std::vector<float>
scores_of_layer(const cell_memory & memory, size_t index, const lookm::score_accumulator & observed, int64_t n_tokens) {
    std::vector<int32_t> cells(static_cast<size_t>(n_tokens));
    for (size_t i = 0; i < cells.size(); ++i) {
        cells[i] = static_cast<int32_t>(i);
    }
    std::vector<float> scores = observed.scores_of_cells(cells.data(), n_tokens);
    if (memory.n_packed > 0) {
        const std::vector<float> & earlier = memory.layers.at(index).scores;
        for (size_t i = 0; i < earlier.size(); ++i) {
            scores[i] += earlier[i];
        }
    }
    return scores;
}

using numbered_layers = std::vector<std::pair<int32_t, const observed_layer *>>;

/// What was seen of every layer, and of which tokens.
std::vector<lookm::layer_scores>
scores_of_layers(const cell_memory & memory, const numbered_layers & layers, size_t choice, int64_t n_tokens) {
    std::vector<lookm::layer_scores> scored;
    for (size_t index = 0; index < layers.size(); ++index) {
        const observed_layer & layer = *layers[index].second;
        const int64_t n_head_kv = layer.k.ne[2];
        scored.push_back({scores_of_layer(memory, index, layer.scores.at(choice), n_tokens),
                          tokens_of_layer(memory, index, n_head_kv),
                          n_head_kv});
    }
    return scored;
}

/// What the kept cells of a layer hold.
layer_memory remember(const lookm::layer_plan & plan,
                      const std::vector<lookm::token_kind> & kinds,
                      const std::vector<int32_t> & tokens,
                      const std::vector<float> & scores) {
    layer_memory memory;
    memory.n_head_kv = plan.n_head_kv;
    memory.kinds.resize(plan.kept.size());
    memory.tokens.resize(plan.kept.size());
    memory.scores.resize(plan.kept.size());
    for (int64_t head = 0; head < plan.n_head_kv; ++head) {
        for (int64_t i = 0; i < plan.n_kept; ++i) {
            const int64_t cell = plan.kept_of(head)[i];
            const auto from = static_cast<size_t>(head * plan.n_tokens + cell);
            const auto to = static_cast<size_t>(head * plan.n_kept + i);
            memory.kinds[to] = kinds[from];
            memory.tokens[to] = tokens[from];
            memory.scores[static_cast<size_t>(i * plan.n_head_kv + head)] =
                scores[static_cast<size_t>(cell * plan.n_head_kv + head)];
        }
    }
    return memory;
}

} // namespace

compression_result cache_compress(const cache_layout & layout,
                                  llama_context * context,
                                  attention_tap & tap,
                                  lookm::compute_pool & pool,
                                  const cell_memory & memory,
                                  const compression_request & request,
                                  const std::function<void(int32_t, int32_t)> & on_layer,
                                  const std::atomic<bool> & cancel) {
    numbered_layers layers;
    for (const auto & [number, layer] : tap.layers()) {
        if (layer.n_cache_cells == static_cast<int64_t>(llama_n_ctx(context))) {
            layers.emplace_back(number, &layer);
        }
    }
    if (layers.size() != layout.full.layers.size()) {
        throw error("compute_failed",
                    "Observed " + std::to_string(layers.size()) + " layers with full attention where " +
                        std::to_string(layout.full.layers.size()) + " keep a cache");
    }

    const size_t choice = tap.index_of(request.queries);
    compression_result result;
    lookm::layer_compressor compressor(pool);
    const int64_t n_kept = std::min(request.budget.n_kept(), request.n_tokens);
    result.state = packed_state(layout, context, n_kept, request.n_past, request.folder);
    const std::vector<lookm::layer_scores> scored = scores_of_layers(memory, layers, choice, request.n_tokens);
    std::vector<lookm::layer_scores> shared = scored;
    lookm::share_scores(request.params.share, shared);
    for (size_t index = 0; index < layers.size(); ++index) {
        const observed_layer & layer = *layers[index].second;
        const lookm::score_accumulator & observed = layer.scores.at(choice);
        const int64_t n_head_kv = layer.k.ne[2];
        const auto kinds = kinds_of_layer(memory, index, n_head_kv, request.n_tokens);
        // Once for all that is read of them: from another device every copy takes its time.
        const lookm::host_copy keys(layer.k);
        const lookm::host_copy values(layer.v);
        const lookm::kv_tensors kv = {&keys.tensor(), &values.tensor(), request.n_tokens, {}, &layer.k};
        const lookm::row_features features = lookm::row_features_of(request.params, kv, pool.n_threads());
        const lookm::layer_plan plan =
            lookm::make_plan(request.params,
                             request.budget,
                             {shared[index].scores.data(), features.diversity.data(), features.value_norms.data()},
                             {kinds.data(), request.n_tokens},
                             request.n_tokens,
                             n_head_kv);
        const lookm::compressed_layer compressed =
            compressor.compress(kv, plan, request.params.merge, request.params.merge_what);
        const cache_layer_layout & types = layout.full.layers[index];
        result.state.put(index,
                         encode_rows(types.k_type, compressed.keys, n_kept, types.k_row_bytes),
                         encode_rows(types.v_type, compressed.values, n_kept, types.v_row_bytes));
        result.memory.layers.push_back(remember(plan, kinds, scored[index].tokens, scored[index].scores));
        result.memory.layers.back().number = layers[index].first;
        result.stayed_on_device = result.stayed_on_device && compressed.stayed_on_device && observed.stayed_on_device();
        on_layer(static_cast<int32_t>(index + 1), static_cast<int32_t>(layers.size()));
        if (cancel) {
            throw cancelled();
        }
    }
    result.memory.n_packed = n_kept;
    result.memory.first_tail_token = static_cast<int32_t>(memory.n_tokens());
    return result;
}

} // namespace engine
