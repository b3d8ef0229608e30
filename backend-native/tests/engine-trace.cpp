// What tells two beginnings of conversations apart.

#include <atomic>
#include <set>
#include <string>
#include <vector>

#include "check.h"
#include "engine-fixture.h"
#include "engine/prompt/trace.h"

namespace {

engine::model & embedded() {
    static engine::model model = fixture::embedded_model({});
    return model;
}

/// A prompt whose pictures are blank: only their hashes and sizes are looked at.
struct asked {
    std::vector<uint8_t> pixels;
    std::vector<engine::image_input> images;
    engine::prompt prompt;

    asked(const std::vector<std::string> & hashes, uint32_t width = 160, uint32_t height = 96)
        : pixels(size_t{3} * width * height, 200) {
        std::string text = "Look:\n";
        for (const std::string & hash : hashes) {
            images.push_back({"picture", width, height, pixels.data(), hash});
            text += embedded().image_marker() + "\n";
        }
        prompt = engine::prompt_tokenize(embedded(), text + "What is it?", images, true);
    }

    engine::trace trace() const { return engine::trace_of(prompt, images); }
};

const std::string hash_a(64, 'a');
const std::string hash_b = std::string(63, 'a') + "b";
const std::string hash_c = "b" + std::string(63, 'a');

std::vector<engine::trace_unit> pictures_of(const engine::trace & trace) {
    std::vector<engine::trace_unit> pictures;
    for (const engine::trace_unit & unit : trace) {
        if (unit.is_image()) {
            pictures.push_back(unit);
        }
    }
    return pictures;
}

} // namespace

TEST(a_trace_holds_every_token_of_the_prompt_once) {
    const asked both({hash_a, hash_c});
    const engine::trace trace = both.trace();
    CHECK_EQUAL(engine::count_tokens(trace), int64_t{both.prompt.n_tokens});
    int64_t n_pos = 0;
    size_t n_text = 0;
    for (const engine::trace_unit & unit : trace) {
        n_pos += unit.n_pos;
        n_text += unit.is_image() ? 0 : 1;
    }
    CHECK_EQUAL(n_pos, int64_t{both.prompt.n_pos});
    CHECK_EQUAL(n_text, static_cast<size_t>(both.prompt.n_tokens - both.prompt.n_image_tokens));
    CHECK_EQUAL(pictures_of(trace).size(), size_t{2});
}

TEST(the_same_pictures_and_words_make_the_same_trace) {
    CHECK(asked({hash_a, hash_c}).trace() == asked({hash_a, hash_c}).trace());
    CHECK(!(asked({hash_a, hash_c}).trace() == asked({hash_c, hash_a}).trace()));
    CHECK(!(asked({hash_a}).trace() == asked({hash_c}).trace()));
    CHECK(!(asked({hash_a}).trace() == asked({hash_a}, 96, 160).trace()));
    CHECK(asked({hash_a, hash_a}).trace() == asked({hash_a, hash_a}).trace());
}

TEST(a_picture_without_a_hash_is_like_no_other) {
    const asked unknown({"", ""});
    const auto first = pictures_of(unknown.trace());
    const auto second = pictures_of(unknown.trace());
    CHECK(!(first[0] == first[1]));
    CHECK(!(first[0] == second[0]));
    CHECK(!(pictures_of(asked({hash_a}).trace())[0] == first[0]));
    CHECK(engine::chunk_key(unknown.prompt, 1, unknown.images).empty());
}

TEST(a_picture_is_no_token_of_text) {
    CHECK(!engine::trace_of(llama_token{0}).is_image());
    CHECK(!engine::trace_of(INT32_MAX).is_image());
    CHECK(engine::trace_of(llama_token{1}) == engine::trace_of(llama_token{1}));
    CHECK(!(engine::trace_of(llama_token{1}) == engine::trace_of(llama_token{2})));
}

TEST(chunks_of_one_picture_differ_and_are_named_by_the_whole_hash) {
    // As a projector with tiles cuts one picture: two chunks of the same size.
    asked tiled({hash_a, hash_b});
    std::vector<size_t> chunks;
    for (size_t i = 0; i < tiled.prompt.segments.size(); ++i) {
        if (tiled.prompt.segments[i].image != nullptr) {
            chunks.push_back(i);
        }
    }
    CHECK_EQUAL(chunks.size(), size_t{2});
    CHECK(engine::chunk_key(tiled.prompt, chunks[0], tiled.images) !=
          engine::chunk_key(tiled.prompt, chunks[1], tiled.images));
    tiled.prompt.segments[chunks[1]].image_index = 0;
    const auto pictures = pictures_of(tiled.trace());
    CHECK(!(pictures[0] == pictures[1]));
    CHECK_EQUAL(engine::chunk_key(tiled.prompt, chunks[0], tiled.images), hash_a + " 0");
    CHECK_EQUAL(engine::chunk_key(tiled.prompt, chunks[1], tiled.images), hash_a + " 1");
}

RUN_TESTS()
