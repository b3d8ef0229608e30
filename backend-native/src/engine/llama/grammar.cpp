#include "engine/llama/grammar.h"

#include <algorithm>
#include <exception>

#include "engine/error.h"
#include "engine/llama/log.h"

#include <chat.h>
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

/// @throws engine::error `json_schema_invalid`
std::string rules_of(const std::string & schema, const std::string & what) {
    if (schema.size() > n_bytes_max || depth_of(schema) > depth_max) {
        throw error("json_schema_invalid",
                    "Expected a JSON Schema of at most " + std::to_string(n_bytes_max) + " bytes and " +
                        std::to_string(depth_max) + " levels");
    }
    try {
        return json_schema_to_grammar(common_json::parse(schema), true);
    } catch (const std::exception & failure) {
        throw error("json_schema_invalid", what + " cannot be followed: " + failure.what());
    }
}

} // namespace

void check_json_schema(const std::string & schema, const std::string & what) {
    rules_of(schema, what);
}

tool_grammar tool_grammar_of(const common_chat_params & params) {
    tool_grammar grammar;
    grammar.rules = params.grammar;
    if (!params.grammar_lazy) {
        grammar.begun = params.generation_prompt;
        return grammar;
    }
    for (const common_grammar_trigger & trigger : params.grammar_triggers) {
        switch (trigger.type) {
        case COMMON_GRAMMAR_TRIGGER_TYPE_WORD:
            grammar.triggers.push_back(regex_escape(trigger.value));
            break;
        case COMMON_GRAMMAR_TRIGGER_TYPE_PATTERN:
            grammar.triggers.push_back(trigger.value);
            break;
        case COMMON_GRAMMAR_TRIGGER_TYPE_PATTERN_FULL:
            grammar.triggers.push_back("^(?:" + trigger.value + ")$");
            break;
        case COMMON_GRAMMAR_TRIGGER_TYPE_TOKEN:
            break; // made of words by llama.cpp's server alone
        }
    }
    if (grammar.triggers.empty()) {
        grammar.rules.clear();
    }
    return grammar;
}

llama_sampler_ptr tool_grammar_create(const tool_grammar & grammar, const llama_vocab * vocab) {
    log_mark_errors();
    if (!grammar.triggers.empty()) {
        std::vector<const char *> triggers;
        for (const std::string & trigger : grammar.triggers) {
            triggers.push_back(trigger.c_str());
        }
        llama_sampler_ptr lazy(llama_sampler_init_grammar_lazy_patterns(
            vocab, grammar.rules.c_str(), "root", triggers.data(), triggers.size(), nullptr, 0));
        if (!lazy) {
            throw error("tools_not_supported", "The tools cannot be followed: " + log_errors_since_mark());
        }
        return lazy;
    }
    llama_sampler_ptr whole(llama_sampler_init_grammar(vocab, grammar.rules.c_str(), "root"));
    if (!whole) {
        throw error("tools_not_supported", "The tools cannot be followed: " + log_errors_since_mark());
    }
    try {
        for (const llama_token token : common_tokenize(vocab, grammar.begun, false, true)) {
            llama_sampler_accept(whole.get(), token);
        }
    } catch (const std::exception & failure) {
        throw error("tools_not_supported", std::string("The tools cannot be followed: ") + failure.what());
    }
    return whole;
}

llama_sampler_ptr grammar_create(const std::string & schema, const llama_vocab * vocab) {
    const std::string grammar = rules_of(schema, "The JSON Schema");
    log_mark_errors();
    llama_sampler_ptr sampler(llama_sampler_init_grammar(vocab, grammar.c_str(), "root"));
    if (!sampler) {
        throw error("json_schema_invalid", "The JSON Schema cannot be followed: " + log_errors_since_mark());
    }
    return sampler;
}

} // namespace engine
