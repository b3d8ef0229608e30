#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "engine/llama/grammar.h"
#include "llama-cpp.h"

namespace engine {

/// How the next token is drawn. `temperature` 0 is greedy; the other numbers then do not matter.
struct sampling_params {
    float temperature = 0.0F;
    int32_t top_k = 40; ///< 0: no limit
    float top_p = 0.95F;
    float min_p = 0.05F;
    uint32_t seed = 0;
    bool ignore_end = false;      ///< never draw a token that ends the answer: benchmarks need answers of one length
    std::string json_schema = {}; ///< that the answer has to follow; empty: none
};

/// llama.cpp's sampler chain for `params`: top-k, top-p, min-p, temperature, draw; or greedy. With a schema, its
/// grammar decides what may be drawn.
class token_sampler {
  public:
    token_sampler() = default;
    /// @throws engine::error `json_schema_invalid`
    token_sampler(const sampling_params & params, const llama_vocab * vocab);
    /// @param tools instead of a schema
    /// @throws engine::error `tools_not_supported`
    token_sampler(const sampling_params & params, const llama_vocab * vocab, const tool_grammar & tools);

    /// Draws a token by the last logits of `context`.
    /// @param constrained false: the schema does not apply yet
    /// @return LLAMA_TOKEN_NULL when the schema leaves none
    llama_token sample(llama_context * context, bool constrained);

    /// Tells of a token that was written without being drawn.
    void follow(llama_token token);

    bool has_schema() const { return grammar_ != nullptr && !is_for_tools_; }

  private:
    void accept(llama_token token);
    void read_logits(llama_context * context);
    llama_token draw();
    bool grammar_allows(llama_token token);

    llama_sampler_ptr chain_;
    llama_sampler_ptr grammar_; ///< null without a schema and without tools
    bool is_for_tools_ = false;
    bool is_for_everything_ = false; ///< reasoning included
    std::vector<llama_token_data> candidates_;
    llama_token_data_array array_ = {};
};

} // namespace engine
