#pragma once

#include <memory>
#include <string>
#include <vector>

#include "engine/llama/answer-format.h"
#include "engine/llama/grammar.h"
#include "llama.h"

namespace engine {

struct chat_message {
    std::string role; ///< "system", "user", "assistant" or "tool"
    std::string content;
    std::vector<tool_call> tool_calls = {}; ///< of the assistant
    std::string tool_call_id = {};          ///< of a tool's result: the call that it answers
    std::string tool_name = {};             ///< of a tool's result
};

/// What the model may call.
struct tool {
    std::string name;
    std::string description;
    std::string parameters; ///< a JSON Schema of an object
};

struct tool_offer {
    std::vector<tool> tools;
    bool required = false; ///< the answer is a call
    bool parallel = false; ///< one answer may hold several calls, where the template can write them
};

/// A whole conversation with tools, as it is read, and how its answer is to be understood.
struct tool_prompt {
    std::string rendered;
    std::shared_ptr<const answer_format> format;
    tool_grammar grammar;
    std::vector<std::string> stops; ///< words that end an answer
};

/// What a cache holds of a conversation.
struct chat_in_cache {
    std::string rendered; ///< what was rendered up to the last generation prompt; empty: nothing is held
    std::string unread;   ///< what belongs after that and was taken out of the cache: the answer without its reasoning.
                          ///< Empty: the answer is held
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
    /// `messages` (which end with a user message). A template without a system role gets the system's words in the
    /// first user message.
    /// @param held what the call before returned through `new_rendered`, followed by the assistant's answer
    /// @param reasoning whether the model may reason before it answers
    /// @throws engine::error `model_invalid` when the template refuses the messages.
    std::string render_next(const std::vector<chat_message> & messages,
                            const chat_in_cache & held,
                            bool reasoning,
                            std::string & new_rendered) const;

    /// Whether the template shows the model what tools there are, and what they answered.
    bool takes_tools() const;

    /// @param messages the whole conversation, which ends with a user message or with results of tools
    /// @throws engine::error `tools_not_supported` when the template takes no tools, or refuses these;
    /// `json_schema_invalid` for parameters that no grammar can be made of
    tool_prompt
    render_with_tools(const std::vector<chat_message> & messages, bool reasoning, const tool_offer & offer) const;

    /// What the template writes after the last user message: the end of the user's turn and the generation prompt.
    /// Empty for a template that takes no message alone.
    const std::string & closing(bool reasoning) const;

    /// How the model's reasoning is told from its answer.
    const answer_format & format(bool reasoning) const;

    /// Whether the token ends an answer by what the template writes there, whatever the vocabulary says of it.
    bool ends_turn(llama_token token) const;

    /// Words that end an answer in the same way, where they are no token of their own; they are not part of it.
    const std::vector<std::string> & turn_ends() const;

  private:
    struct impl;
    std::unique_ptr<impl> impl_;
};

/// The same of a template that no model was loaded with.
/// @param source Jinja; one that cannot be parsed takes none
bool template_takes_tools(const std::string & source);

} // namespace engine
