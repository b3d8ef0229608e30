#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "engine/kv/cache-compressor.h"
#include "engine/kv/kv-map.h"
#include "engine/llama/chat.h"
#include "engine/llama/model.h"
#include "engine/prompt/prompt.h"
#include "engine/prompt/trace.h"

namespace engine {

/// A conversation, but for the context that holds its cells: that one is handed on beside it. A plain value, so going
/// back to an earlier moment, or answering several times from one moment, is a copy.
struct conversation {
    llama_pos n_past = 0;  ///< the next token's position
    cell_memory cells;     ///< which tokens the cache holds
    engine::trace trace;   ///< of all that was read and generated; fewer tokens than that when it is not known whole
    int64_t n_on_disk = 0; ///< the longest beginning of it that is saved, in tokens
    std::vector<chat_message> messages;
    std::string rendered; ///< what the chat template made of it up to the last generation prompt; empty: not begun
    std::string unread;   ///< what belongs after that and is not in the cache (see chat_in_cache); mostly empty
    std::vector<image_map> images; ///< their tokens counted from the conversation's first

    bool has_begun() const { return !rendered.empty(); }
};

/// What the image tokens of a conversation have become; nothing before its first answer.
std::optional<kv_map> map_of(const model & model, const conversation & conversation);

/// The most cells, and positions, that a conversation with the model may take.
int64_t context_limit(const model & model);

} // namespace engine
