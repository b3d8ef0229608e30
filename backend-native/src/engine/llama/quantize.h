#pragma once

#include <string>

namespace engine {

/// Writes a copy of a GGUF model with its weights as Q4_0, as llama.cpp mixes them (norms stay F32, tied embeddings
/// become Q8_0). Weights that are quantised already are quantised again. Takes seconds and as many threads as there are
/// cores.
/// @param target written in place: a failure leaves part of a file behind, which the caller removes
/// @throws engine::error `model_invalid` with llama.cpp's words when the source cannot be read or the target not
/// written
void quantize_q4_0(const std::string & source, const std::string & target);

} // namespace engine
