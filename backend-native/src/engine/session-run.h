#pragma once

#include "engine/session.h"
#include "engine/stopwatch.h"

namespace engine {

constexpr int32_t ubatch_tokens = 512;

/// One turn in progress.
struct session::run {
    run(const engine::turn & turn_, const turn_observer & observer_) : turn(turn_), observer(observer_) {}

    const engine::turn & turn;
    const turn_observer & observer;
    stopwatch::clock::time_point start = stopwatch::clock::now();
    engine::answer answer;
    engine::prompt prompt;
    int32_t n_question_tokens = 0;      // the prompt's last: the question and what the template writes after it
    std::vector<image_input> images;    // of the history, then of the question
    size_t n_past_images = 0;           // of the history
    std::vector<chat_message> messages; // up to this turn's question
    std::string rendered;               // what the chat template made of them
    compression_plan plan;
    std::vector<query_choice> observed; // what is summed while the prompt is read; empty: nothing is observed
    int32_t n_read = 0;                 // prompt tokens decoded
    int32_t n_ubatch = ubatch_tokens;
    llama_sampler_ptr sampler;
    llama_token next = LLAMA_TOKEN_NULL;
    std::string cached_answer; // the part of the answer whose tokens are in the cache

    // What a turn that fails before its first token goes back to.
    llama_context_ptr old_context; // when the turn is read in a context of its own
    bool in_own_context = false;
    llama_pos old_n_past = 0;
    size_t old_tail = 0;
    int32_t old_n_tokens = 0;
};

} // namespace engine
