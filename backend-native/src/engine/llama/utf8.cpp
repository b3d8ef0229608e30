#include "engine/llama/utf8.h"

#include <utility>

namespace engine {

namespace {

/// Bytes of the character that starts with `lead`; 1 for a byte that starts none.
size_t length_of(unsigned char lead) {
    if ((lead & 0xE0U) == 0xC0U) {
        return 2;
    }
    if ((lead & 0xF0U) == 0xE0U) {
        return 3;
    }
    return (lead & 0xF8U) == 0xF0U ? 4 : 1;
}

/// Bytes at the end of `text` that begin a character but do not finish it.
size_t unfinished(const std::string & text) {
    for (size_t back = 1; back <= 3 && back <= text.size(); ++back) {
        const auto byte = static_cast<unsigned char>(text[text.size() - back]);
        if ((byte & 0xC0U) != 0x80U) {
            return length_of(byte) > back ? back : 0;
        }
    }
    return 0;
}

} // namespace

std::string utf8_buffer::push(const std::string & bytes) {
    pending_ += bytes;
    const size_t held = unfinished(pending_);
    std::string whole = pending_.substr(0, pending_.size() - held);
    pending_.erase(0, pending_.size() - held);
    return whole;
}

std::string utf8_buffer::finish() {
    return std::exchange(pending_, {}).empty() ? "" : "\xEF\xBF\xBD";
}

} // namespace engine
