#pragma once

#include <functional>
#include <string>

#include <napi.h>

#include "engine/error.h"

namespace addon {

/// A failure on its way to JavaScript: `code` is one of the protocol's error codes.
struct failure {
    std::string code;
    std::string message;
    engine::error_facts facts = {};
};

/// Runs `action`; the exception it throws, if any, as a failure. The one place where C++ errors get their code.
/// @return true when nothing was thrown
bool capture(const std::function<void()> & action, failure & out);

/// A JavaScript Error with `code`, and with `reason` where the facts are known.
Napi::Error to_js_error(Napi::Env env, const failure & failure);

/// A promise that is rejected already.
Napi::Value rejected(Napi::Env env, const failure & failure);

} // namespace addon
