#pragma once

#include <optional>

#include "engine/disk/known-prefix.h"
#include "engine/session/session.h"
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
    engine::trace trace;                // of the prompt
    bool looks_again = false;           // the turns before are read again too, so that nothing of them is evicted yet
    std::optional<known_prefix> known;  // of what is to be read: its cache was found on disk
    std::vector<uint8_t> known_state;
    int32_t n_total = 0;       // tokens to be read: the prompt's, and when looking again those before
    int32_t n_read = 0;        // of them
    int32_t n_attached = -1;   // after so many the cache is saved: the question follows; -1: it is not
    int64_t n_chunk_cells = 0; // of the context, when the prompt is read in chunks
    int32_t n_ubatch = ubatch_tokens;
    llama_sampler_ptr sampler;
    llama_token next = LLAMA_TOKEN_NULL;
    std::string cached_answer; // the part of the answer whose tokens are in the cache

    // What a turn that fails before its first token goes back to.
    llama_context_ptr old_context; // when the turn is read in a context of its own
    bool in_own_context = false;
    llama_pos old_n_past = 0;
    int64_t old_n_on_disk = 0;
    cell_memory old_memory;
};

} // namespace engine
