#pragma once

#include <napi.h>

namespace addon {

/// `strategies()`: the table of the method's rules, by which the protocol's lists are checked.
Napi::Value strategies(const Napi::CallbackInfo & info);

} // namespace addon
