#pragma once

#include <functional>
#include <string>
#include <vector>

#include "engine/llama/answer-format.h"
#include "engine/llama/utf8.h"

namespace engine {

/// The words of an answer as they come: reasoning told from the answer, and the answer ended before the first stop
/// string. What may be the beginning of one is held back.
class answer_text {
  public:
    using listener = std::function<void(const std::string &)>;

    /// @param stops none empty
    answer_text(const answer_format & format, std::vector<std::string> stops, listener on_text, listener on_reasoning);

    /// @param piece the spelling of one token
    void push(const std::string & piece);

    /// Lets out what was held back.
    void finish();

    /// What the model calls, known once it is finished.
    const std::vector<tool_call> & tool_calls() const { return tool_calls_; }
    /// Whether it began a call that is none.
    bool has_broken_call() const { return broken_call_; }

    bool stopped() const { return stopped_; }
    /// Whether what comes next is reasoning.
    bool is_reasoning() const { return format_.is_open(raw_); }
    /// Whether a character is whole.
    bool is_between_characters() const { return !in_character_; }

    /// All that was written, marks and stop strings included.
    const std::string & written() const { return raw_; }
    /// Whether the answer is not, to the letter, all that was written.
    bool leaves_out() const { return raw_ != text_; }

  private:
    void take(const std::string & characters, bool last);
    size_t n_held_back(const std::string & text) const;

    const answer_format & format_;
    std::vector<std::string> stops_;
    listener on_text_;
    listener on_reasoning_;
    utf8_buffer characters_;
    std::string raw_;
    std::string text_;
    std::string reasoning_;
    std::vector<tool_call> tool_calls_;
    bool broken_call_ = false;
    bool stopped_ = false;
    bool in_character_ = false;
};

} // namespace engine
