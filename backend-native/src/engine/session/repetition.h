#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "llama.h"

#include "engine/session/counting.h"

namespace engine {

/// Notices an answer that has begun to say the same again and again. Not by the repetition alone: tables and lists
/// repeat, and what the prompt itself repeats may be repeated as often in the answer.
class repetition_guard {
  public:
    /// @param prompt what the model was given as text
    /// @param vocab that its tokens are spelled by
    repetition_guard(std::string prompt, const llama_vocab * vocab)
        : prompt_(std::move(prompt)), vocab_(vocab), counting_(prompt_) {}

    /// @return true when the answer, with this token, goes in circles: its end is one run of tokens at least
    /// `n_rounds` times over, and at least `n_tokens` long; or it counts on for ever, see counting_guard
    bool push(llama_token token);

    /// Begins anew, as if nothing had been written.
    void reset() {
        tokens_.clear();
        counting_.reset();
    }

    static constexpr size_t n_rounds = 8;
    static constexpr size_t n_tokens = 160;
    static constexpr size_t longest_round = 256; ///< tokens

  private:
    bool prompt_repeats(size_t period) const;

    std::string prompt_;
    const llama_vocab * vocab_;
    std::vector<llama_token> tokens_;
    counting_guard counting_;
};

} // namespace engine
