#pragma once

#include <string>
#include <vector>

#include "llama-cpp.h"

struct common_chat_params;

namespace engine {

/// What calls of tools look like, as the chat template wants them.
struct tool_grammar {
    std::string rules;                 ///< empty: anything may be said
    std::vector<std::string> triggers; ///< regular expressions of what begins a call, up to which anything may be said;
                                       ///< empty: the rules are for all that the model writes, its reasoning included
    std::string begun;                 ///< of what the rules are for, the part that the prompt holds already
};

tool_grammar tool_grammar_of(const common_chat_params & params);

/// @throws engine::error `tools_not_supported`
llama_sampler_ptr tool_grammar_create(const tool_grammar & grammar, const llama_vocab * vocab);

/// @param what of which the refusal speaks
/// @throws engine::error `json_schema_invalid` for a schema that no grammar can be made of
void check_json_schema(const std::string & schema, const std::string & what);

/// llama.cpp's sampler that lets through what a JSON Schema allows, and nothing else.
/// @param schema JSON, at most 64 KiB and 64 levels deep
/// @throws engine::error `json_schema_invalid`
llama_sampler_ptr grammar_create(const std::string & schema, const llama_vocab * vocab);

} // namespace engine
