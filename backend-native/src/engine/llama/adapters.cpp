#include "engine/llama/adapters.h"

#include "engine/error.h"
#include "engine/formats/failure-words.h"
#include "engine/llama/log.h"
#include "ggml-cpp.h"
#include "gguf.h"

namespace engine {

namespace {

bool has_type(const gguf_context * file, const char * key, gguf_type type) {
    const int64_t id = gguf_find_key(file, key);
    return id >= 0 && gguf_get_kv_type(file, id) == type;
}

std::string text_of(const gguf_context * file, const char * key) {
    return has_type(file, key, GGUF_TYPE_STRING) ? gguf_get_val_str(file, gguf_find_key(file, key)) : "";
}

/// What llama.cpp takes for granted: it ends the process over a value of another type.
void check_file(const std::string & path) {
    const gguf_context_ptr file(gguf_init_from_file(path.c_str(), {true, nullptr}));
    if (!file) {
        throw error("adapter_invalid", "The adapter " + path + " is not a whole GGUF file");
    }
    if (text_of(file.get(), "general.type") != "adapter" || text_of(file.get(), "adapter.type") != "lora") {
        throw error("adapter_invalid", path + " is no LoRA adapter");
    }
    if (text_of(file.get(), "general.architecture").empty() ||
        !has_type(file.get(), "adapter.lora.alpha", GGUF_TYPE_FLOAT32) || gguf_get_n_tensors(file.get()) == 0) {
        throw error("adapter_invalid", "The LoRA adapter " + path + " is incomplete");
    }
}

} // namespace

std::vector<llama_adapter_lora *> adapters_load(llama_model * model, const std::vector<std::string> & paths) {
    std::vector<llama_adapter_lora *> adapters;
    for (const std::string & path : paths) {
        check_file(path);
        log_mark_errors();
        llama_adapter_lora * adapter = llama_adapter_lora_init(model, path.c_str());
        if (adapter == nullptr) {
            const std::string said = log_errors_since_mark();
            throw error(code_of_failure(said, "adapter_invalid"),
                        "llama.cpp could not use the LoRA adapter " + path + " with this model: " + said);
        }
        if (llama_adapter_get_alora_n_invocation_tokens(adapter) > 0) {
            throw error("adapter_invalid",
                        "The LoRA adapter " + path + " waits for words that turn it on, which is not supported");
        }
        adapters.push_back(adapter);
    }
    return adapters;
}

void adapters_apply(llama_context * context, const std::vector<llama_adapter_lora *> & adapters) {
    if (adapters.empty()) {
        return;
    }
    std::vector<llama_adapter_lora *> list = adapters;
    std::vector<float> scales(list.size(), 1.0F);
    if (llama_set_adapters_lora(context, list.data(), list.size(), scales.data()) != 0) {
        throw error("internal", "llama.cpp refused LoRA adapters that it had loaded");
    }
}

} // namespace engine
