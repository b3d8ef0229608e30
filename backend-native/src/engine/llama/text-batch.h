#pragma once

#include <cstdint>

#include "engine/llama/context.h"
#include "llama.h"

namespace engine {

/// One run of text tokens of the conversation's sequence, for llama_decode. The last token may ask for logits.
class text_batch {
  public:
    text_batch(const llama_token * tokens, int32_t n, llama_pos first_pos, bool logits_last)
        : batch_(llama_batch_init(n, 0, 1)) {
        batch_.n_tokens = n;
        for (int32_t i = 0; i < n; ++i) {
            batch_.token[i] = tokens[i];
            batch_.pos[i] = first_pos + i;
            batch_.n_seq_id[i] = 1;
            batch_.seq_id[i][0] = conversation_seq;
            batch_.logits[i] = static_cast<int8_t>(logits_last && i == n - 1);
        }
    }
    ~text_batch() { llama_batch_free(batch_); }
    text_batch(const text_batch &) = delete;
    text_batch & operator=(const text_batch &) = delete;

    llama_batch get() const { return batch_; }

  private:
    llama_batch batch_;
};

} // namespace engine
