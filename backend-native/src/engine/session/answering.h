#pragma once

#include "engine/session/conversation.h"
#include "engine/session/decoder.h"
#include "engine/session/turn.h"
#include "engine/stopwatch.h"
#include "llama-cpp.h"

namespace engine {

/// An answer of which the first token is drawn and nothing is shown.
struct begun_answer {
    token_sampler sampler;
    std::shared_ptr<const answer_format> tool_format; ///< null: that of the chat template
    std::vector<std::string> stops;                   ///< those of the turn, and those of the chat template
    llama_token next = LLAMA_TOKEN_NULL;              ///< none: what the answer has to follow allows no beginning
};

/// Draws the first token off the whole cache, before anything is evicted.
/// @param tools of a turn that offers some
/// @param source has just read the prompt
/// @throws engine::error `json_schema_invalid`, `tools_not_supported`
begun_answer begin_answer(const model & model,
                          const turn & turn,
                          const tool_prompt & tools,
                          llama_context * source,
                          const turn_observer & observer);

/// Decodes the answer, shows its words as they come, and adds it to the conversation. Cancelling ends it like any other
/// end. Where the cache then holds other words than the answer (its reasoning, a stop string), it is taken back to the
/// prompt, and the next turn reads the answer with its question; a cache that cannot forget keeps them.
/// @param context holds the conversation's cells; replaced by a larger one when it is full
/// @param start of the turn, for the time to the first token
/// @throws engine::error; the cache then no longer holds a whole conversation
void write_answer(decoder & decoder,
                  begun_answer begun,
                  const turn & turn,
                  conversation & conversation,
                  llama_context_ptr & context,
                  const turn_observer & observer,
                  stopwatch::clock::time_point start,
                  answer & answer);

} // namespace engine
