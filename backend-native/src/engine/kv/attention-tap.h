#pragma once

#include <atomic>
#include <cstdint>
#include <exception>
#include <map>
#include <string>
#include <vector>

#include "ggml.h"
#include "lookm/score.h"

namespace engine {

/// Which queries of a prompt are summed into the scores (eq 4).
struct query_choice {
    int64_t n_tokens = 0; ///< tokens of the prompt being read
    int64_t n_window = 0; ///< only the last n_window of them; 0: all

    bool operator==(const query_choice & other) const {
        return n_tokens == other.n_tokens && n_window == other.n_window;
    }
};

/// What was seen of one layer that keeps a KV cache.
struct observed_layer {
    /// Aliases of the cache's rows: k [d_head, n_kv, n_head_kv], v likewise. Valid while their context is.
    ggml_tensor k;
    ggml_tensor v;
    int64_t n_cache_cells = 0; ///< size of the whole cache, which tells a sliding window's from the full one
    /// One for each choice of queries, in their order. Each sums on its own: side by side in one accumulator, the
    /// rounding of a sum would depend on which others there are.
    std::vector<lookm::score_accumulator> scores;
};

/// Watches the flash attention nodes of a context through `llama_context_params.cb_eval` (method.md, way (a)).
/// Off until started: an observed node ends a split of the graph. One context, one thread.
class attention_tap {
  public:
    /// @param pool runs the reduction over queries
    explicit attention_tap(lookm::compute_pool & pool) : pool_(pool) {}

    /// `llama_context_params.cb_eval`; `user_data` is the tap.
    static bool on_node(ggml_tensor * node, bool ask, void * user_data);

    /// Notes which layers there are and where they live, without scores.
    void start_listing();

    /// Starts to sum scores, from zero, for each of the choices. Cancelling ends the evaluation of the graph at the
    /// next observed node.
    void start_scoring(std::vector<query_choice> choices, const std::atomic<bool> * cancel);

    /// Which of a layer's scores are those of `choice`.
    /// @throws engine::error `internal` when it was not observed
    size_t index_of(const query_choice & choice) const;

    /// Tells which token of the prompt the first query of the next ubatch is. Call before every llama_decode, which
    /// must hold one ubatch.
    void set_first_query(int64_t index) { first_query_ = index; }

    void stop() { mode_ = mode::off; }

    /// Throws what an observation threw: llama.cpp must not be unwound through.
    void rethrow();

    /// By layer number. A cache that several layers share is listed once, under its owner, with the sum of their
    /// scores.
    std::map<int32_t, observed_layer> & layers() { return layers_; }

    /// Names of the devices that hold the caches, each once.
    std::vector<std::string> devices() const;

  private:
    enum class mode { off, listing, scoring };

    bool observe(const ggml_tensor * node);
    lookm::query_range range_of(const query_choice & choice, int64_t n_query) const;

    lookm::compute_pool & pool_;
    mode mode_ = mode::off;
    std::vector<query_choice> choices_;
    int64_t first_query_ = 0;
    const std::atomic<bool> * cancel_ = nullptr;
    std::map<int32_t, observed_layer> layers_;
    std::exception_ptr failure_;
};

} // namespace engine
