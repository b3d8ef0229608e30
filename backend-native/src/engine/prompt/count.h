#pragma once

#include <cstdint>
#include <string>

#include "engine/llama/model.h"

namespace engine {

/// What the model would make of an image of some size.
struct image_measure {
    int32_t n_tokens = 0; ///< with the marks around the image and between its tiles
    uint32_t read_width = 0;
    uint32_t read_height = 0;
};

/// Tokens of a text in the middle of a user's message. Safe while another thread runs a session of the model.
int32_t count_text_tokens(const model & model, const std::string & text);

/// Decodes and encodes nothing. Safe while another thread runs a session of the model.
/// @throws engine::error `projector_missing`, `corrupt_image`
image_measure measure_image(const model & model, uint32_t width, uint32_t height);

} // namespace engine
