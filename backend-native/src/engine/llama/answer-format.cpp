#include "engine/llama/answer-format.h"

#include <algorithm>
#include <exception>

#include <chat.h>

namespace engine {

namespace {

const char * const blank = " \t\r\n";

std::string without_leading_blanks(const std::string & text) {
    const size_t first = text.find_first_not_of(blank);
    return first == std::string::npos ? "" : text.substr(first);
}

std::string trimmed(const std::string & text) {
    const std::string rest = without_leading_blanks(text);
    return rest.substr(0, rest.find_last_not_of(blank) + 1);
}

bool begins_with(const std::string & text, const std::string & beginning) {
    return text.compare(0, beginning.size(), beginning) == 0;
}

bool ends_with(const std::string & text, const std::string & ending) {
    return text.size() >= ending.size() && text.compare(text.size() - ending.size(), ending.size(), ending) == 0;
}

struct mark_pair {
    const char * start;
    const char * end;
};

/// That templates put at the end of the prompt without saying more of them.
constexpr mark_pair known_marks[] = {{"<think>", "</think>"},
                                     {"<thinking>", "</thinking>"},
                                     {"<thought>", "</thought>"},
                                     {"<reasoning>", "</reasoning>"},
                                     {"[THINK]", "[/THINK]"}};

/// How much of the end of `text` may be the beginning of `mark`.
size_t n_begun(const std::string & text, const std::string & mark) {
    for (size_t n = std::min(text.size(), mark.size() - 1); n > 0; --n) {
        if (text.compare(text.size() - n, n, mark, 0, n) == 0) {
            return n;
        }
    }
    return 0;
}

} // namespace

struct answer_format::parser {
    common_chat_parser_params params;
};

answer_format::answer_format(const llama_vocab * vocab) {
    spell(vocab, start_);
    spell(vocab, ends_.front());
}

answer_format::answer_format(const llama_vocab * vocab, const common_chat_params & params, const std::string & suffix) {
    marked_ = !params.thinking_start_tag.empty() && !params.thinking_end_tags.empty();
    if (marked_) {
        start_ = trimmed(params.thinking_start_tag);
        ends_.clear();
        for (const std::string & end : params.thinking_end_tags) {
            ends_.push_back(trimmed(end));
        }
        opened_ = ends_with(trimmed(params.generation_prompt + suffix), start_);
        parser_ = std::make_unique<parser>();
        parser_->params = common_chat_parser_params(params);
        parser_->params.generation_prompt += suffix;
        parser_->params.reasoning_format = COMMON_REASONING_FORMAT_DEEPSEEK;
        if (!params.parser.empty()) {
            parser_->params.parser.load(params.parser);
        }
        for (const std::string & mark : params.preserved_tokens) {
            spell(vocab, mark);
        }
    }
    for (const mark_pair & known : known_marks) {
        if (!marked_ && ends_with(trimmed(params.prompt + suffix), known.start)) {
            marked_ = opened_ = true;
            start_ = known.start;
            ends_ = {known.end};
        }
    }
    spell(vocab, start_);
    for (const std::string & end : ends_) {
        spell(vocab, end);
    }
}

answer_format::~answer_format() = default;

void answer_format::spell(const llama_vocab * vocab, const std::string & mark) {
    for (const llama_token token : common_tokenize(vocab, mark, false, true)) {
        if ((llama_vocab_get_attr(vocab, token) & LLAMA_TOKEN_ATTR_CONTROL) != 0) {
            spelled_.insert(token);
        }
    }
}

bool answer_format::may_reason(const std::string & text) const {
    if (parser_ || opened_) {
        return true;
    }
    const std::string written = without_leading_blanks(text);
    return begins_with(written, start_) || begins_with(start_, written);
}

bool answer_format::is_open(const std::string & text) const {
    const size_t start = opened_ ? 0 : text.find(start_);
    if (start == std::string::npos) {
        return false;
    }
    return std::none_of(ends_.begin(), ends_.end(), [&](const std::string & end) {
        return text.find(end, start) != std::string::npos;
    });
}

split_answer answer_format::split(const std::string & text) const {
    if (!may_reason(text)) {
        return {"", text};
    }
    if (parser_) {
        try {
            const common_chat_msg message = common_chat_parse(text, true, parser_->params);
            return {trimmed(message.reasoning_content), without_leading_blanks(message.content)};
        } catch (const std::exception &) {
            return {"", text}; // words in no form that the template knows are shown as they are
        }
    }
    std::string written = without_leading_blanks(text);
    if (begins_with(written, start_)) {
        written = written.substr(start_.size());
    } else if (!opened_) {
        return {}; // the beginning of a mark, or nothing
    }
    const std::string & end = ends_.front();
    const size_t at = written.find(end);
    if (at == std::string::npos) {
        return {trimmed(written.substr(0, written.size() - n_begun(written, end))), ""};
    }
    return {trimmed(written.substr(0, at)), without_leading_blanks(written.substr(at + end.size()))};
}

} // namespace engine
