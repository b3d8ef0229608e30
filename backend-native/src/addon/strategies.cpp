#include "addon/strategies.h"

#include "lookm/strategies.h"

namespace addon {

namespace {

/// The shape of the protocol's MethodParts.
Napi::Object to_js(Napi::Env env, const lookm::compress_params & parts) {
    Napi::Object object = Napi::Object::New(env);
    object.Set("merge", lookm::to_string(parts.merge));
    object.Set("textPrior", parts.text_prior);
    object.Set("recentShare", parts.recent_share);
    object.Set("recent", lookm::to_string(parts.recent));
    object.Set("share", lookm::to_string(parts.share));
    object.Set("queries", lookm::to_string(parts.queries));
    object.Set("pooling", parts.pool_kernel);
    object.Set("textPooling", parts.text_pool_kernel);
    object.Set("diversity", parts.diversity);
    object.Set("valueNorm", parts.value_norm);
    object.Set("sinks", parts.n_sinks);
    return object;
}

template <typename Id>
Napi::Array names(Napi::Env env, const std::vector<Id> & ids) {
    Napi::Array array = Napi::Array::New(env);
    for (const Id id : ids) {
        array.Set(array.Length(), lookm::to_string(id));
    }
    return array;
}

} // namespace

Napi::Value strategies(const Napi::CallbackInfo & info) {
    const Napi::Env env = info.Env();
    Napi::Object methods = Napi::Object::New(env);
    for (const lookm::method method : lookm::all_methods()) {
        methods.Set(lookm::to_string(method), to_js(env, lookm::selection_strategy_of(method).defaults));
    }
    Napi::Object table = Napi::Object::New(env);
    table.Set("methods", methods);
    table.Set("merges", names(env, lookm::all_merge_rules()));
    table.Set("querySets", names(env, lookm::all_query_sets()));
    return table;
}

} // namespace addon
