#pragma once

#include "engine/formats/projector.h"
#include "mtmd.h"

namespace engine {

/// The size in pixels at which libmtmd reads an image chunk: that of the whole image, of its overview or of a tile.
/// No public function tells it, but `mtmd_input_chunk_save` writes it down; this file alone knows how to read it there
/// (format version 2), and every byte must be where that format has it.
/// @return {0, 0} when the bytes are of another format
pixel_size image_chunk_size(const mtmd_input_chunk * chunk);

} // namespace engine
