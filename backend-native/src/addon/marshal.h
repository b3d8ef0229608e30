#pragma once

#include <deque>
#include <vector>

#include <napi.h>

#include "engine/count.h"
#include "engine/model.h"
#include "engine/session.h"

namespace addon {

/// A turn with the pixels it refers to: JavaScript may free its arrays while the engine reads.
struct owned_turn {
    engine::turn turn;
    std::deque<std::vector<uint8_t>> pixels; ///< one for each image, those of the history included
};

// From JavaScript. Every function throws engine::error `invalid_argument`, "Expected X for Y but received Z".
// The shapes are those of backend-native/server/nativeAddon.ts.

/// A side of an image, in pixels.
uint32_t read_side(const Napi::Value & value, const char * name);
engine::load_options read_load_options(const Napi::Object & object);
owned_turn read_turn(const Napi::Object & object);

std::string read_string(const Napi::Object & object, const char * key);
double read_number(const Napi::Object & object, const char * key, double min, double max);
bool read_bool(const Napi::Object & object, const char * key);
Napi::Array read_array(const Napi::Object & object, const char * key);
double read_ratio(const Napi::Object & object);
/// @param ratio read apart: a layer knows of no `auto`
lookm::compress_params read_compress_params(const Napi::Object & object, double ratio);
engine::compression_params read_compression(const Napi::Object & object);

// To JavaScript.

Napi::Object to_js(Napi::Env env, const engine::model_info & info);
Napi::Object to_js(Napi::Env env, const engine::kv_map & map);
Napi::Object to_js(Napi::Env env, const engine::image_measure & measure);
Napi::Object to_js(Napi::Env env, const engine::answer & answer, const engine::turn & turn);

// Parts of an answer.
const char * to_string(engine::stop_reason stop);
Napi::Object prompt_to_js(Napi::Env env, const engine::answer & answer);
Napi::Object kv_to_js(Napi::Env env, const engine::answer & answer, const lookm::compress_params & params);
Napi::Array images_to_js(Napi::Env env, const engine::answer & answer);

} // namespace addon
