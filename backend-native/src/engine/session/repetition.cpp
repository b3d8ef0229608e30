#include "engine/session/repetition.h"

#include <algorithm>

#include <common.h>

namespace engine {

bool repetition_guard::push(llama_token token) {
    tokens_.push_back(token);
    if (counting_.push(common_token_to_piece(vocab_, token, false))) {
        return true;
    }
    const size_t n = tokens_.size();
    if (n < n_tokens) {
        return false;
    }
    // The shortest round is found first: a run of one token is one of two tokens as well.
    for (size_t period = 1; period <= std::min(longest_round, n / n_rounds); ++period) {
        const size_t span = std::max(n_tokens, period * n_rounds);
        if (span > n) {
            break;
        }
        size_t same = period;
        while (same < span && tokens_[n - 1 - same] == tokens_[n - 1 - same + period]) {
            ++same;
        }
        if (same >= span) {
            return !prompt_repeats(period);
        }
    }
    return false;
}

/// Whether the prompt has the round's words at least as often as the answer has them by now.
bool repetition_guard::prompt_repeats(size_t period) const {
    std::string round;
    for (size_t i = tokens_.size() - period; i < tokens_.size(); ++i) {
        round += common_token_to_piece(vocab_, tokens_[i], false);
    }
    if (round.find_first_not_of(" \t\r\n") == std::string::npos) {
        return false;
    }
    size_t n_in_answer = 1;
    const size_t n = tokens_.size();
    for (size_t i = 1; i + period <= n && tokens_[n - i] == tokens_[n - i - period]; ++i) {
        n_in_answer += i % period == 0 ? 1 : 0;
    }
    size_t n_in_prompt = 0;
    for (size_t at = prompt_.find(round); at != std::string::npos; at = prompt_.find(round, at + round.size())) {
        ++n_in_prompt;
    }
    return n_in_prompt >= n_in_answer;
}

} // namespace engine
