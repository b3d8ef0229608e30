// A model on each GPU of this machine against the same model on the CPU: what it computes, what its cache keeps, and
// whole conversations with pictures. GGML_VK_VISIBLE_DEVICES lets a Vulkan driver that runs on the CPU take part.

#include <cmath>
#include <string>
#include <vector>

#include "check.h"
#include "device-fixture.h"
#include "engine/session/session.h"

using namespace device_fixture;

namespace {

std::vector<std::string> gpus() {
    llama_backend_init();
    std::vector<std::string> names;
    for (size_t i = 0; i < ggml_backend_dev_count(); ++i) {
        ggml_backend_dev_t device = ggml_backend_dev_get(i);
        const enum ggml_backend_dev_type type = ggml_backend_dev_type(device);
        if (type == GGML_BACKEND_DEVICE_TYPE_GPU || type == GGML_BACKEND_DEVICE_TYPE_IGPU) {
            names.emplace_back(ggml_backend_dev_name(device));
        }
    }
    if (names.empty()) {
        throw check::skipped{"this build sees no GPU on this machine"};
    }
    return names;
}

/// Share of the squared length of `expected` that is missed.
double relative_error(const std::vector<float> & actual, const std::vector<float> & expected) {
    double missed = 0;
    double length = 0;
    for (size_t i = 0; i < expected.size(); ++i) {
        missed += std::pow(actual.at(i) - expected[i], 2);
        length += std::pow(expected[i], 2);
    }
    return missed / length;
}

std::vector<float> logits(const engine::model & model, ggml_type kv_type) {
    fixture::context_options options;
    options.kv_type = kv_type;
    const llama_context_ptr context = fixture::context(model.get(), options);
    const auto tokens = fixture::random_tokens(100, 3);
    return fixture::decode(context.get(), tokens.data(), 100, 0);
}

engine::answer ask(engine::session & session, double ratio, lookm::merge_rule merge) {
    constexpr uint32_t width = 256;
    constexpr uint32_t height = 128;
    static const std::vector<uint8_t> pixels = [] {
        std::vector<uint8_t> made(size_t{3} * width * height);
        for (size_t i = 0; i < made.size(); ++i) {
            made[i] = static_cast<uint8_t>((i / 3 / 9 + i / (size_t{3} * width) / 11) % 2 == 0 ? 30 : 220);
        }
        return made;
    }();
    engine::turn turn;
    turn.images = {{"picture", width, height, pixels.data(), std::string(64, 'a')}};
    turn.question = "What does the picture show?";
    turn.compression.lookm.method = lookm::method::look_once;
    turn.compression.lookm.ratio = ratio;
    turn.compression.lookm.queries = lookm::query_set::question;
    turn.compression.lookm.recent = lookm::recent_rule::question;
    turn.compression.lookm.merge = merge;
    turn.compression.n_prompt_tokens_min = 64;
    turn.n_answer_tokens_max = 8;
    turn.sampling.ignore_end = true;
    const engine::turn_observer silent = {[](size_t, const engine::image_reading &) {},
                                          [](int32_t, int32_t) {},
                                          [](int32_t, int32_t) {},
                                          [](const std::string &) {},
                                          {}};
    return session.ask(turn, silent, never);
}

} // namespace

TEST(a_model_on_a_gpu_computes_what_it_computes_on_the_cpu) {
    const engine::model here = loaded({}, "CPU");
    for (const std::string & gpu : gpus()) {
        const engine::model there = loaded({}, gpu);
        CHECK(there.info().devices == std::vector<std::string>{gpu});
        for (ggml_type type : {GGML_TYPE_F16, GGML_TYPE_Q8_0, GGML_TYPE_Q4_0}) {
            CHECK(relative_error(logits(there, type), logits(here, type)) < (type == GGML_TYPE_Q4_0 ? 0.02 : 0.005));
        }
    }
}

TEST(a_cache_on_a_gpu_is_compressed_as_one_on_the_cpu) {
    const engine::model here = loaded({}, "CPU");
    for (const std::string & gpu : gpus()) {
        const engine::model there = loaded({}, gpu);
        for (lookm::merge_rule merge : {lookm::merge_rule::none, lookm::merge_rule::pivot}) {
            check_same(compress(there, merge), compress(here, merge), here, 50);
        }
    }
}

TEST(a_gpu_answers_about_a_picture_with_the_full_cache_and_with_a_fifth) {
    for (const std::string & gpu : gpus()) {
        for (ggml_type type : {GGML_TYPE_F16, GGML_TYPE_Q8_0}) {
            engine::model there = fixture::embedded_model({}, type, {}, gpu);
            engine::session session(there);
            for (double ratio : {1.0, 0.2}) {
                const engine::answer answer = ask(session, ratio, lookm::merge_rule::none);
                CHECK_EQUAL(answer.n_tokens, int32_t{8});
                CHECK_EQUAL(answer.compressed, ratio < 1.0);
            }
        }
    }
}

RUN_TESTS()
