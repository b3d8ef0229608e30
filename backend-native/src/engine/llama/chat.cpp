#include "engine/llama/chat.h"

#include <algorithm>
#include <optional>

#include "engine/error.h"
#include <chat.h>

namespace engine {

struct chat::impl {
    common_chat_templates_ptr templates;
    bool add_bos = false;
    bool add_eos = false;
    std::string no_reasoning; ///< ends a thought before it begins, for a template that has no switch for it
    std::string closing[2];   ///< [reasoning]
    std::unique_ptr<answer_format> format[2];
    std::vector<llama_token> end_tokens;
    std::vector<std::string> end_texts;
    const llama_vocab * vocab = nullptr;
    bool takes_tools = false;

    common_chat_templates_inputs
    inputs_of(const std::vector<chat_message> & messages, bool generation_prompt, bool reasoning, bool marks) const;

    /// @throws engine::error `model_invalid`
    common_chat_params
    apply(const std::vector<chat_message> & messages, bool generation_prompt, bool reasoning, bool marks = true) const;

    std::string prompt(const std::vector<chat_message> & messages, bool reasoning) const {
        return apply(messages, true, reasoning).prompt + (reasoning ? "" : no_reasoning);
    }

    void describe(const llama_vocab * vocab);
    void find_turn_end(const llama_vocab * vocab);
};

namespace {

const std::string probe = "look once";

std::string trimmed(const std::string & text) {
    const char * blank = " \t\r\n";
    const size_t first = text.find_first_not_of(blank);
    return first == std::string::npos ? "" : text.substr(first, text.find_last_not_of(blank) - first + 1);
}

bool ends_with(const std::string & text, const std::string & ending) {
    return text.size() >= ending.size() && text.compare(text.size() - ending.size(), ending.size(), ending) == 0;
}

std::string after_last(const std::string & text, const std::string & what) {
    const size_t at = text.rfind(what);
    return at == std::string::npos ? "" : text.substr(at + what.size());
}

/// "<think>" and "</think>", "[THINK]" and "[/THINK]".
bool is_pair(const std::string & start, const std::string & end) {
    return start.size() > 1 && end == start.substr(0, 1) + "/" + start.substr(1);
}

/// The first mark of "<|end|>\n<|endoftext|>"; empty for words that are not in brackets.
std::string first_mark(const std::string & text) {
    const char close = text.empty() ? '\0' : text[0] == '<' ? '>' : text[0] == '[' ? ']' : '\0';
    const size_t at = close == '\0' ? std::string::npos : text.find(close);
    return at == std::string::npos || at < 2 ? "" : text.substr(0, at + 1);
}

/// A word that is in none of the messages.
std::string unused_word(const std::vector<chat_message> & messages) {
    std::string word = "look-once-answer";
    const auto uses = [&](const chat_message & message) { return message.content.find(word) != std::string::npos; };
    while (std::any_of(messages.begin(), messages.end(), uses)) {
        word += "-";
    }
    return word;
}

} // namespace

namespace {

common_chat_msg message_of(const chat_message & message) {
    common_chat_msg rendered;
    rendered.role = message.role;
    rendered.content = message.content;
    rendered.tool_call_id = message.tool_call_id;
    rendered.tool_name = message.tool_name;
    for (const tool_call & call : message.tool_calls) {
        rendered.tool_calls.push_back({call.name, call.arguments, call.id});
    }
    return rendered;
}

/// Whether a template writes what a tool is called, and what it answered. What llama.cpp says of a template's
/// capabilities is no answer: of a template that refuses its questions it says that it can do everything.
bool shows_tools(const common_chat_templates * templates) {
    const std::string name = "look_once_probe";
    const std::string result = "look-once-result";
    common_chat_templates_inputs inputs;
    inputs.tools = {{name, "", R"({"type":"object","properties":{}})"}};
    inputs.messages = {message_of({"user", probe})};
    try {
        if (common_chat_templates_apply(templates, inputs).prompt.find(name) == std::string::npos) {
            return false;
        }
        inputs.messages.push_back(message_of({"assistant", "", {{"call00001", name, "{}"}}}));
        inputs.messages.push_back(message_of({"tool", result, {}, "call00001", name}));
        return common_chat_templates_apply(templates, inputs).prompt.find(result) != std::string::npos;
    } catch (const std::exception &) {
        return false;
    }
}

} // namespace

common_chat_templates_inputs chat::impl::inputs_of(const std::vector<chat_message> & messages,
                                                   bool generation_prompt,
                                                   bool reasoning,
                                                   bool marks) const {
    common_chat_templates_inputs inputs;
    inputs.use_jinja = true;
    inputs.add_bos = marks && add_bos;
    inputs.add_eos = marks && add_eos;
    inputs.add_generation_prompt = generation_prompt;
    inputs.enable_thinking = reasoning;
    inputs.reasoning_format = COMMON_REASONING_FORMAT_DEEPSEEK;
    for (const chat_message & message : messages) {
        inputs.messages.push_back(message_of(message));
    }
    return inputs;
}

common_chat_params chat::impl::apply(const std::vector<chat_message> & messages,
                                     bool generation_prompt,
                                     bool reasoning,
                                     bool marks) const {
    try {
        return common_chat_templates_apply(templates.get(), inputs_of(messages, generation_prompt, reasoning, marks));
    } catch (const std::exception & failure) {
        throw error("model_invalid",
                    std::string("The model's chat template refused the conversation: ") + failure.what());
    }
}

void chat::impl::describe(const llama_vocab * vocab) {
    try {
        const common_chat_params with = apply({{"user", probe}}, true, true, false);
        const common_chat_params without = apply({{"user", probe}}, true, false, false);
        format[1] = std::make_unique<answer_format>(vocab, with, "");
        if (format[1]->is_marked() && is_pair(format[1]->start(), format[1]->ends().front())) {
            const std::string & end = format[1]->ends().front();
            if (ends_with(trimmed(without.prompt), format[1]->start())) {
                no_reasoning = "\n" + end + "\n\n";
            } else if (with.prompt == without.prompt) {
                no_reasoning = format[1]->start() + "\n\n" + end + "\n\n";
            }
        }
        format[0] = std::make_unique<answer_format>(vocab, without, no_reasoning);
        // That no template can mistake for words of its own.
        closing[1] = after_last(with.prompt, probe);
        closing[0] = after_last(without.prompt, probe) + no_reasoning;
    } catch (const error &) {
        // A template that wants more than one message says so when it is given the conversation.
        format[0] = std::make_unique<answer_format>(vocab);
        format[1] = std::make_unique<answer_format>(vocab);
    }
}

void chat::impl::find_turn_end(const llama_vocab * vocab) {
    std::string end;
    try {
        const common_chat_params params = apply({{"user", probe}, {"assistant", probe}}, false, true, false);
        end = trimmed(after_last(params.prompt, probe));
        for (const std::string & stop : params.additional_stops) {
            end_texts.push_back(stop);
        }
    } catch (const error &) {
        return;
    }
    const std::vector<llama_token> tokens = common_tokenize(vocab, end, false, true);
    const int32_t mark = LLAMA_TOKEN_ATTR_CONTROL | LLAMA_TOKEN_ATTR_USER_DEFINED;
    if (!tokens.empty() && (llama_vocab_get_attr(vocab, tokens.front()) & mark) != 0) {
        end_tokens.push_back(tokens.front());
        return;
    }
    // Only words can spell it then. Where it is a token, words that spell it are words about it.
    const std::string text = first_mark(end);
    if (!text.empty()) {
        end_texts.push_back(text);
    }
}

chat::chat(const llama_model * model) : impl_(std::make_unique<impl>()) {
    try {
        impl_->templates = common_chat_templates_init(model, "");
    } catch (const std::exception & failure) {
        throw error("model_invalid", std::string("The model's chat template cannot be parsed: ") + failure.what());
    }
    const llama_vocab * vocab = llama_model_get_vocab(model);
    impl_->vocab = vocab;
    impl_->add_bos = llama_vocab_get_add_bos(vocab);
    impl_->add_eos = llama_vocab_get_add_eos(vocab);
    impl_->describe(vocab);
    impl_->find_turn_end(vocab);
    impl_->takes_tools = shows_tools(impl_->templates.get());
}

chat::~chat() = default;

bool chat::has_own_template() const {
    return common_chat_templates_was_explicit(impl_->templates.get());
}

const std::string & chat::closing(bool reasoning) const {
    return impl_->closing[reasoning ? 1 : 0];
}

const answer_format & chat::format(bool reasoning) const {
    return *impl_->format[reasoning ? 1 : 0];
}

bool chat::ends_turn(llama_token token) const {
    return std::find(impl_->end_tokens.begin(), impl_->end_tokens.end(), token) != impl_->end_tokens.end();
}

const std::vector<std::string> & chat::turn_ends() const {
    return impl_->end_texts;
}

bool chat::takes_tools() const {
    return impl_->takes_tools;
}

bool template_takes_tools(const std::string & source) {
    try {
        return shows_tools(common_chat_templates_init(nullptr, source).get());
    } catch (const std::exception &) {
        return false;
    }
}

tool_prompt
chat::render_with_tools(const std::vector<chat_message> & messages, bool reasoning, const tool_offer & offer) const {
    if (!impl_->takes_tools) {
        throw error("tools_not_supported", "The chat template of the model takes no tools");
    }
    common_chat_templates_inputs inputs = impl_->inputs_of(messages, true, reasoning, true);
    for (const tool & tool : offer.tools) {
        check_json_schema(tool.parameters, "The parameters of the tool " + tool.name);
        inputs.tools.push_back({tool.name, tool.description, tool.parameters});
    }
    inputs.tool_choice = offer.required ? COMMON_CHAT_TOOL_CHOICE_REQUIRED : COMMON_CHAT_TOOL_CHOICE_AUTO;
    inputs.parallel_tool_calls = offer.parallel;
    try {
        const common_chat_params params = common_chat_templates_apply(impl_->templates.get(), inputs);
        const std::string suffix = reasoning ? "" : impl_->no_reasoning;
        tool_prompt prompt;
        prompt.rendered = params.prompt + suffix;
        prompt.format = std::make_shared<answer_format>(impl_->vocab, params, suffix, true);
        prompt.grammar = tool_grammar_of(params);
        prompt.stops = params.additional_stops;
        return prompt;
    } catch (const std::exception & failure) {
        throw error("tools_not_supported",
                    std::string("The model's chat template refused the conversation with its tools: ") +
                        failure.what());
    }
}

std::string chat::render_next(const std::vector<chat_message> & messages,
                              const chat_in_cache & held,
                              bool reasoning,
                              std::string & new_rendered) const {
    new_rendered = impl_->prompt(messages, reasoning);
    if (held.rendered.empty()) {
        return new_rendered;
    }
    const size_t answer = messages.size() - 2;
    const std::string in_cache = held.rendered + messages.at(answer).content;
    if (held.unread.empty() && new_rendered.compare(0, in_cache.size(), in_cache) == 0) {
        return new_rendered.substr(in_cache.size());
    }
    // Templates that trim or rewrite an earlier answer, and answers whose reasoning was taken out: what the template
    // writes after it is found by a word that stands for it.
    std::vector<chat_message> marked = messages;
    marked[answer].content = unused_word(messages);
    const std::string text = impl_->prompt(marked, reasoning);
    const size_t at = text.rfind(marked[answer].content);
    if (at == std::string::npos) {
        throw error("model_invalid", "The model's chat template cannot continue a conversation");
    }
    return held.unread + text.substr(at + marked[answer].content.size());
}

} // namespace engine
