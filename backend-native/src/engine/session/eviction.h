#pragma once

#include <cstdint>
#include <functional>

#include "engine/kv/cache-compressor.h"
#include "engine/session/conversation.h"
#include "engine/session/decoder.h"
#include "engine/session/turn.h"

namespace engine {

/// Compresses what `context` holds, as its decoder's tap saw it, and leaves both as they are.
/// @param queries whose attention the scores are: the plan's, or those of a probe
/// @param on_layer layers done, and all
/// @throws lookm::error, engine::error; engine::cancelled
compression_result evict(decoder & decoder,
                         const conversation & conversation,
                         llama_context * context,
                         const compression_plan & plan,
                         const query_choice & queries,
                         const std::function<void(int32_t, int32_t)> & on_layer);

/// Puts what was kept in the place of all: into a new, small context with room for the first words of an answer.
/// @param conversation whose cells these are from now on
/// @param bytes_beside of other caches that are in memory meanwhile
/// @param report gets what became of the cache
llama_context_ptr adopt(decoder & decoder,
                        compression_result kept,
                        const compression_plan & plan,
                        int32_t n_answer_tokens_max,
                        conversation & conversation,
                        uint64_t bytes_beside,
                        answer & report);

/// What so many cells take, in bytes, and what a sliding window takes at a position.
uint64_t cache_bytes(const model & model, llama_pos n_past, int64_t n_cells);

/// What the cache of a context takes, in bytes, as it was allocated; 0 for none.
uint64_t context_bytes(const model & model, const llama_context * context);

/// So many bytes of caches were in memory at once.
void note_peak(answer & report, uint64_t bytes);

} // namespace engine
