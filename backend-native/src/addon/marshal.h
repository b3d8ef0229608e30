#pragma once

#include <deque>
#include <vector>

#include <napi.h>

#include "engine/llama/model.h"
#include "engine/prompt/count.h"
#include "engine/session/read-ahead.h"
#include "engine/session/session.h"

namespace addon {

/// A turn with the pixels it refers to: JavaScript may free its arrays while the engine reads.
struct owned_turn {
    engine::turn turn;
    std::deque<std::vector<uint8_t>> pixels; ///< one for each image, those of the history included
};

// The shapes are those of backend-native/server/nativeAddon.ts.

/// @throws engine::error `invalid_argument`, "Expected X for Y but received Z"
owned_turn read_turn(const Napi::Object & object);

// To JavaScript.

Napi::Object to_js(Napi::Env env, const engine::model_info & info);
Napi::Object to_js(Napi::Env env, const engine::kv_map & map);
Napi::Object to_js(Napi::Env env, const engine::image_measure & measure);
Napi::Object to_js(Napi::Env env, const engine::ahead_report & report);
Napi::Object to_js(Napi::Env env, const engine::answer & answer, const engine::turn & turn);

// Parts of an answer.
const char * to_string(engine::stop_reason stop);
Napi::Object prompt_to_js(Napi::Env env, const engine::answer & answer);
Napi::Object kv_to_js(Napi::Env env, const engine::answer & answer, const lookm::compress_params & params);
Napi::Array images_to_js(Napi::Env env, const engine::answer & answer);

} // namespace addon
