#pragma once

#include <cstdint>

#include "engine/formats/sequence-state.h"
#include "llama.h"

namespace engine {

/// Finds a model's layout by decoding one token and reading its state bytes, so that a model or an llama.cpp of another
/// layout is noticed when the model is loaded and not when answers are wrong.
/// @param kv_type type of keys and values in contexts of this model
/// @throws engine::error `model_load_failed` or `out_of_memory` when not even one token can be decoded
cache_layout cache_layout_probe(llama_model * model, ggml_type kv_type, int32_t n_threads);

} // namespace engine
