#include "engine/session/answer-text.h"

#include <algorithm>
#include <utility>

namespace engine {

namespace {

/// Tells what `now` has more than `before`, which grows; words that were rewritten are told when they are longer again.
void tell_new(std::string & before, const std::string & now, const answer_text::listener & listener) {
    if (now.size() <= before.size() || now.compare(0, before.size(), before) != 0) {
        return;
    }
    const std::string added = now.substr(before.size());
    before = now;
    listener(added);
}

} // namespace

answer_text::answer_text(const answer_format & format,
                         std::vector<std::string> stops,
                         listener on_text,
                         listener on_reasoning)
    : format_(format), stops_(std::move(stops)), on_text_(std::move(on_text)), on_reasoning_(std::move(on_reasoning)) {}

void answer_text::push(const std::string & piece) {
    const std::string characters = characters_.push(piece);
    in_character_ = !piece.empty() && characters.empty();
    take(characters, false);
}

void answer_text::finish() {
    take(characters_.finish(), true);
}

void answer_text::take(const std::string & characters, bool last) {
    if (stopped_ || (characters.empty() && !last)) {
        return;
    }
    raw_ += characters;
    const split_answer split = last ? format_.split_whole(raw_) : format_.split(raw_);
    std::string text = split.text;
    size_t first = std::string::npos;
    for (const std::string & stop : stops_) {
        first = std::min(first, text.find(stop));
    }
    stopped_ = first != std::string::npos;
    const size_t n_held = stopped_ ? text.size() - first : last ? 0 : n_held_back(text);
    text.resize(text.size() - n_held);
    tell_new(reasoning_, split.reasoning, on_reasoning_);
    tell_new(text_, text, on_text_);
    tool_calls_ = split.tool_calls;
    broken_call_ = split.broken_call;
}

/// How much of the end of `text` may be the beginning of a stop string.
size_t answer_text::n_held_back(const std::string & text) const {
    size_t most = 0;
    for (const std::string & stop : stops_) {
        for (size_t n = std::min(text.size(), stop.size() - 1); n > most; --n) {
            if (text.compare(text.size() - n, n, stop, 0, n) == 0) {
                most = n;
            }
        }
    }
    return most;
}

} // namespace engine
