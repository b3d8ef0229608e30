#include "compress.h"

#include <algorithm>
#include <string>

#include "fold.h"
#include "importance.h"
#include "parallel.h"
#include "share.h"
#include "similarity.h"
#include "strategies.h"

namespace lookm {

namespace {

void check_inputs(const kv_tensors & kv, const layer_plan & plan) {
    const auto expect = [](bool holds, const std::string & message) {
        if (!holds) {
            throw error("invalid_argument", message);
        }
    };
    expect(kv.k != nullptr && kv.v != nullptr, "Expected a key and a value tensor but received none");
    expect(kv.k->ne[2] == plan.n_head_kv && kv.v->ne[2] == plan.n_head_kv,
           "Expected tensors of " + std::to_string(plan.n_head_kv) + " KV heads but received " +
               std::to_string(kv.k->ne[2]) + " and " + std::to_string(kv.v->ne[2]));
    expect(kv.n_tokens == plan.n_tokens,
           "Expected a plan for " + std::to_string(kv.n_tokens) + " tokens but received one for " +
               std::to_string(plan.n_tokens));
    expect(kv.cells.empty() || int64_t(kv.cells.size()) == kv.n_tokens,
           "Expected a cell for each of " + std::to_string(kv.n_tokens) + " tokens but received " +
               std::to_string(kv.cells.size()));
    const int64_t n_rows = std::min(kv.k->ne[1], kv.v->ne[1]);
    expect(!kv.cells.empty() || kv.n_tokens <= n_rows,
           "Expected at least " + std::to_string(kv.n_tokens) + " rows but received " + std::to_string(n_rows));
    for (int32_t cell : kv.cells) {
        expect(cell >= 0 && cell < n_rows,
               "Expected cells below " + std::to_string(n_rows) + " but received " + std::to_string(cell));
    }
    expect(plan.n_kept > 0 && int64_t(plan.kept.size()) == plan.n_head_kv * plan.n_kept,
           "Expected a plan with " + std::to_string(plan.n_kept) + " kept tokens per head but received " +
               std::to_string(plan.kept.size()) + " in all");
    for (int64_t h = 0; h < plan.n_head_kv; ++h) {
        for (int64_t i = 0; i < plan.n_kept; ++i) {
            const int32_t * kept = plan.kept_of(h);
            expect(kept[i] < plan.n_tokens && kept[i] > (i > 0 ? kept[i - 1] : -1),
                   "Expected ascending kept tokens below " + std::to_string(plan.n_tokens) + " but received " +
                       std::to_string(kept[i]));
        }
    }
}

} // namespace

layer_compressor::layer_compressor(compute_pool & pool, size_t max_scratch_bytes)
    : pool_(pool), max_scratch_bytes_(max_scratch_bytes) {}

compressed_layer
layer_compressor::compress(const kv_tensors & kv, const layer_plan & plan, merge_rule merge, merge_what what) {
    check_inputs(kv, plan);
    const token_rows keys{row_reader(*kv.k), kv.cells};
    const token_rows values{row_reader(*kv.v), kv.cells};

    compressed_layer result;
    result.n_head_kv = plan.n_head_kv;
    result.n_kept = plan.n_kept;
    result.d_head_k = keys.rows.d_head();
    result.d_head_v = values.rows.d_head();
    result.keys.resize(plan.n_kept * plan.n_head_kv * result.d_head_k);
    result.values.resize(plan.n_kept * plan.n_head_kv * result.d_head_v);
    result.n_merged.assign(plan.n_head_kv * plan.n_kept, 0);

    const merge_strategy & strategy = merge_strategy_of(merge);
    const int64_t n_evicted = plan.n_tokens - plan.n_kept;
    const bool merges = strategy.coefficients != nullptr && n_evicted > 0;
    std::vector<head_fold> folds(plan.n_head_kv);

    if (merges) {
        compute & device = pool_.owner_of(kv.owner != nullptr ? *kv.owner : *kv.k);
        result.target.resize(plan.n_head_kv * n_evicted);
        for (int64_t h = 0; h < plan.n_head_kv; ++h) {
            folds[h].evicted = plan.evicted_of(h);
            const std::vector<float> kept_keys = keys.read_all(plan.kept_of(h), plan.n_kept, h, pool_.n_threads());
            const std::vector<float> evicted_keys =
                keys.read_all(folds[h].evicted.data(), n_evicted, h, pool_.n_threads());
            const std::vector<int32_t> target =
                nearest_kept(pool_,
                             device,
                             max_scratch_bytes_,
                             {result.d_head_k, plan.n_kept, n_evicted, kept_keys.data(), evicted_keys.data()},
                             result.stayed_on_device);
            std::copy(target.begin(), target.end(), result.target.begin() + h * n_evicted);
            for (int32_t c : target) {
                ++result.n_merged[h * plan.n_kept + c];
            }
        }
        result.device = (result.stayed_on_device ? device : pool_.cpu()).name();
    }

    parallel_for(plan.n_head_kv, pool_.n_threads(), [&](int64_t begin, int64_t end) {
        for (int64_t h = begin; h < end; ++h) {
            head_fold & fold = folds[h];
            if (merges) {
                fold.target = result.target.data() + h * n_evicted;
                fold.n_merged = result.n_merged.data() + h * plan.n_kept;
                if (strategy.reads_cosine) {
                    for (double cosine : cosines(keys, plan, fold.evicted, fold.target, h)) {
                        fold.coefficients.push_back(strategy.coefficients(cosine));
                    }
                } else {
                    fold.coefficients.assign(n_evicted, strategy.coefficients(0.0));
                }
            }
            fold_rows(values, plan, h, fold, result.values.data());
            if (what == merge_what::values) {
                fold.coefficients.clear();
            }
            fold_rows(keys, plan, h, fold, result.keys.data());
        }
    });
    return result;
}

compressed_host compress_host(compute_pool & pool,
                              const compress_params & params,
                              int64_t n_tokens,
                              int64_t n_head_kv,
                              int64_t d_head,
                              const token_kind * kinds,
                              const float * keys,
                              const float * values,
                              const float * scores) {
    const auto as_tensor = [&](const float * rows) {
        ggml_tensor tensor = {};
        tensor.type = GGML_TYPE_F32;
        tensor.ne[0] = d_head;
        tensor.ne[1] = n_tokens;
        tensor.ne[2] = n_head_kv;
        tensor.ne[3] = 1;
        tensor.nb[0] = sizeof(float);
        tensor.nb[2] = d_head * sizeof(float);
        tensor.nb[1] = n_head_kv * tensor.nb[2];
        tensor.nb[3] = n_tokens * tensor.nb[1];
        tensor.data = const_cast<float *>(rows); // never written
        return tensor;
    };
    compressed_host result;
    const ggml_tensor k = as_tensor(keys);
    const ggml_tensor v = as_tensor(values);
    const kv_tensors kv = {&k, &v, n_tokens, {}};
    const row_features features = row_features_of(params, kv, pool.n_threads());
    std::vector<layer_scores> shared;
    if (scores != nullptr && params.share != score_share::head) {
        shared.push_back({{scores, scores + n_tokens * n_head_kv}, {}, n_head_kv});
        for (int64_t i = 0; i < n_head_kv * n_tokens; ++i) {
            shared.front().tokens.push_back(int32_t(i % n_tokens));
        }
        share_scores(params.share, shared);
        scores = shared.front().scores.data();
    }
    result.plan = make_plan(
        params, {scores, features.diversity.data(), features.value_norms.data()}, {kinds, 0}, n_tokens, n_head_kv);
    result.layer = layer_compressor(pool).compress(kv, result.plan, params.merge, params.merge_what);
    return result;
}

} // namespace lookm
