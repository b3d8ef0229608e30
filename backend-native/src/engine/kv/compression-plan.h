#pragma once

#include <cstdint>
#include <string>

#include "engine/kv/attention-tap.h"
#include "engine/kv/auto-ratio.h"
#include "engine/llama/model.h"
#include "lookm/budget.h"
#include "lookm/types.h"

namespace engine {

/// When a prompt's cache is compressed.
enum class reading_rule {
    automatic, ///< in chunks where the whole would not fit into the free memory
    whole,     ///< once all of it was read
    chunks,    ///< again and again while it is read, so that the whole is never in memory
};

/// How the KV cache of a prompt is compressed.
struct kv_settings {
    lookm::compress_params lookm;
    bool ratio_auto = false;     ///< `auto_ratio` chooses, and lookm.ratio is not read
    bool merge_what_auto = true; ///< keys and values for plain RoPE, values only for M-RoPE (method.md, 2.5)
    reading_rule reading = reading_rule::automatic;
    int64_t n_prompt_tokens_min = 256; ///< shorter prompts are left alone
};

/// A conversation at the moment at which its cache may be compressed: once the prompt was read.
struct conversation_extent {
    int64_t n_prompt_tokens = 0;   ///< read in this turn
    int64_t n_question_tokens = 0; ///< the last of them, which follow its images and documents
    int64_t n_cells = 0;           ///< in the cache then
    int64_t n_tokens = 0;          ///< read and generated since the conversation began, evicted ones included
    bool first = true;             ///< the prompt begins the conversation
    bool again = false;            ///< it was compressed before, for another question: no prompt is too short then
};

/// What is worth knowing about the compression of a turn.
struct kv_note {
    const char * reason = ""; ///< a word of kvReasons in protocol/ask.ts, for clients with sentences of their own
    std::string words;        ///< in English; empty when there is nothing to say
};

/// What will become of a cache.
struct compression_plan {
    bool compresses = false;
    lookm::compress_params params; ///< as asked for, with what `auto` became
    engine::ratio_choice ratio_choice = ratio_choice::asked;
    lookm::budget budget;   ///< when it compresses
    query_choice queries;   ///< whose attention the scores sum up, when it compresses
    bool in_chunks = false; ///< while the prompt is read, and not only once it was
    kv_note note;           ///< why a cache that was to be compressed is left full
};

/// @throws lookm::error for parameters out of range and for a budget below one token
compression_plan plan_compression(const model & model, const kv_settings & params, const conversation_extent & extent);

} // namespace engine
