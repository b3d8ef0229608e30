#pragma once

#include <cstdint>

#include "engine/session/conversation.h"
#include "engine/session/decoder.h"
#include "engine/session/reading-plan.h"
#include "engine/session/turn.h"

namespace engine {

/// An empty context of its own for what a plan reads: as large as the whole, or as one chunk of it.
/// @param n_answer_tokens_max to be decoded in it afterwards, 0 when what was read moves elsewhere
llama_context_ptr create_for(decoder & decoder,
                             const reading_plan & plan,
                             const conversation & conversation,
                             int32_t n_answer_tokens_max);

/// Reads what a plan says: restores what is on disk, encodes images, decodes with the tap watching. Read in chunks, it
/// evicts along the way, and `context` is replaced every time.
class reader {
  public:
    /// @param conversation as it was before the turn; its cells and position follow what is read
    /// @param context holds the conversation's cells; none when the plan looks again
    /// @param bytes_beside of other caches that are in memory meanwhile
    /// @param report gets times, counts and peaks
    reader(decoder & decoder,
           reading_plan & plan,
           conversation & conversation,
           llama_context_ptr & context,
           const turn_observer & observer,
           answer & report,
           uint64_t bytes_beside);

    /// The logits of the last token can then be taken from the context. Cancelled, it saves what is worth it.
    /// @throws engine::error, lookm::error; engine::cancelled
    void read();

    /// Keeps on disk what comes before the question, for the next one about the same: whoever waits for the first word
    /// does not wait for the disk. A cache that cannot be cut afterwards was saved while it was read.
    void save_attached();

    /// Likewise all that was read so far; nothing when it ends inside an image.
    void save();

  private:
    bool saves_while_reading() const;
    void save(int64_t n_tokens);
    void read_segments();
    void restore();
    void write_known(std::vector<uint8_t> state);
    std::vector<llama_token> earlier_text() const;
    void read_tokens(const llama_token * tokens, int32_t n_tokens);
    void read_image(size_t segment);
    void decode_image(const prompt_segment & segment, float * embeddings);
    void make_room(int32_t n_tokens);
    void probe();
    void note_read(lookm::token_kind kind, int32_t n_tokens, llama_pos n_pos);

    decoder & decoder_;
    reading_plan & plan_;
    conversation & conversation_;
    llama_context_ptr & context_;
    const turn_observer & observer_;
    answer & report_;
    uint64_t bytes_beside_;
    int32_t n_read_ = 0;     // of the plan's tokens
    int64_t n_unsaved_ = -1; // the conversation's tokens before the question, once they are read and worth saving
};

/// Every probe scores all cells again, so that those read long ago count no more often than new ones.
void forget_scores(cell_memory & cells);

} // namespace engine
