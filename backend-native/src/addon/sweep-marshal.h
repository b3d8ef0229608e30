#pragma once

#include <napi.h>

#include "addon/marshal.h"
#include "engine/sweep/sweep.h"

namespace addon {

/// A sweep with the pixels it refers to.
struct owned_sweep {
    engine::sweep_request request;
    owned_turn owner; ///< of the pixels; its turn is the request's
};

/// @throws engine::error `invalid_argument`, "Expected X for Y but received Z"
owned_sweep read_sweep(const Napi::Object & object);

Napi::Object to_js(Napi::Env env, const engine::sweep_result & result);

} // namespace addon
