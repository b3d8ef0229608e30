// LoRA adapters on the embedded model: they change what every context of it computes, and a file that is none is
// refused.

#include <atomic>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "check.h"
#include "engine-fixture.h"
#include "engine/error.h"
#include "engine/session/session.h"
#include "ggml-cpp.h"
#include "gguf.h"

namespace {

constexpr int64_t rank = 4;
constexpr int64_t n_embd = 256; // of the embedded model, whose value projection is as wide

using change_file = std::function<void(gguf_context *)>;

/// An adapter of the first layer's value projection. `b` fills all of B: at 0 the adapter changes nothing.
/// @return its path
std::string write_adapter(const fixture::scratch_folder & folder,
                          float b,
                          int64_t width = n_embd,
                          const change_file & change = {}) {
    const ggml_context_ptr tensors(ggml_init({size_t{1} << 20U, nullptr, false}));
    const gguf_context_ptr file(gguf_init_empty());
    gguf_set_val_str(file.get(), "general.type", "adapter");
    gguf_set_val_str(file.get(), "general.architecture", "llama");
    gguf_set_val_str(file.get(), "adapter.type", "lora");
    gguf_set_val_f32(file.get(), "adapter.lora.alpha", static_cast<float>(rank));
    const auto add = [&](const char * name, int64_t columns, int64_t rows, float value) {
        ggml_tensor * tensor = ggml_new_tensor_2d(tensors.get(), GGML_TYPE_F32, columns, rows);
        ggml_set_name(tensor, name);
        auto * values = static_cast<float *>(tensor->data);
        for (int64_t i = 0; i < columns * rows; ++i) {
            values[i] = i % 3 == 0 ? value : -value;
        }
        gguf_add_tensor(file.get(), tensor);
    };
    add("blk.0.attn_v.weight.lora_a", width, rank, 0.5F);
    add("blk.0.attn_v.weight.lora_b", rank, width, b);
    if (change) {
        change(file.get());
    }
    const std::string path = (folder.path / "adapter.gguf").u8string();
    if (!gguf_write_to_file(file.get(), path.c_str(), false)) {
        throw std::runtime_error("cannot write " + path);
    }
    return path;
}

engine::model model_with(const std::vector<std::string> & adapters) {
    return fixture::embedded_model({}, GGML_TYPE_F16, adapters);
}

/// Logits after a few tokens, in a context as the engine makes them.
std::vector<float> logits_of(engine::model & model) {
    engine::context_request request;
    request.n_cells = 64;
    const llama_context_ptr context = engine::context_create(model, request);
    const std::vector<llama_token> tokens = fixture::random_tokens(16, 7);
    return fixture::decode(context.get(), tokens.data(), 16, 0);
}

/// The first line of what a session answers when it compresses: the answer is decoded in its second context.
std::vector<float> logits_after_compression(engine::model & model) {
    std::vector<float> last;
    engine::turn turn;
    turn.documents = {{"notes", std::string(400, 'a') + " The code is 17. " + std::string(400, 'b')}};
    turn.question = "Which code is it?";
    turn.compression.lookm.ratio = 0.3;
    turn.compression.n_prompt_tokens_min = 16;
    turn.n_answer_tokens_max = 3;
    turn.sampling.ignore_end = true;
    const int32_t n_vocab = llama_vocab_n_tokens(model.vocab());
    const engine::turn_observer observer = {[](size_t, const engine::image_reading &) {},
                                            [](int32_t, int32_t) {},
                                            [](int32_t, int32_t) {},
                                            [](const std::string &) {},
                                            [&](int32_t index, const float * logits) {
                                                if (index == 1) {
                                                    last.assign(logits, logits + n_vocab);
                                                }
                                            }};
    const std::atomic<bool> never{false};
    engine::session session(model);
    CHECK(session.ask(turn, observer, never).compressed);
    return last;
}

std::string code_of(const std::vector<std::string> & adapters) {
    try {
        model_with(adapters);
    } catch (const engine::error & error) {
        return error.code;
    }
    return "";
}

} // namespace

TEST(an_adapter_of_zeros_changes_nothing_and_another_one_does) {
    const fixture::scratch_folder folder;
    engine::model plain = model_with({});
    const std::vector<float> expected = logits_of(plain);
    {
        engine::model model = model_with({write_adapter(folder, 0.0F)});
        CHECK(logits_of(model) == expected);
    }
    engine::model model = model_with({write_adapter(folder, 0.05F)});
    CHECK(logits_of(model) != expected);
}

TEST(the_context_that_a_compressed_cache_is_moved_to_has_the_adapter_too) {
    const fixture::scratch_folder folder;
    engine::model plain = model_with({});
    engine::model with = model_with({write_adapter(folder, 0.05F)});
    const std::vector<float> expected = logits_after_compression(plain);
    CHECK(!expected.empty());
    CHECK(logits_after_compression(with) != expected);
}

TEST(several_adapters_add_up) {
    const fixture::scratch_folder one;
    const fixture::scratch_folder other;
    engine::model single = model_with({write_adapter(one, 0.05F)});
    engine::model both = model_with({write_adapter(one, 0.05F), write_adapter(other, 0.05F)});
    CHECK(logits_of(single) != logits_of(both));
}

TEST(a_file_that_is_no_adapter_of_this_model_is_refused) {
    const fixture::scratch_folder folder;
    CHECK_EQUAL(code_of({folder.path.u8string() + "/missing.gguf"}), "adapter_invalid");
    CHECK_EQUAL(code_of({std::string(LOOK_ONCE_MODEL_DIR) + "/look-once-tiny.gguf"}), "adapter_invalid");
    CHECK_EQUAL(code_of({write_adapter(folder, 0.1F, n_embd / 2)}), "adapter_invalid");
    const std::vector<change_file> changes = {
        [](gguf_context * file) { gguf_set_val_str(file, "general.architecture", "qwen2"); },
        [](gguf_context * file) { gguf_set_val_u32(file, "general.architecture", 3); },
        [](gguf_context * file) { gguf_set_val_str(file, "adapter.type", "other"); },
        [](gguf_context * file) { gguf_set_val_u32(file, "adapter.lora.alpha", 4); },
        [](gguf_context * file) { gguf_remove_key(file, "adapter.lora.alpha"); },
    };
    for (const change_file & change : changes) {
        CHECK_EQUAL(code_of({write_adapter(folder, 0.1F, n_embd, change)}), "adapter_invalid");
    }
}

RUN_TESTS()
