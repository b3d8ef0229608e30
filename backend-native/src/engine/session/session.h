#pragma once

#include <atomic>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "engine/kv/attention-tap.h"
#include "engine/kv/cache-compressor.h"
#include "engine/kv/cache-state.h"
#include "engine/kv/compression-plan.h"
#include "engine/kv/kv-map.h"
#include "engine/llama/model.h"
#include "engine/prompt/prompt.h"
#include "engine/llama/sampler.h"
#include "engine/prompt/trace.h"

namespace engine {

/// A turn as it was asked and answered.
struct past_turn {
    std::vector<image_input> images;
    std::vector<document_input> documents;
    std::string question;
    std::string answer;
};

/// One question of a conversation, with what it brings along.
struct turn {
    bool continues = false; ///< onto the cache of the conversation so far
    std::string system;     ///< first turn only
    std::vector<past_turn>
        history; ///< a conversation that the cache does not hold: read in one prompt with the question
    std::vector<image_input> images;
    std::vector<document_input> documents;
    std::string question;
    compression_params compression;
    sampling_params sampling;
    int32_t n_answer_tokens_max = 256;
};

/// What is told while a turn runs. Called on the thread of `session::ask`.
struct turn_observer {
    std::function<void(size_t index, const image_reading & reading)>
        on_image; ///< before its encoding; those of the history come first
    std::function<void(int32_t done, int32_t total)> on_prefill;  ///< tokens
    std::function<void(int32_t done, int32_t total)> on_compress; ///< layers
    std::function<void(const std::string & text)> on_text;        ///< whole UTF-8 characters
    /// What the model says of the answer's token `index`, [n_vocab], before sampling changes it. May be empty.
    std::function<void(int32_t index, const float * logits)> on_logits;
};

enum class stop_reason { end, length, context, cancelled };

struct answer {
    std::string text;
    int32_t n_tokens = 0;
    stop_reason stop = stop_reason::end;
    bool in_conversation = false; ///< false: cancelled so early that the conversation is as it was before the turn
    int64_t n_context = 0;        ///< of the context, how much the conversation takes now: cells or positions

    int32_t n_prompt_tokens = 0;
    int32_t n_image_tokens = 0;
    int32_t n_restored_tokens = 0;     ///< of the prompt, not read but restored from the disk
    int32_t n_images = 0;              ///< read, those of the history included
    std::vector<image_reading> images; ///< of this turn

    bool compressed = false;
    std::string compression_note;               ///< why the cache was left full, or what differs from what was asked
    reading_rule reading = reading_rule::whole; ///< that was followed; never `automatic`
    double ratio = 1.0;                         ///< that was compressed to; 1 when the cache was left full
    engine::ratio_choice ratio_choice = ratio_choice::asked;
    lookm::merge_what merge_what = lookm::merge_what::keys_values; ///< what `auto` became
    int64_t n_cells_before = 0;
    int64_t n_cells_after = 0;
    uint64_t bytes_before = 0;
    uint64_t bytes_after = 0;
    int64_t n_cells_peak = 0;     ///< the most that were in use at once
    uint64_t bytes_peak = 0;      ///< the most that the caches of the conversation took at once, as they were allocated
    uint64_t resident_before = 0; ///< memory of the process once the prompt was read
    uint64_t resident_after = 0;  ///< and once the cache was compressed

    double ms_restore = 0; ///< from the disk
    double ms_encode = 0;
    double ms_prefill = 0;
    double ms_compress = 0;
    double ms_first_token = 0; ///< since the turn began
    double ms_decode = 0;
    double ms_compute = 0; ///< of the decoding, inside llama_decode
};

/// One conversation with a model: its cache, its messages. One thread at a time.
class session {
  public:
    explicit session(model & model);

    /// Reads a turn's prompt, compresses the cache, decodes an answer. Cancelling is a result, not an error: what had
    /// arrived is returned, and a turn cancelled before its first token leaves the conversation as it was.
    /// @throws engine::error, lookm::error; the conversation is then as it was before the turn
    answer ask(const turn & turn, const turn_observer & observer, const std::atomic<bool> & cancel);

    /// What the image tokens of the conversation have become; nothing before the first answer.
    std::optional<kv_map> map() const;

    /// Forgets the conversation and gives its memory back.
    void reset();

  private:
    friend class sweeper; // reads once and answers under many settings
    struct run;           // one turn in progress

    void write_messages(run & run) const;
    void prepare(run & run);
    void choose_reading(run & run) const;
    bool choose_to_look_again(run & run) const;
    void choose_what_to_save(run & run) const;
    void open_context(run & run);
    void read_prompt(run & run);
    void restore(run & run);
    void save_attachments(run & run);
    void read_tokens(run & run, const llama_token * tokens, int32_t n_tokens);
    void read_image(run & run, size_t segment);
    void decode_image(run & run, const prompt_segment & segment, float * embeddings);
    void read_earlier_text(run & run);
    void note_read(run & run, lookm::token_kind kind, int32_t n_tokens, llama_pos n_pos);
    void note_peak(run & run, uint64_t bytes_beside) const;
    int32_t n_probe_tokens(const run & run) const;
    int64_t n_chunk_cells(const run & run) const;
    void make_room_to_read(run & run, int32_t n_tokens);
    void probe(run & run);
    void forget_scores();
    void draw_first_token(run & run, llama_context * source);
    void compress(run & run);
    compression_result evict(const compression_plan & plan,
                             const query_choice & queries,
                             const std::function<void(int32_t, int32_t)> & on_layer);
    void adopt(run & run, compression_result kept);
    void hold(run & run);
    void finish(run & run);
    void generate(run & run);
    void make_room(int64_t n_cells);
    void roll_back(run & run);
    bool decode(llama_batch batch);
    bool decode_token(llama_batch batch, double & ms);
    int64_t context_limit() const;
    uint64_t cache_bytes(int64_t n_cells) const;
    llama_context_ptr create(int64_t n_cells, int32_t n_ubatch, bool observed);

    model & model_;
    lookm::compute_pool pool_;
    attention_tap tap_;
    const std::atomic<bool> * cancel_ = nullptr; // of the turn in progress

    llama_context_ptr context_;
    llama_pos n_past_ = 0;
    cell_memory memory_;
    trace trace_;           // of the conversation; empty when it is not known whole
    int64_t n_on_disk_ = 0; // the longest beginning of it that is saved, in tokens
    std::vector<chat_message> messages_;
    std::string rendered_;          // what the chat template made of the conversation up to the last generation prompt
    std::vector<image_map> images_; // their tokens counted from the conversation's first
};

} // namespace engine
