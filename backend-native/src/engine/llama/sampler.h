#pragma once

#include <cstdint>

#include "llama-cpp.h"

namespace engine {

/// How the next token is drawn. `temperature` 0 is greedy; the other fields then do not matter.
struct sampling_params {
    float temperature = 0.0F;
    int32_t top_k = 40; ///< 0: no limit
    float top_p = 0.95F;
    float min_p = 0.05F;
    uint32_t seed = 0;
    bool ignore_end = false; ///< never draw a token that ends the answer: benchmarks need answers of one length
};

/// llama.cpp's sampler chain for `params`: top-k, top-p, min-p, temperature, draw; or greedy.
llama_sampler_ptr sampler_create(const sampling_params & params, const llama_vocab * vocab);

} // namespace engine
