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

/// Whether it was written to its end.
bool is_whole(const tool_call & call) {
    try {
        return !call.name.empty() && common_json::parse(call.arguments).is_object();
    } catch (const std::exception &) {
        return false;
    }
}

} // namespace

struct answer_format::parser {
    common_chat_parser_params params;
};

answer_format::answer_format(const llama_vocab * vocab) {
    spell(vocab, start_);
    spell(vocab, ends_.front());
}

answer_format::answer_format(const llama_vocab * vocab,
                             const common_chat_params & params,
                             const std::string & suffix,
                             bool tools)
    : marked_(!params.thinking_start_tag.empty() && !params.thinking_end_tags.empty()), calls_tools_(tools) {
    if (marked_) {
        start_ = trimmed(params.thinking_start_tag);
        ends_.clear();
        for (const std::string & end : params.thinking_end_tags) {
            ends_.push_back(trimmed(end));
        }
        opened_ = ends_with(trimmed(params.generation_prompt + suffix), start_);
    }
    marks_by_parser_ = marked_;
    if (marked_ || calls_tools_) {
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
    if (marks_by_parser_ || opened_) {
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

split_answer answer_format::parsed(const std::string & text, bool whole) const {
    if (!parser_) {
        return {"", text};
    }
    try {
        const common_chat_msg message = common_chat_parse(text, !whole, parser_->params);
        split_answer split = {trimmed(message.reasoning_content), without_leading_blanks(message.content)};
        for (const common_chat_tool_call & call : message.tool_calls) {
            split.tool_calls.push_back({call.id, call.name, call.arguments});
        }
        return split;
    } catch (const std::exception &) {
        return {"", text, {}, true}; // words in no form that the template knows are shown as they are
    }
}

split_answer answer_format::split_whole(const std::string & text) const {
    if (!calls_tools_ || is_open(text)) {
        return split(text);
    }
    split_answer split = this->split(text, true);
    std::vector<tool_call> & calls = split.tool_calls;
    const auto first_broken =
        std::remove_if(calls.begin(), calls.end(), [](const tool_call & call) { return !is_whole(call); });
    split.broken_call = split.broken_call || first_broken != calls.end();
    calls.erase(first_broken, calls.end());
    if (split.broken_call && calls.empty()) {
        split.text = without_reasoning(text);
    }
    return split;
}

split_answer answer_format::split(const std::string & text, bool whole) const {
    if (marks_by_parser_ || !may_reason(text)) {
        return parsed(text, whole);
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
    split_answer split = parsed(without_leading_blanks(written.substr(at + end.size())), whole);
    split.reasoning = trimmed(written.substr(0, at));
    return split;
}

/// All that was written after the reasoning, marks of calls included.
std::string answer_format::without_reasoning(const std::string & text) const {
    size_t first = 0;
    for (const std::string & end : ends_) {
        const size_t at = text.find(end);
        if (at != std::string::npos && (opened_ || begins_with(without_leading_blanks(text), start_))) {
            first = std::max(first, at + end.size());
        }
    }
    return without_leading_blanks(text.substr(first));
}

} // namespace engine
