#pragma once

#include <napi.h>

namespace addon {

/// `compressLayer(input)`: the method's core on host arrays, as `npm run conformance` needs it. Synchronous.
Napi::Value compress_layer(const Napi::CallbackInfo & info);

} // namespace addon
