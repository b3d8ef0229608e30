#pragma once

#include <atomic>
#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "engine/llama/model.h"
#include "engine/session/session.h"

namespace engine {

/// One prompt, read once, answered under many settings.
struct sweep_request {
    engine::turn turn; ///< the first of a conversation; its compression is not read
    std::vector<kv_settings> variants;
    std::vector<std::string> follow_ups; ///< asked after the first answer, on the cache it left, never compressed again
};

/// What is told while a sweep runs. Called on the thread of `sweep`.
struct sweep_observer {
    std::function<void(size_t index, const image_reading & reading)> on_image;
    std::function<void(int32_t done, int32_t total)> on_prefill; ///< tokens
    std::function<void(int32_t done, int32_t total)> on_answers; ///< settings answered under, the full cache included
};

struct sweep_turn {
    std::string text;
    int32_t n_tokens = 0;
    stop_reason stop = stop_reason::end;
    /// From the full cache's distribution to this one's, in nats, of the first token of the answer that is read off the
    /// cache which compression left: the second of the first answer, whose first comes from the prefill, and the first
    /// of a follow-up's. Nothing when one of the two answers has no such token.
    std::optional<double> divergence;
};

/// What was answered under one setting.
struct sweep_answers {
    lookm::compress_params params;
    std::vector<sweep_turn> turns; ///< up to a failure; otherwise the question's and one for each follow-up
    answer first;                  ///< the first answer, with what became of the cache
    std::string error_code;        ///< empty: every turn was answered
    std::string error_message;
};

struct sweep_result {
    bool cancelled = false;
    answer reading;                      ///< what is known of the prompt; answers nothing
    std::optional<sweep_answers> full;   ///< with the cache as it is; nothing when cancelled before
    std::vector<sweep_answers> variants; ///< in the order of the request; only those that were finished when cancelled
};

/// Reads the prompt of `request` once and answers it with the full cache, then under every variant, each in a context
/// of its own. Every answer is the one that `session::ask` gives under the same settings. A setting that fails is a
/// result; cancelling is one too. No other conversation is touched.
/// @throws engine::error when the prompt cannot be read
sweep_result
sweep(model & model, const sweep_request & request, const sweep_observer & observer, const std::atomic<bool> & cancel);

} // namespace engine
