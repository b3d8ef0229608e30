#include "addon/settings-marshal.h"

#include <optional>
#include <string_view>

#include "addon/values.h"

namespace addon {

namespace {

uint32_t read_seed(const Napi::Object & object) {
    return static_cast<uint32_t>(read_number(object, "seed", 0, UINT32_MAX));
}

template <typename T>
T read_name(const Napi::Object & object, const char * key, std::optional<T> (*parse)(std::string_view)) {
    const std::string name = read_string(object, key);
    const std::optional<T> value = parse(name);
    if (!value) {
        refuse("a known name", key, "\"" + name + "\"");
    }
    return *value;
}

ggml_type read_kv_type(const Napi::Object & object) {
    const std::string name = read_string(object, "kvType");
    if (name == "f16") {
        return GGML_TYPE_F16;
    }
    if (name == "q8_0") {
        return GGML_TYPE_Q8_0;
    }
    if (name == "q4_0") {
        return GGML_TYPE_Q4_0;
    }
    refuse("f16, q8_0 or q4_0", "kvType", "\"" + name + "\"");
}

engine::reading_rule read_reading_rule(const Napi::Object & object) {
    const std::string name = read_string(object, "reading");
    if (name == "auto") {
        return engine::reading_rule::automatic;
    }
    if (name == "whole") {
        return engine::reading_rule::whole;
    }
    if (name == "chunks") {
        return engine::reading_rule::chunks;
    }
    refuse("auto, whole or chunks", "reading", "\"" + name + "\"");
}

/// Left out: nothing is kept.
engine::cache_options read_cache(const Napi::Object & object) {
    engine::cache_options cache;
    if (object.Get("cache").IsUndefined()) {
        return cache;
    }
    const Napi::Object given = read_object(object, "cache");
    constexpr double max_safe_integer = 9007199254740991.0;
    cache.folder = read_string(given, "folder");
    cache.max_bytes = static_cast<uint64_t>(read_number(given, "maxBytes", 1, max_safe_integer));
    cache.model_id = read_string(given, "modelId");
    cache.projector_id = read_string(given, "projectorId");
    return cache;
}

} // namespace

engine::load_options read_load_options(const Napi::Object & object) {
    engine::load_options options;
    options.model_path = read_string(object, "modelPath");
    options.mmproj_path = read_string_or(object, "mmprojPath", "");
    options.adapter_paths = read_strings(object, "adapterPaths");
    options.n_gpu_layers = read_int(object, "gpuLayers", -1);
    options.device = read_string_or(object, "device", "");
    options.rpc_servers = read_strings(object, "rpcServers");
    options.n_threads = read_int(object, "threads", 0, 1024);
    options.n_ctx = static_cast<uint32_t>(read_int(object, "contextSize", 0));
    options.kv_type = read_kv_type(object);
    options.image_min_tokens = read_int(object, "imageMinTokens", 0);
    options.image_max_tokens = read_int(object, "imageMaxTokens", 0);
    options.cache = read_cache(object);
    options.holds_whole_cache = read_bool(object, "holdsWholeCache");
    return options;
}

double read_ratio(const Napi::Object & object) {
    return object.Get("ratio").ToNumber().DoubleValue(); // the method checks its own range, NaN included
}

lookm::compress_params read_compress_params(const Napi::Object & object, double ratio) {
    lookm::compress_params params;
    params.method = read_name(object, "method", lookm::parse_method);
    params.ratio = ratio;
    params.recent_share = object.Get("recentShare").ToNumber().DoubleValue();
    params.text_prior = read_bool(object, "textPrior");
    params.merge = read_name(object, "merge", lookm::parse_merge_rule);
    params.seed = read_seed(object);
    params.queries = read_name(object, "queries", lookm::parse_query_set);
    params.recent = read_name(object, "recent", lookm::parse_recent_rule);
    params.share = read_name(object, "share", lookm::parse_score_share);
    params.pool_kernel = static_cast<uint32_t>(read_int(object, "pooling", 0));
    params.text_pool_kernel = static_cast<uint32_t>(read_int(object, "textPooling", 0));
    params.diversity = object.Get("diversity").ToNumber().DoubleValue();
    params.value_norm = read_bool(object, "valueNorm");
    params.n_sinks = static_cast<uint32_t>(read_int(object, "sinks", 0));
    if (read_string(object, "mergeWhat") != "auto") {
        params.merge_what = read_name(object, "mergeWhat", lookm::parse_merge_what);
    }
    lookm::check_params(params);
    return params;
}

engine::kv_settings read_compression(const Napi::Object & object) {
    engine::kv_settings params;
    const Napi::Value ratio = object.Get("ratio");
    params.ratio_auto = ratio.IsString() && ratio.As<Napi::String>().Utf8Value() == "auto";
    params.lookm = read_compress_params(object, params.ratio_auto ? 1.0 : read_ratio(object));
    params.merge_what_auto = read_string(object, "mergeWhat") == "auto";
    params.reading = read_reading_rule(object);
    params.n_prompt_tokens_min = read_int(object, "minPromptTokens", 0);
    return params;
}

engine::sampling_params read_sampling(const Napi::Object & object) {
    engine::sampling_params sampling;
    sampling.temperature = static_cast<float>(read_number(object, "temperature", 0, 100));
    sampling.top_k = read_int(object, "topK", 0);
    sampling.top_p = static_cast<float>(read_number(object, "topP", 0, 1));
    sampling.min_p = static_cast<float>(read_number(object, "minP", 0, 1));
    sampling.ignore_end = read_bool(object, "ignoreEnd");
    sampling.seed = read_seed(object);
    sampling.json_schema = read_string_or(object, "jsonSchema", "");
    return sampling;
}

} // namespace addon
