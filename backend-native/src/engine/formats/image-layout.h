#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "engine/formats/projector.h"

namespace engine {

/// A rectangle of an image and the grid of tokens over it, row by row.
struct image_tile {
    /// Left, top, width and height as shares of the image. A tile reaches beyond the image, below 0 or above 1, where
    /// the projector pads it.
    double x = 0;
    double y = 0;
    double width = 1;
    double height = 1;
    int32_t columns = 0;
    int32_t rows = 1;
    bool spatial = false;    ///< false: the tokens have no known places in the rectangle; the grid is 1 x tokens
    int32_t first_token = 0; ///< index among the patch tokens of the image
    bool overview = false;   ///< the whole image, beside tiles that show its parts
};

/// Where the tokens of one image are in it.
struct image_layout {
    std::vector<image_tile> tiles;
    std::vector<int32_t> patch_tokens; ///< prompt tokens that show a part of the image: row breaks and ends do not
    uint32_t read_width = 0;           ///< of the frame that the image was read in; 0 if unknown
    uint32_t read_height = 0;
};

/// One image chunk of a prompt, as libmtmd made it.
struct image_chunk {
    int32_t first_token = 0; ///< index in the prompt
    int32_t n_tokens = 0;
    pixel_size size;         ///< {0, 0} if unknown
    std::string text_before; ///< between the chunk before, of the same image, and this one
};

/// @param chunks of one image, in the order of the prompt
/// @param image its size as it was given
image_layout
image_layout_of(const projector & projector, const std::vector<image_chunk> & chunks, const pixel_size & image);

} // namespace engine
