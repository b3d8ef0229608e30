#include "addon/layer.h"

#include <algorithm>
#include <vector>

#include "addon/errors.h"
#include "addon/settings-marshal.h"
#include "addon/values.h"
#include "engine/error.h"
#include "engine/processors.h"
#include "lookm/compress.h"

namespace addon {

namespace {

template <typename Array>
Array read_typed(const Napi::Object & object, const char * key, napi_typedarray_type type, size_t length) {
    const Napi::Value value = object.Get(key);
    if (!value.IsTypedArray() || value.As<Napi::TypedArray>().TypedArrayType() != type ||
        value.As<Napi::TypedArray>().ElementLength() != length) {
        throw engine::error("invalid_argument",
                            "Expected a typed array of " + std::to_string(length) + " elements for " + key +
                                " but received " + value.ToString().Utf8Value().substr(0, 60));
    }
    return value.As<Array>();
}

Napi::Float32Array to_js(Napi::Env env, const std::vector<float> & values) {
    Napi::Float32Array array = Napi::Float32Array::New(env, values.size());
    std::copy(values.begin(), values.end(), array.Data());
    return array;
}

Napi::Object compress(Napi::Env env, const Napi::Object & input) {
    const auto n_tokens = static_cast<size_t>(read_number(input, "nTokens", 1, 1 << 24));
    const auto n_head_kv = static_cast<size_t>(read_number(input, "nHeadKv", 1, 1024));
    const auto d_head = static_cast<size_t>(read_number(input, "dHead", 1, 4096));
    const lookm::compress_params params = read_compress_params(input, read_ratio(input));
    const size_t n_values = n_tokens * n_head_kv * d_head;
    const auto keys = read_typed<Napi::Float32Array>(input, "keys", napi_float32_array, n_values);
    const auto values = read_typed<Napi::Float32Array>(input, "values", napi_float32_array, n_values);
    const auto scores = read_typed<Napi::Float32Array>(input, "scores", napi_float32_array, n_tokens * n_head_kv);
    const auto kinds_array = read_typed<Napi::Uint8Array>(input, "kinds", napi_uint8_array, n_tokens);

    std::vector<lookm::token_kind> kinds;
    for (size_t i = 0; i < n_tokens; ++i) {
        kinds.push_back(kinds_array.Data()[i] == 0 ? lookm::token_kind::text : lookm::token_kind::image);
    }
    lookm::compute_pool pool(static_cast<int>(engine::usable_processors()));
    const lookm::compressed_host result = lookm::compress_host(pool,
                                                               params,
                                                               static_cast<int64_t>(n_tokens),
                                                               static_cast<int64_t>(n_head_kv),
                                                               static_cast<int64_t>(d_head),
                                                               kinds.data(),
                                                               keys.Data(),
                                                               values.Data(),
                                                               scores.Data());

    Napi::Object output = Napi::Object::New(env);
    output.Set("nKept", static_cast<double>(result.plan.n_kept));
    Napi::Int32Array kept = Napi::Int32Array::New(env, result.plan.kept.size());
    std::copy(result.plan.kept.begin(), result.plan.kept.end(), kept.Data());
    output.Set("kept", kept);
    output.Set("keys", to_js(env, result.layer.keys));
    output.Set("values", to_js(env, result.layer.values));
    return output;
}

} // namespace

Napi::Value compress_layer(const Napi::CallbackInfo & info) {
    Napi::Value output;
    failure failure;
    if (!capture([&] { output = compress(info.Env(), info[0].ToObject()); }, failure)) {
        throw to_js_error(info.Env(), failure);
    }
    return output;
}

} // namespace addon
