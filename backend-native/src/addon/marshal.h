#pragma once

#include <vector>

#include <napi.h>

#include "engine/model.h"
#include "engine/session.h"

namespace addon {

/// A turn with the pixels it refers to: JavaScript may free its arrays while the engine reads.
struct owned_turn {
    engine::turn turn;
    std::vector<std::vector<uint8_t>> pixels; ///< one for each image
};

// From JavaScript. Every function throws engine::error `invalid_argument`, "Expected X for Y but received Z".
// The shapes are those of backend-native/server/native.ts.

engine::load_options read_load_options(const Napi::Object & object);
owned_turn read_turn(const Napi::Object & object);

std::string read_string(const Napi::Object & object, const char * key);
double read_number(const Napi::Object & object, const char * key, double min, double max);
bool read_bool(const Napi::Object & object, const char * key);
lookm::compress_params read_compress_params(const Napi::Object & object);

// To JavaScript.

Napi::Object to_js(Napi::Env env, const engine::model_info & info);
Napi::Object to_js(Napi::Env env, const engine::answer & answer, const engine::turn & turn);

} // namespace addon
