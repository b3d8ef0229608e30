#include "engine/prompt/trace.h"

#include <random>

namespace engine {

namespace {

/// The first 8 bytes of a hash that is written in hexadecimal digits.
uint64_t number_of(const std::string & hash) {
    uint64_t number = 0;
    for (size_t i = 0; i < hash.size() && i < 16; ++i) {
        const char c = hash[i];
        number = number << 4U | static_cast<uint64_t>(c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10);
    }
    return number;
}

uint64_t random_number() {
    std::random_device source;
    return uint64_t{source()} << 32U | source();
}

size_t chunk_number(const prompt & prompt, size_t segment) {
    size_t number = 0;
    for (size_t i = 0; i < segment; ++i) {
        number += prompt.segments[i].image != nullptr &&
                          prompt.segments[i].image_index == prompt.segments[segment].image_index
                      ? 1
                      : 0;
    }
    return number;
}

} // namespace

std::string chunk_key(const prompt & prompt, size_t segment, const std::vector<image_input> & images) {
    const std::string & hash = images.at(prompt.segments.at(segment).image_index).hash;
    return hash.empty() ? "" : hash + " " + std::to_string(chunk_number(prompt, segment));
}

trace trace_of(const prompt & prompt, const std::vector<image_input> & images) {
    constexpr uint64_t image_bit = uint64_t{1} << 63U;
    trace result;
    for (size_t i = 0; i < prompt.segments.size(); ++i) {
        const prompt_segment & segment = prompt.segments[i];
        if (segment.image == nullptr) {
            for (const llama_token token : segment.tokens) {
                result.push_back(trace_of(token));
            }
            continue;
        }
        const std::string & hash = images.at(segment.image_index).hash;
        const uint64_t picture = hash.empty() ? random_number() : number_of(hash);
        const uint64_t chunk = chunk_number(prompt, i) * 0x9e3779b97f4a7c15ULL; // 2^64 / golden ratio: spreads
        result.push_back({image_bit | (picture ^ chunk), segment.n_tokens, mtmd_input_chunk_get_n_pos(segment.image)});
    }
    return result;
}

int64_t count_tokens(const trace & trace) {
    int64_t n = 0;
    for (const trace_unit & unit : trace) {
        n += unit.n_tokens;
    }
    return n;
}

} // namespace engine
