#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "engine/kv/auto-ratio.h"
#include "engine/kv/compression-plan.h"
#include "engine/llama/chat.h"
#include "engine/llama/sampler.h"
#include "engine/prompt/prompt.h"
#include "lookm/types.h"

namespace engine {

/// What a tool said to a call of the answer before.
struct tool_result {
    std::string id;
    std::string name;
    std::string content;
};

/// A turn as it was asked and answered.
struct past_turn {
    std::vector<image_input> images;
    std::vector<document_input> documents;
    std::string question; ///< may be empty where there are results of tools
    std::string answer;
    std::vector<tool_result> tool_results = {}; ///< come before the question
    std::vector<tool_call> tool_calls = {};     ///< of the answer
};

/// One question of a conversation, with what it brings along.
struct turn {
    bool continues = false; ///< onto the cache of the conversation so far
    std::string system;     ///< first turn only
    std::vector<past_turn>
        history; ///< a conversation that the cache does not hold: read in one prompt with the question
    std::vector<image_input> images;
    std::vector<document_input> documents;
    std::string question;                  ///< may be empty where there are results of tools
    std::vector<tool_result> tool_results; ///< come before the question
    tool_offer tools; ///< some: the conversation is read from its beginning, and none is left when it is answered
    kv_settings compression;
    sampling_params sampling;
    int32_t n_answer_tokens_max = 256;  ///< beside those of the reasoning
    bool reasoning = true;              ///< whether the model may reason before it answers
    int32_t n_reasoning_tokens_max = 0; ///< the reasoning is ended there; 0: nowhere
    std::vector<std::string> stops;     ///< the answer ends before the first of them; none empty
    bool ends_loops = true;             ///< an answer that goes in circles is ended
};

/// What is told while a turn runs. Called on the thread that reads and answers.
struct turn_observer {
    std::function<void(size_t index, const image_reading & reading)>
        on_image; ///< before its encoding; those of the history come first
    std::function<void(int32_t done, int32_t total)> on_prefill;  ///< tokens
    std::function<void(int32_t done, int32_t total)> on_compress; ///< layers
    std::function<void(const std::string & text)> on_text;        ///< whole UTF-8 characters
    /// What the model says of the answer's token `index`, [n_vocab], before sampling changes it. May be empty.
    std::function<void(int32_t index, const float * logits)> on_logits;
    std::function<void(const std::string & text)> on_reasoning = nullptr; ///< whole UTF-8 characters
};

enum class stop_reason { end, length, context, cancelled, stop_string, repetition };

struct answer {
    std::string text;
    std::string reasoning; ///< what the model wrote before it, marks left out
    std::vector<tool_call> tool_calls;
    bool broken_tool_call = false;  ///< the model began a call that is none, or was ended in it
    int32_t n_tokens = 0;           ///< of the text and the calls
    int32_t n_reasoning_tokens = 0; ///< with its marks
    bool reasoning_cut = false;     ///< it was ended before the model ended it
    stop_reason stop = stop_reason::end;
    bool in_conversation = false; ///< false: cancelled so early that the conversation is as it was before the turn, or
                                  ///< no conversation is left
    int64_t n_context = 0;        ///< of the context, how much the conversation takes now: cells or positions

    int32_t n_prompt_tokens = 0;
    int32_t n_image_tokens = 0;
    int32_t n_restored_tokens = 0;     ///< of the prompt, not read anew: held in memory, or restored from the disk
    int32_t n_images = 0;              ///< read, those of the history included
    std::vector<image_reading> images; ///< of this turn

    bool compressed = false;
    kv_note compression_note;                   ///< why the cache was left full, or what differs from what was asked
    reading_rule reading = reading_rule::whole; ///< that was followed; never `automatic`
    double ratio = 1.0;                         ///< that was compressed to; 1 when the cache was left full
    engine::ratio_choice ratio_choice = ratio_choice::asked;
    lookm::merge_what merge_what = lookm::merge_what::keys_values; ///< what `auto` became
    int64_t n_cells_before = 0;
    int64_t n_cells_after = 0;
    uint64_t bytes_before = 0;
    uint64_t bytes_after = 0;
    int64_t n_cells_peak = 0;     ///< the most that were in use at once
    uint64_t bytes_held = 0;      ///< of the full cache, which is held in memory for the next question
    uint64_t bytes_peak = 0;      ///< the most that the caches of the conversation took at once, as they were allocated
    uint64_t resident_before = 0; ///< memory of the process once the prompt was read
    uint64_t resident_after = 0;  ///< and once the cache was compressed

    double ms_restore = 0; ///< from the disk
    double ms_encode = 0;
    double ms_prefill = 0;
    double ms_compress = 0;
    double ms_first_token = 0; ///< since the turn began; the compression comes after it
    double ms_decode = 0;
    double ms_compute = 0; ///< of the decoding, inside llama_decode
};

} // namespace engine
