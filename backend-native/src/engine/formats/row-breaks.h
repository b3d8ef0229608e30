#pragma once

#include <string>
#include <vector>

#include "engine/formats/image-layout.h"
#include "engine/formats/projector.h"

namespace engine {

/// The embedding of the token between two rows of patches, as a projector's file has it.
/// @return [n_embd]; empty when the file has none, or has it in a way that cannot be read
std::vector<float> row_break_read(const std::string & path);

/// Puts the file's embedding where the row breaks of an image chunk are. libmtmd makes that embedding as 0 times
/// memory that nobody wrote, plus the file's (tools/mtmd/models/pixtral.cpp), which is not a number wherever that
/// memory holds none; everywhere else nothing changes.
/// @param embeddings [chunk.n_tokens, n_embd]
void row_breaks_write(const projector & projector, const image_chunk & chunk, std::vector<float> & embeddings);

} // namespace engine
