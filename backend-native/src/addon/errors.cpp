#include "addon/errors.h"

#include <cstdio>
#include <cstdlib>
#include <new>

#include "engine/error.h"
#include "engine/formats/failure-words.h"
#include "lookm/types.h"

namespace addon {

bool capture(const std::function<void()> & action, failure & out) {
    try {
        action();
        return true;
    } catch (const engine::error & error) {
        out = {error.code, error.what(), error.facts};
    } catch (const lookm::error & error) {
        out = {error.code, error.what()};
    } catch (const engine::cancelled &) {
        out = {"cancelled", "The model was not loaded: cancelled"};
    } catch (const std::bad_alloc &) {
        out = {"out_of_memory", "An allocation failed in the native backend"};
    } catch (const Napi::Error & error) {
        out = {"invalid_argument", error.Message()};
    } catch (const std::exception & error) {
        if (engine::says_device_lost(error.what())) {
            // The client starts another process, and tells why from these words.
            std::fprintf(stderr, "fatal: %s\n", error.what());
            std::abort();
        }
        out = {engine::code_of_failure(error.what(), "internal"), error.what()};
    }
    return false;
}

Napi::Error to_js_error(Napi::Env env, const failure & failure) {
    Napi::Error error = Napi::Error::New(env, failure.message);
    error.Set("code", Napi::String::New(env, failure.code));
    if (!failure.facts.kind.empty()) {
        Napi::Object reason = Napi::Object::New(env);
        reason.Set("kind", failure.facts.kind);
        for (const auto & [name, value] : failure.facts.numbers) {
            reason.Set(name, value);
        }
        error.Set("reason", reason);
    }
    return error;
}

Napi::Value rejected(Napi::Env env, const failure & failure) {
    const Napi::Promise::Deferred deferred = Napi::Promise::Deferred::New(env);
    deferred.Reject(to_js_error(env, failure).Value());
    return deferred.Promise();
}

} // namespace addon
