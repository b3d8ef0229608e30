#pragma once

#include <cstdint>

namespace engine {

/// Who chose the share of the cache that stays.
enum class ratio_choice {
    asked,          ///< whoever asked the question
    by_length,      ///< auto: the number of tokens
    by_memory,      ///< auto: less than that, since little memory is free
    memory_unknown, ///< auto: the number of tokens alone, since nobody says what is free
};

struct chosen_ratio {
    double ratio = 1.0;
    ratio_choice choice = ratio_choice::asked;
};

/// The share of a conversation's tokens that stays when nobody names one: by its length, and less where the cache would
/// take more than a quarter of the free memory.
/// @param bytes_per_cell keys and values of one token over all layers that are compressed
/// @param bytes_free on the devices that hold the cache; 0: not known
chosen_ratio auto_ratio(int64_t n_tokens, uint64_t bytes_per_cell, uint64_t bytes_free);

} // namespace engine
