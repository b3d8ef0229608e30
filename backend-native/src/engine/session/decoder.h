#pragma once

#include <atomic>
#include <cstdint>
#include <optional>

#include "engine/kv/attention-tap.h"
#include "engine/llama/model.h"
#include "engine/session/decode-threads.h"
#include "engine/stopwatch.h"
#include "llama-cpp.h"
#include "lookm/compute.h"

namespace engine {

constexpr int32_t ubatch_tokens = 512;

/// Makes contexts of one model and computes in them. The flag that stops a computation and the tap that watches it
/// belong to every context that it made, so it must outlive them. One thread at a time.
class decoder {
  public:
    explicit decoder(engine::model & model);
    decoder(const decoder &) = delete;
    decoder & operator=(const decoder &) = delete;

    engine::model & model() const { return model_; }
    attention_tap & tap() { return tap_; }
    lookm::compute_pool & pool() { return pool_; }

    /// Replaces the flag that stops whatever is computed; it must outlive the next call.
    void set_cancel(const std::atomic<bool> & cancel) { cancel_ = &cancel; }
    const std::atomic<bool> & cancel() const { return *cancel_; }

    /// Whether the tap watches a context. On a CPU it watches every one, so that each serves for every question: until
    /// it starts it wants no node, and the graph is computed in one go. Another device would wait for the host.
    /// @param observed whether its tap will be started
    bool watches(bool observed) const;

    /// @param observed likewise
    /// @throws engine::error `out_of_memory`
    llama_context_ptr create(int64_t n_cells, int32_t n_ubatch, bool observed);

    /// Gives a context at least so many cells, by way of a copy where it has fewer.
    void grow(llama_context_ptr & context, int64_t n_cells);

    /// @return false when it was cancelled; the context then holds part of the batch, perhaps
    /// @throws engine::error `out_of_memory`, `compute_failed`
    bool decode(llama_context * context, llama_batch batch);

    /// The same of one token of an answer, on the threads that get a processor unless their number was asked for.
    /// @param ms to which the milliseconds until every device has finished are added
    bool decode_token(llama_context * context, llama_batch batch, double & ms);

  private:
    engine::model & model_;
    lookm::compute_pool pool_;
    attention_tap tap_;
    const std::atomic<bool> * cancel_;
    std::optional<decode_threads> threads_; ///< none where their number was asked for, or another device computes
    stopwatch::clock::time_point last_token_ = stopwatch::clock::now();
};

} // namespace engine
