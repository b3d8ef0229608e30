#include "engine/llama/sampler.h"

#include <cmath>
#include <exception>

namespace engine {

namespace {

llama_sampler_ptr chain_create(const sampling_params & params, const llama_vocab * vocab) {
    llama_sampler_ptr chain(llama_sampler_chain_init(llama_sampler_chain_default_params()));
    if (params.ignore_end) {
        const int32_t n_vocab = llama_vocab_n_tokens(vocab);
        std::vector<llama_logit_bias> ends;
        for (llama_token token = 0; token < n_vocab; ++token) {
            if (llama_vocab_is_eog(vocab, token)) {
                ends.push_back({token, -INFINITY});
            }
        }
        llama_sampler_chain_add(chain.get(),
                                llama_sampler_init_logit_bias(n_vocab, static_cast<int32_t>(ends.size()), ends.data()));
    }
    if (params.temperature <= 0.0F) {
        llama_sampler_chain_add(chain.get(), llama_sampler_init_greedy());
        return chain;
    }
    llama_sampler_chain_add(chain.get(), llama_sampler_init_top_k(params.top_k));
    llama_sampler_chain_add(chain.get(), llama_sampler_init_top_p(params.top_p, 1));
    llama_sampler_chain_add(chain.get(), llama_sampler_init_min_p(params.min_p, 1));
    llama_sampler_chain_add(chain.get(), llama_sampler_init_temp(params.temperature));
    llama_sampler_chain_add(chain.get(), llama_sampler_init_dist(params.seed));
    return chain;
}

} // namespace

token_sampler::token_sampler(const sampling_params & params, const llama_vocab * vocab)
    : chain_(chain_create(params, vocab)) {
    if (!params.json_schema.empty()) {
        grammar_ = grammar_create(params.json_schema, vocab);
    }
}

token_sampler::token_sampler(const sampling_params & params, const llama_vocab * vocab, const tool_grammar & tools)
    : chain_(chain_create(params, vocab)), is_for_tools_(true),
      is_for_everything_(!tools.rules.empty() && tools.triggers.empty()) {
    if (!tools.rules.empty()) {
        grammar_ = tool_grammar_create(tools, vocab);
    }
}

void token_sampler::follow(llama_token token) {
    if (is_for_everything_) {
        accept(token);
    }
}

/// A token may end one rule and begin what no rule allows: what is said from then on is free, and the parser decides.
void token_sampler::accept(llama_token token) {
    if (!grammar_) {
        return;
    }
    try {
        llama_sampler_accept(grammar_.get(), token);
    } catch (const std::exception &) {
        grammar_.reset();
    }
}

void token_sampler::read_logits(llama_context * context) {
    const float * logits = llama_get_logits_ith(context, -1);
    const int32_t n_vocab = llama_vocab_n_tokens(llama_model_get_vocab(llama_get_model(context)));
    candidates_.resize(static_cast<size_t>(n_vocab));
    for (llama_token token = 0; token < n_vocab; ++token) {
        candidates_[static_cast<size_t>(token)] = {token, logits[token], 0.0F};
    }
    array_ = {candidates_.data(), candidates_.size(), -1, false};
}

llama_token token_sampler::draw() {
    llama_sampler_apply(chain_.get(), &array_);
    if (array_.selected < 0) {
        return LLAMA_TOKEN_NULL;
    }
    const llama_token_data & drawn = array_.data[array_.selected];
    return std::isfinite(drawn.logit) ? drawn.id : LLAMA_TOKEN_NULL;
}

bool token_sampler::grammar_allows(llama_token token) {
    llama_token_data alone = {token, 1.0F, 0.0F};
    llama_token_data_array array = {&alone, 1, -1, false};
    llama_sampler_apply(grammar_.get(), &array);
    return std::isfinite(alone.logit);
}

llama_token token_sampler::sample(llama_context * context, bool constrained) {
    if (!grammar_ || !(constrained || is_for_everything_)) {
        return llama_sampler_sample(chain_.get(), context, -1);
    }
    // Asking the grammar for one token costs nothing; for the whole vocabulary, more than a small model's decoding.
    read_logits(context);
    llama_token token = draw();
    if (token == LLAMA_TOKEN_NULL || !grammar_allows(token)) {
        read_logits(context);
        llama_sampler_apply(grammar_.get(), &array_);
        token = draw();
    }
    if (token == LLAMA_TOKEN_NULL || !grammar_allows(token)) {
        return LLAMA_TOKEN_NULL;
    }
    llama_sampler_accept(chain_.get(), token);
    accept(token);
    return token;
}

} // namespace engine
