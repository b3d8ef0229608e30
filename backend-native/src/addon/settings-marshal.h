#pragma once

#include <napi.h>

#include "engine/kv/compression-plan.h"
#include "engine/llama/model.h"
#include "engine/llama/sampler.h"

namespace addon {

// Settings from JavaScript. Every function throws engine::error `invalid_argument`, "Expected X for Y but received Z".
// The shapes are those of backend-native/server/nativeAddon.ts and of the protocol's settings.

engine::load_options read_load_options(const Napi::Object & object);
double read_ratio(const Napi::Object & object);
/// @param ratio read apart: a layer knows of no `auto`
lookm::compress_params read_compress_params(const Napi::Object & object, double ratio);
engine::kv_settings read_compression(const Napi::Object & object);
engine::sampling_params read_sampling(const Napi::Object & object);

} // namespace addon
