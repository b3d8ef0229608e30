#pragma once

#include <atomic>
#include <optional>

#include "engine/session/conversation.h"
#include "engine/session/decoder.h"
#include "engine/session/turn.h"
#include "engine/session/whole-cache.h"

namespace engine {

struct reading_plan;

/// One conversation with a model and the context that holds it. One thread at a time.
class session {
  public:
    /// Holds what was read last under the model, where it may: see recall.
    explicit session(model & model) : decoder_(model), whole_(recall(decoder_)) {}

    /// Reads a turn's prompt, compresses the cache, decodes an answer. Cancelling is a result, not an error: what had
    /// arrived is returned, and a turn cancelled while it is read or compressed leaves the conversation as it was.
    /// @throws engine::error, lookm::error; the conversation is then as it was before the turn
    answer ask(const turn & turn, const turn_observer & observer, const std::atomic<bool> & cancel);

    /// What the image tokens of the conversation have become; nothing before the first answer.
    std::optional<kv_map> map() const { return map_of(decoder_.model(), conversation_); }

    /// Forgets the conversation and gives its memory back.
    void reset();

    /// Gives the memory of the cache back that is held for the next question; the conversation stays.
    void release() { whole_ = {}; }

    /// Goes on with a conversation that was read elsewhere.
    /// @param context that holds its cells, made by `decoder()`
    void resume(conversation conversation, llama_context_ptr context);

    /// Follow-ups are asked of the cache that is left, and of nothing that is on disk.
    void keep_to_the_cache() { conversation_.trace.clear(); }

    engine::decoder & decoder() { return decoder_; }

  private:
    /// The context before a turn, when the turn is read in one of its own; it may be null. Nothing: it is read in
    /// place.
    using replaced_context = std::optional<llama_context_ptr>;

    reading_plan plan(const turn & turn, answer & report);
    void put_by();
    replaced_context open(reading_plan & plan, const turn & turn, answer & report);
    llama_context_ptr open_held(reading_plan & plan, int64_t n_cells);
    void compress(const reading_plan & plan,
                  const turn & turn,
                  replaced_context & replaced,
                  const turn_observer & observer,
                  answer & report);
    void roll_back(conversation before, replaced_context replaced);

    engine::decoder decoder_;
    conversation conversation_;
    llama_context_ptr context_; ///< after the decoder, which its callbacks point to
    whole_cache whole_;         ///< likewise
};

} // namespace engine
