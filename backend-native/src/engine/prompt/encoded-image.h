#pragma once

#include <atomic>
#include <string>
#include <vector>

#include "engine/llama/model.h"
#include "engine/prompt/prompt.h"

namespace engine {

/// What the image encoder makes of one chunk.
struct encoded_image {
    std::vector<float> embeddings; ///< [n_tokens, n_embd_inp]
    bool from_cache = false;
};

/// Encodes a chunk, or finds on disk what was made of the same pixels by the same projector within the same limits.
/// @param key of the chunk (`chunk_key`); empty: nothing is looked for and nothing kept
/// @param name of the image, for the error
/// @throws engine::error `projector_invalid`, `out_of_memory`; engine::cancelled
encoded_image encode_image(model & model,
                           const prompt_segment & segment,
                           const std::string & key,
                           const std::string & name,
                           const std::atomic<bool> & cancel);

} // namespace engine
