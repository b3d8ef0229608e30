#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "engine/disk/known-prefix.h"
#include "engine/kv/compression-plan.h"
#include "engine/session/conversation.h"
#include "engine/session/decoder.h"
#include "engine/session/turn.h"

namespace engine {

/// What one turn reads, and how: worked out before anything is computed.
struct reading_plan {
    engine::prompt prompt;
    int32_t n_question_tokens = 0;      ///< the prompt's last: the question and what the template writes after it
    std::vector<image_input> images;    ///< of the history, then of the question
    size_t n_past_images = 0;           ///< of the history
    std::vector<chat_message> messages; ///< up to this turn's question
    std::string rendered;               ///< what the chat template made of them
    tool_prompt tools;                  ///< of a turn that offers tools
    engine::trace trace;                ///< of the prompt
    compression_plan compression;
    std::vector<query_choice> observed; ///< what is summed while the prompt is read; empty: nothing is observed
    bool looks_again = false;           ///< the turns before are read again too, so that nothing of them is evicted yet
    std::optional<known_prefix> known;  ///< of what is to be read: its cache is held in memory, or was found on disk
    bool known_is_held = false;         ///< in memory
    std::vector<uint8_t> known_state;   ///< the bytes of that cache; none while it is held
    int32_t n_total = 0;                ///< tokens to be read: the prompt's, and when looking again those before
    int32_t n_attached = -1;            ///< after so many the cache is saved: the question follows; -1: it is not
    int32_t n_ubatch = ubatch_tokens;
    int64_t n_chunk_cells = 0; ///< cells of the context when it is read in chunks
};

/// @param held what a cache that is held in memory has read; empty when none is
/// @param report gets what is known of the prompt
/// @throws engine::error `context_overflow`, `projector_missing`, `corrupt_image`, `model_invalid`; lookm::error for a
/// compression that cannot be
reading_plan plan_reading(
    const model & model, const conversation & conversation, const turn & turn, const trace & held, answer & report);

/// Finds out what of a plan is kept, what becomes of the cache once it is read, and what of it is worth saving.
void choose_reading(
    const model & model, const conversation & conversation, const turn & turn, const trace & held, reading_plan & plan);

/// How many of the prompt's last tokens are read ahead to score what comes before them, when it is read in chunks; 0
/// where every query counts, since those were all seen when it is time to evict.
int32_t n_probe_tokens(const reading_plan & plan);

/// What was read belongs to the conversation from now on.
/// @param n_tokens_before that the conversation had before the turn
void add_turn(conversation & conversation, reading_plan & plan, int64_t n_tokens_before);

} // namespace engine
