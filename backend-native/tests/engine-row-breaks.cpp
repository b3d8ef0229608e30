// What the projector makes of a picture is numbers: row breaks that libmtmd makes from memory that nobody wrote, and
// a projector that makes none.

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <limits>
#include <string>
#include <vector>

#include "check.h"
#include "engine/formats/row-breaks.h"
#include "engine/prompt/prompt.h"
#include "gguf.h"
#include "session-fixture.h"

using namespace sessions;

namespace {

constexpr int32_t columns = 16;
const std::string projector_path = std::string(LOOK_ONCE_MODEL_DIR) + "/look-once-tiny.mmproj.gguf";

bool is_break(int32_t token) {
    return token % (columns + 1) == columns;
}

/// The tiny projector with a bias that is not a number.
void write_projector_of_no_numbers(const fs::path & path) {
    fs::copy_file(fs::u8path(projector_path), path);
    gguf_context * file = gguf_init_from_file(projector_path.c_str(), {true, nullptr});
    const int64_t id = gguf_find_tensor(file, "mm.2.bias");
    const size_t at = gguf_get_data_offset(file) + gguf_get_tensor_offset(file, id);
    const std::vector<float> values(gguf_get_tensor_size(file, id) / sizeof(float),
                                    std::numeric_limits<float>::quiet_NaN());
    gguf_free(file);
    std::fstream stream(path, std::ios::binary | std::ios::in | std::ios::out);
    stream.seekp(static_cast<std::streamoff>(at));
    stream.write(reinterpret_cast<const char *>(values.data()),
                 static_cast<std::streamsize>(values.size() * sizeof(float)));
}

} // namespace

TEST(the_files_row_break_is_what_libmtmd_puts_between_two_rows) {
    engine::model model = fixture::embedded_model({});
    const std::vector<float> & row = model.vision_kind().row_break;
    CHECK_EQUAL(static_cast<int>(row.size()), llama_model_n_embd_inp(model.get()));
    const engine::prompt prompt =
        engine::prompt_tokenize(model, model.image_marker(), {pictures().at(0).input()}, true);
    const auto segment = std::find_if(
        prompt.segments.begin(), prompt.segments.end(), [](const auto & one) { return one.image != nullptr; });
    CHECK_EQUAL(segment->n_tokens, n_image_tokens);
    CHECK_EQUAL(mtmd_encode_chunk(model.vision(), segment->image), 0);
    const float * made = mtmd_get_output_embd(model.vision());
    for (int32_t token = 0; token < segment->n_tokens; ++token) {
        for (size_t i = 0; is_break(token) && i < row.size(); ++i) {
            const float value = made[static_cast<size_t>(token) * row.size() + i];
            CHECK(!std::isfinite(value) || value == row[i]); // where it is not, nobody had written the memory
        }
    }
}

TEST(row_breaks_are_written_and_nothing_else_is) {
    const engine::projector projector = engine::projector_read(projector_path, false);
    const size_t n_embd = projector.row_break.size();
    std::vector<float> embeddings(n_embd * n_image_tokens, std::numeric_limits<float>::quiet_NaN());
    engine::row_breaks_write(projector, {0, n_image_tokens, {width, height}, ""}, embeddings);
    for (int32_t token = 0; token < n_image_tokens; ++token) {
        const auto begin = embeddings.begin() + static_cast<std::ptrdiff_t>(n_embd) * token;
        const auto end = begin + static_cast<std::ptrdiff_t>(n_embd);
        CHECK(is_break(token) ? std::equal(begin, end, projector.row_break.begin())
                              : std::all_of(begin, end, [](float value) { return std::isnan(value); }));
    }
}

TEST(row_breaks_whose_places_are_not_known_are_left) {
    const engine::projector projector = engine::projector_read(projector_path, false);
    const std::vector<float> before(projector.row_break.size() * n_image_tokens, 7.0f);
    for (const engine::pixel_size & size : {engine::pixel_size{0, 0}, engine::pixel_size{width, 2 * height}}) {
        std::vector<float> embeddings = before;
        engine::row_breaks_write(projector, {0, n_image_tokens, size, ""}, embeddings);
        CHECK(embeddings == before);
    }
    std::vector<float> short_of_one(before.begin(), before.end() - 1);
    const std::vector<float> expected = short_of_one;
    engine::row_breaks_write(projector, {0, n_image_tokens, {width, height}, ""}, short_of_one);
    CHECK(short_of_one == expected);
}

TEST(a_file_without_a_row_break_has_none) {
    CHECK(engine::row_break_read(std::string(LOOK_ONCE_MODEL_DIR) + "/look-once-tiny.gguf").empty());
    CHECK(engine::row_break_read("no such file").empty());
}

TEST(a_projector_that_makes_no_numbers_is_refused) {
    const fixture::scratch_folder folder;
    const fs::path path = folder.path / "broken.gguf";
    write_projector_of_no_numbers(path);
    engine::load_options options = fixture::embedded_options({});
    options.mmproj_path = path.u8string();
    const std::atomic<bool> never{false};
    engine::model model(options, [](float) {}, never);
    engine::session session(model);
    try {
        ask(session, question("What is it?", {0}));
        CHECK(false);
    } catch (const engine::error & refused) {
        CHECK_EQUAL(refused.code, std::string("projector_invalid"));
    }
}

RUN_TESTS()
