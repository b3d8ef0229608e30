#pragma once

#include <string>
#include <vector>

#include "llama.h"

namespace engine {

/// Loads LoRA adapters, each for a scale of 1. The model owns them; contexts made before do not know them.
/// @throws engine::error `adapter_invalid` for a file that is no LoRA adapter, is damaged, or belongs to another model
std::vector<llama_adapter_lora *> adapters_load(llama_model * model, const std::vector<std::string> & paths);

/// Makes a context compute with the adapters. Every context of the model needs it.
/// @throws engine::error `internal` when llama.cpp refuses
void adapters_apply(llama_context * context, const std::vector<llama_adapter_lora *> & adapters);

} // namespace engine
