#pragma once

#include <memory>
#include <string>
#include <vector>

#include "llama.h"

namespace engine {

struct chat_message {
    std::string role; ///< "system", "user" or "assistant"
    std::string content;
};

/// The model's own chat template (Jinja, rendered by llama.cpp's common library), and the conversation so far.
class chat {
  public:
    /// @throws engine::error `model_invalid` when the template cannot be parsed.
    explicit chat(const llama_model * model);
    ~chat();
    chat(const chat &) = delete;
    chat & operator=(const chat &) = delete;

    /// False when the model carries no template; ChatML is then used, as llama.cpp does.
    bool has_own_template() const;

    /// The text that has to be read next so that the cache holds the conversation up to the generation prompt of
    /// `messages` (which end with a user message). The cache holds `rendered`, the value returned through
    /// `new_rendered` by the call before, followed by the assistant's answer; both empty at the start.
    /// @throws engine::error `model_invalid` when the template refuses the messages.
    std::string render_next(const std::vector<chat_message> & messages,
                            const std::string & rendered,
                            std::string & new_rendered) const;

    /// What the template writes after the last user message: the end of the user's turn and the generation prompt.
    /// Empty for a template that takes no message alone.
    const std::string & closing() const { return closing_; }

  private:
    struct impl;
    std::unique_ptr<impl> impl_;
    std::string closing_;
};

} // namespace engine
