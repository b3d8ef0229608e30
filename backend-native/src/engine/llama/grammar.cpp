#include "engine/llama/grammar.h"

#include <algorithm>
#include <exception>

#include "engine/error.h"
#include "engine/llama/log.h"

#include <json-schema-to-grammar.h>

namespace engine {

namespace {

constexpr size_t n_bytes_max = size_t{64} << 10U;
/// What follows goes down one call for every level.
constexpr int32_t depth_max = 64;

/// The most brackets that are open at once; those in strings count too, which only makes it stricter.
int32_t depth_of(const std::string & json) {
    int32_t depth = 0;
    int32_t deepest = 0;
    for (const char c : json) {
        depth += c == '{' || c == '[' ? 1 : c == '}' || c == ']' ? -1 : 0;
        deepest = std::max(deepest, depth);
    }
    return deepest;
}

} // namespace

llama_sampler_ptr grammar_create(const std::string & schema, const llama_vocab * vocab) {
    if (schema.size() > n_bytes_max || depth_of(schema) > depth_max) {
        throw error("json_schema_invalid",
                    "Expected a JSON Schema of at most " + std::to_string(n_bytes_max) + " bytes and " +
                        std::to_string(depth_max) + " levels");
    }
    std::string grammar;
    try {
        grammar = json_schema_to_grammar(common_json::parse(schema), true);
    } catch (const std::exception & failure) {
        throw error("json_schema_invalid", std::string("The JSON Schema cannot be followed: ") + failure.what());
    }
    log_mark_errors();
    llama_sampler_ptr sampler(llama_sampler_init_grammar(vocab, grammar.c_str(), "root"));
    if (!sampler) {
        throw error("json_schema_invalid", "The JSON Schema cannot be followed: " + log_errors_since_mark());
    }
    return sampler;
}

} // namespace engine
