#include "engine/llama/sampler.h"

#include <cmath>
#include <vector>

namespace engine {

llama_sampler_ptr sampler_create(const sampling_params & params, const llama_vocab * vocab) {
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

} // namespace engine
