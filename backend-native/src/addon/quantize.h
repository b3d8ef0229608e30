#pragma once

#include <napi.h>

namespace addon {

/// `quantize({source, target, type})`: a promise that resolves once the target is written.
Napi::Value quantize(const Napi::CallbackInfo & info);

} // namespace addon
