#pragma once

#include <string>

#include "llama-cpp.h"

namespace engine {

/// llama.cpp's sampler that lets through what a JSON Schema allows, and nothing else.
/// @param schema JSON, at most 64 KiB and 64 levels deep
/// @throws engine::error `json_schema_invalid`
llama_sampler_ptr grammar_create(const std::string & schema, const llama_vocab * vocab);

} // namespace engine
