#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace engine {

struct pixel_size {
    int32_t width = 0;
    int32_t height = 0;
};

/// How a picture is brought into a frame of another shape.
enum class frame_fit {
    letterbox, ///< its shape is kept; what is left of the frame is padding on two sides
    stretch,
};

/// Which of an image chunk's tokens show a patch of the image.
enum class token_marks {
    none,       ///< all of them
    row_breaks, ///< one between two rows does not (Pixtral)
    both_ends,  ///< the first and the last do not (CogVLM, GLM-Edge)
    row_ends,   ///< neither do the first, the last, and one after every row (HunyuanVL)
};

/// What libmtmd does with the images of one kind of projector, as far as it is the same for all files of that kind.
/// Only kinds whose tokens are the patches of the image, row by row, are known; see `projector_kind_of`.
struct projector_kind {
    const char * type;   ///< `clip.projector_type`
    bool is_grid;        ///< tokens are patches; false for a resampler, whose queries look anywhere
    bool overview_first; ///< for tiled images: the overview comes before the tiles
    frame_fit single;    ///< an image that is read in one piece
    frame_fit tiles;     ///< the frame that is cut into tiles; overviews are stretched by all of them
    token_marks marks;
};

/// The projector of a model, read from its file's metadata.
struct projector {
    std::string type;
    const projector_kind * kind = nullptr; ///< null: a kind that is not known here
    int32_t patch_size = 0;                ///< pixels on a side
    int32_t tile_size = 0;                 ///< side of a tile, or of the whole image for models of one size
    token_marks marks = token_marks::none;
    frame_fit single = frame_fit::letterbox;
    frame_fit tiles = frame_fit::letterbox;
    std::vector<pixel_size> frames; ///< those that a tiled image may be cut from, where the file lists them
    std::vector<float> row_break;   ///< [n_embd], the embedding of a row break, where the file has one
};

/// @return null for a kind whose layout is not known here
const projector_kind * projector_kind_of(const std::string & type);

/// @param has_token_limits whether limits other than the file's were set for the tokens of an image
projector projector_read(const std::string & path, bool has_token_limits);

} // namespace engine
