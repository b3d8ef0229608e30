#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "engine/prompt/prompt.h"

namespace engine {

/// One thing that was read: a text token, or one image chunk.
struct trace_unit {
    uint64_t what = 0; ///< the text token, or a number that tells the pixels and the chunk from all others
    int32_t n_tokens = 1;
    int32_t n_pos = 1;

    bool is_image() const { return (what >> 63U) != 0; }
    bool operator==(const trace_unit & other) const {
        return what == other.what && n_tokens == other.n_tokens && n_pos == other.n_pos;
    }
};

/// All that a conversation's cache was made of, in its order. Two equal beginnings make equal caches.
using trace = std::vector<trace_unit>;

inline trace_unit trace_of(llama_token token) {
    return {static_cast<uint32_t>(token), 1, 1};
}

/// @param images those that the prompt was tokenised with. One without a hash is like no other.
trace trace_of(const prompt & prompt, const std::vector<image_input> & images);

/// What tells one chunk of an image from all others: the hash of its pixels and which chunk it is; empty without a
/// hash.
std::string chunk_key(const prompt & prompt, size_t segment, const std::vector<image_input> & images);

int64_t count_tokens(const trace & trace);

} // namespace engine
