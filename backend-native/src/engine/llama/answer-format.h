#pragma once

#include <memory>
#include <string>
#include <unordered_set>
#include <vector>

#include "llama.h"

struct common_chat_params;

namespace engine {

/// That a model makes of a tool.
struct tool_call {
    std::string id; ///< empty: the model gave it none
    std::string name;
    std::string arguments; ///< JSON, an object
};

/// What a model wrote, taken apart.
struct split_answer {
    std::string reasoning;
    std::string text; ///< the answer itself
    std::vector<tool_call> tool_calls = {};
    bool broken_call = false; ///< a call was begun that is none; where there is no other its words are in the text
};

/// How a model marks its reasoning, told by its chat template through llama.cpp's common library. A template that
/// marks none leaves `<think>`, for models that open it all the same.
class answer_format {
  public:
    /// Of a template that says nothing of its reasoning.
    explicit answer_format(const llama_vocab * vocab);
    /// @param params of a prompt that ends with the generation prompt
    /// @param suffix that was put after that
    /// @param tools whether the answer may call tools
    answer_format(const llama_vocab * vocab,
                  const common_chat_params & params,
                  const std::string & suffix,
                  bool tools = false);
    ~answer_format();
    answer_format(const answer_format &) = delete;
    answer_format & operator=(const answer_format &) = delete;

    /// Whether the template knows of reasoning.
    bool is_marked() const { return marked_; }

    /// Whether the prompt itself opens the reasoning, so that the model's first word belongs to it.
    bool opened_by_prompt() const { return opened_; }

    const std::string & start() const { return start_; }
    const std::vector<std::string> & ends() const { return ends_; }

    /// Whether a token that is otherwise not spelled is part of a mark.
    bool spells(llama_token token) const { return spelled_.count(token) > 0; }

    /// Whether `text`, as far as it was written, may have reasoning in it.
    bool may_reason(const std::string & text) const;

    /// Whether reasoning was begun in `text` and not ended.
    bool is_open(const std::string & text) const;

    /// @param text all that the model wrote so far, marks included
    split_answer split(const std::string & text) const { return split(text, false); }

    /// The same of all that the model wrote in the end: calls of tools are whole, or none.
    split_answer split_whole(const std::string & text) const;

  private:
    void spell(const llama_vocab * vocab, const std::string & mark);
    split_answer split(const std::string & text, bool whole) const;
    split_answer parsed(const std::string & text, bool whole) const;
    std::string without_reasoning(const std::string & text) const;

    struct parser;
    std::unique_ptr<parser> parser_; ///< null: nothing but the default marks, found by their spelling
    std::string start_ = "<think>";
    std::vector<std::string> ends_ = {"</think>"};
    bool marked_ = false;
    bool marks_by_parser_ = false; ///< whether the parser knows of the reasoning
    bool calls_tools_ = false;
    bool opened_ = false;
    std::unordered_set<llama_token> spelled_;
};

} // namespace engine
