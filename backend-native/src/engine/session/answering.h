#pragma once

#include <memory>

#include "engine/session/answer-text.h"
#include "engine/session/conversation.h"
#include "engine/session/decoder.h"
#include "engine/session/turn.h"
#include "engine/stopwatch.h"
#include "llama-cpp.h"

namespace engine {

/// An answer of which the first token is drawn, and shown unless it ends the answer.
struct begun_answer {
    token_sampler sampler;
    std::shared_ptr<const answer_format> tool_format; ///< null: that of the chat template
    std::unique_ptr<answer_text> text;
    llama_token next = LLAMA_TOKEN_NULL; ///< none: what the answer has to follow allows no beginning
    bool shown = false;                  ///< whether `text` has it already
    bool reasons = false;                ///< whether it belongs to the reasoning
};

/// Draws the first token off the whole cache, and shows it, before anything is evicted: a reader waits for the reading
/// alone.
/// @param tools of a turn that offers some
/// @param conversation that has just read the prompt
/// @param source likewise, its context
/// @param observer has to live as long as the result, and so has `report`
/// @param start of the turn, for the time to the first token
/// @throws engine::error `json_schema_invalid`, `tools_not_supported`
begun_answer begin_answer(const model & model,
                          const turn & turn,
                          const tool_prompt & tools,
                          const conversation & conversation,
                          llama_context * source,
                          const turn_observer & observer,
                          stopwatch::clock::time_point start,
                          answer & report);

/// Decodes the rest of the answer, shows its words as they come, and adds it to the conversation. Cancelling ends it
/// like any other end. Where the cache then holds other words than the answer (its reasoning, a stop string), it is
/// taken back to the prompt, and the next turn reads the answer with its question; a cache that cannot forget keeps
/// them.
/// @param context holds the conversation's cells; replaced by a larger one when it is full
/// @throws engine::error; the cache then no longer holds a whole conversation
void write_answer(decoder & decoder,
                  begun_answer begun,
                  const turn & turn,
                  conversation & conversation,
                  llama_context_ptr & context,
                  const turn_observer & observer,
                  answer & answer);

} // namespace engine
