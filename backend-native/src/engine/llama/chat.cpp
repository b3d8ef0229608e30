#include "engine/llama/chat.h"

#include "engine/error.h"
#include <chat.h>

namespace engine {

struct chat::impl {
    common_chat_templates_ptr templates;
    bool add_bos = false;
    bool add_eos = false;
};

namespace {

std::string render(const common_chat_templates * templates,
                   const std::vector<chat_message> & messages,
                   bool generation_prompt,
                   bool add_bos,
                   bool add_eos) {
    common_chat_templates_inputs inputs;
    inputs.use_jinja = true;
    inputs.add_bos = add_bos;
    inputs.add_eos = add_eos;
    inputs.add_generation_prompt = generation_prompt;
    for (const chat_message & message : messages) {
        common_chat_msg rendered;
        rendered.role = message.role;
        rendered.content = message.content;
        inputs.messages.push_back(rendered);
    }
    try {
        return common_chat_templates_apply(templates, inputs).prompt;
    } catch (const std::exception & failure) {
        throw error("model_invalid",
                    std::string("The model's chat template refused the conversation: ") + failure.what());
    }
}

/// What follows a message that no template can mistake for words of its own.
std::string find_closing(const common_chat_templates * templates) {
    const std::string probe = "look once";
    try {
        const std::string text = render(templates, {{"user", probe}}, true, false, false);
        const size_t at = text.rfind(probe);
        return at == std::string::npos ? "" : text.substr(at + probe.size());
    } catch (const error &) {
        return ""; // a template that wants more than one message says so when it is given the conversation
    }
}

} // namespace

chat::chat(const llama_model * model) : impl_(std::make_unique<impl>()) {
    try {
        impl_->templates = common_chat_templates_init(model, "");
    } catch (const std::exception & failure) {
        throw error("model_invalid", std::string("The model's chat template cannot be parsed: ") + failure.what());
    }
    const llama_vocab * vocab = llama_model_get_vocab(model);
    impl_->add_bos = llama_vocab_get_add_bos(vocab);
    impl_->add_eos = llama_vocab_get_add_eos(vocab);
    closing_ = find_closing(impl_->templates.get());
}

chat::~chat() = default;

bool chat::has_own_template() const {
    return common_chat_templates_was_explicit(impl_->templates.get());
}

std::string chat::render_next(const std::vector<chat_message> & messages,
                              const std::string & rendered,
                              std::string & new_rendered) const {
    const common_chat_templates * templates = impl_->templates.get();
    new_rendered = render(templates, messages, true, impl_->add_bos, impl_->add_eos);
    if (rendered.empty()) {
        return new_rendered;
    }
    const std::string & answer = messages.at(messages.size() - 2).content;
    const std::string in_cache = rendered + answer;
    if (new_rendered.compare(0, in_cache.size(), in_cache) == 0) {
        return new_rendered.substr(in_cache.size());
    }
    // Templates that trim or rewrite an earlier answer: what they add for the new message alone, which is how
    // llama.cpp's own chat programs continue a conversation.
    const std::vector<chat_message> past(messages.begin(), messages.end() - 1);
    const std::string before = render(templates, past, false, impl_->add_bos, impl_->add_eos);
    if (before.size() > new_rendered.size()) {
        throw error("model_invalid", "The model's chat template cannot continue a conversation");
    }
    const bool keep_newline = !before.empty() && before.back() == '\n';
    return (keep_newline ? "\n" : "") + new_rendered.substr(before.size());
}

} // namespace engine
