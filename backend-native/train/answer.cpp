// Greedy answers from llama.cpp with an adapter: for each line of token ids on stdin one line of answer ids.
// What a line shares with the one before is kept in the cache, so that many questions about one text are cheap.
// Usage: answer MODEL.gguf ADAPTER.gguf|- LIMIT < ids
#include "llama.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <iostream>
#include <sstream>
#include <string>
#include <vector>

namespace {

constexpr int n_batch = 512;

int likeliest(llama_context * context, int n_vocab) {
    const float * logits = llama_get_logits_ith(context, -1);
    return int(std::max_element(logits, logits + n_vocab) - logits);
}

bool read(llama_context * context, std::vector<llama_token> & ids, size_t from) {
    for (size_t at = from; at < ids.size(); at += n_batch) {
        const int n = int(std::min(ids.size() - at, size_t(n_batch)));
        if (llama_decode(context, llama_batch_get_one(ids.data() + at, n)) != 0) {
            return false;
        }
    }
    return true;
}

} // namespace

int main(int argc, char ** argv) {
    if (argc != 4) {
        std::fprintf(stderr, "usage: answer MODEL.gguf ADAPTER.gguf|- LIMIT < ids\n");
        return 2;
    }
    llama_log_set(
        [](ggml_log_level level, const char * text, void *) {
            if (level == GGML_LOG_LEVEL_ERROR) {
                std::fputs(text, stderr);
            }
        },
        nullptr);
    llama_backend_init();
    llama_model * model = llama_model_load_from_file(argv[1], llama_model_default_params());
    const bool plain = std::string(argv[2]) == "-";
    llama_adapter_lora * adapter = model && !plain ? llama_adapter_lora_init(model, argv[2]) : nullptr;
    if (!model || (!plain && !adapter)) {
        std::fprintf(stderr, "answer: cannot load %s or %s\n", argv[1], argv[2]);
        return 1;
    }
    llama_context_params params = llama_context_default_params();
    params.n_ctx = 8192;
    params.n_batch = n_batch;
    params.n_threads = params.n_threads_batch = 1;
    llama_context * context = llama_init_from_model(model, params);
    float scale = 1.0f;
    if (adapter) {
        llama_set_adapters_lora(context, &adapter, 1, &scale);
    }
    const llama_vocab * vocab = llama_model_get_vocab(model);
    const int n_vocab = llama_vocab_n_tokens(vocab);
    std::vector<llama_token> cached;
    for (std::string line; std::getline(std::cin, line);) {
        std::istringstream words(line);
        std::vector<llama_token> ids;
        for (int id; words >> id;) {
            ids.push_back(id);
        }
        size_t shared = 0;
        while (shared < cached.size() && shared + 1 < ids.size() && cached[shared] == ids[shared]) {
            shared++;
        }
        llama_memory_seq_rm(llama_get_memory(context), 0, llama_pos(shared), -1);
        if (!read(context, ids, shared)) {
            std::fprintf(stderr, "answer: decoding failed\n");
            return 1;
        }
        cached = ids;
        for (int n = std::atoi(argv[3]), id; n > 0 && !llama_vocab_is_eog(vocab, id = likeliest(context, n_vocab));
             n--) {
            std::printf("%d ", id);
            cached.push_back(id);
            if (llama_decode(context, llama_batch_get_one(&cached.back(), 1)) != 0) {
                return 1;
            }
        }
        std::printf("\n");
        std::fflush(stdout);
    }
    llama_free(context);
    llama_adapter_lora_free(adapter);
    llama_model_free(model);
}
