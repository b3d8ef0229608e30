#include "addon/sweep-marshal.h"

#include "addon/settings-marshal.h"
#include "addon/values.h"
#include "engine/error.h"

namespace addon {

namespace {

Napi::Object to_js(Napi::Env env, const engine::sweep_turn & turn) {
    Napi::Object object = Napi::Object::New(env);
    object.Set("answer", turn.text);
    object.Set("tokens", turn.n_tokens);
    object.Set("stop", to_string(turn.stop));
    object.Set("divergence", turn.divergence ? Napi::Number::New(env, *turn.divergence) : env.Null());
    return object;
}

Napi::Object to_js(Napi::Env env, const engine::sweep_answers & answers) {
    Napi::Object object = Napi::Object::New(env);
    Napi::Array turns = Napi::Array::New(env);
    for (const engine::sweep_turn & turn : answers.turns) {
        turns.Set(turns.Length(), to_js(env, turn));
    }
    object.Set("turns", turns);
    if (!answers.turns.empty()) {
        object.Set("kv", kv_to_js(env, answers.first, answers.params));
    }
    if (!answers.error_code.empty()) {
        Napi::Object error = Napi::Object::New(env);
        error.Set("code", answers.error_code);
        error.Set("message", answers.error_message);
        object.Set("error", error);
    }
    return object;
}

} // namespace

owned_sweep read_sweep(const Napi::Object & object) {
    owned_sweep owned;
    owned.owner = read_turn(object.Get("turn").ToObject());
    owned.request.turn = owned.owner.turn;
    if (owned.request.turn.continues || !owned.request.turn.history.empty()) {
        throw engine::error("invalid_argument", "Expected the first turn of a conversation for a sweep");
    }
    const Napi::Array variants = read_array(object, "variants");
    for (uint32_t i = 0; i < variants.Length(); ++i) {
        owned.request.variants.push_back(read_compression(variants.Get(i).ToObject()));
    }
    owned.request.follow_ups = read_strings(object, "followUps");
    return owned;
}

Napi::Object to_js(Napi::Env env, const engine::sweep_result & result) {
    Napi::Object object = Napi::Object::New(env);
    object.Set("cancelled", result.cancelled);
    object.Set("prompt", prompt_to_js(env, result.reading));
    object.Set("images", images_to_js(env, result.reading));
    object.Set("full", result.full ? to_js(env, *result.full) : env.Null());
    Napi::Array variants = Napi::Array::New(env);
    for (const engine::sweep_answers & answers : result.variants) {
        variants.Set(variants.Length(), to_js(env, answers));
    }
    object.Set("variants", variants);
    Napi::Object ms = Napi::Object::New(env);
    ms.Set("restore", result.reading.ms_restore);
    ms.Set("encode", result.reading.ms_encode);
    ms.Set("prefill", result.reading.ms_prefill);
    object.Set("ms", ms);
    return object;
}

} // namespace addon
