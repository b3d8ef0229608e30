// Prints, for each line of token ids on stdin, the five likeliest next tokens with their logits, with an adapter.
// Usage: agree MODEL.gguf ADAPTER.gguf < ids
#include "llama.h"

#include <algorithm>
#include <cstdio>
#include <iostream>
#include <numeric>
#include <sstream>
#include <string>
#include <vector>

int main(int argc, char ** argv) {
    if (argc != 3) {
        std::fprintf(stderr, "usage: agree MODEL.gguf ADAPTER.gguf < ids\n");
        return 2;
    }
    llama_backend_init();
    llama_model * model = llama_model_load_from_file(argv[1], llama_model_default_params());
    llama_adapter_lora * adapter = model ? llama_adapter_lora_init(model, argv[2]) : nullptr;
    if (!adapter) {
        std::fprintf(stderr, "agree: cannot load %s or %s\n", argv[1], argv[2]);
        return 1;
    }
    llama_context_params params = llama_context_default_params();
    params.n_ctx = params.n_batch = 4096;
    params.n_threads = params.n_threads_batch = 2;
    llama_context * context = llama_init_from_model(model, params);
    float scale = 1.0f;
    llama_set_adapters_lora(context, &adapter, 1, &scale);
    const int n_vocab = llama_vocab_n_tokens(llama_model_get_vocab(model));
    for (std::string line; std::getline(std::cin, line);) {
        std::istringstream words(line);
        std::vector<llama_token> ids;
        for (int id; words >> id;) {
            ids.push_back(id);
        }
        llama_memory_clear(llama_get_memory(context), true);
        if (llama_decode(context, llama_batch_get_one(ids.data(), int(ids.size()))) != 0) {
            std::fprintf(stderr, "agree: decoding failed\n");
            return 1;
        }
        const float * logits = llama_get_logits_ith(context, -1);
        std::vector<int> order(n_vocab);
        std::iota(order.begin(), order.end(), 0);
        std::partial_sort(order.begin(), order.begin() + 5, order.end(), [&](int a, int b) { return logits[a] > logits[b]; });
        for (int i = 0; i < 5; i++) {
            std::printf("%d:%.3f ", order[i], logits[order[i]]);
        }
        std::printf("\n");
    }
    llama_free(context);
    llama_adapter_lora_free(adapter);
    llama_model_free(model);
}
