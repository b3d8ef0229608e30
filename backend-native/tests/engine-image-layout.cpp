// Where in a picture the tokens of an image are, for every way in which libmtmd cuts and pads pictures.

#include <stdexcept>

#include "check.h"
#include "engine/formats/image-layout.h"

namespace {

using engine::image_chunk;
using engine::image_layout;
using engine::image_tile;
using engine::pixel_size;

engine::projector projector_of(const char * type, int32_t patch_size, int32_t tile_size) {
    engine::projector projector;
    projector.type = type;
    projector.kind = engine::projector_kind_of(type);
    projector.patch_size = patch_size;
    projector.tile_size = tile_size;
    if (projector.kind != nullptr) {
        projector.marks = projector.kind->marks;
        projector.single = projector.kind->single;
        projector.tiles = projector.kind->tiles;
    }
    return projector;
}

/// The frames that libmtmd tries for InternVL: every grid of up to `most` tiles.
std::vector<pixel_size> grids_of_up_to(int32_t most, int32_t side) {
    std::vector<pixel_size> frames;
    for (int32_t x = 1; x <= most; ++x) {
        for (int32_t y = 1; y <= most / x; ++y) {
            frames.push_back({x * side, y * side});
        }
    }
    return frames;
}

/// `n` chunks of one size, one after the other, with the texts between them.
std::vector<image_chunk>
chunks_of(size_t n, int32_t n_tokens, const pixel_size & size, const std::vector<std::string> & texts = {}) {
    std::vector<image_chunk> chunks;
    for (size_t i = 0; i < n; ++i) {
        const auto first = static_cast<int32_t>(i) * (n_tokens + 2) + 1;
        chunks.push_back({first, n_tokens, size, i < texts.size() ? texts[i] : ""});
    }
    return chunks;
}

void check_rectangle(const image_tile & tile, double x, double y, double width, double height) {
    CHECK_NEAR(tile.x, x, 1e-9);
    CHECK_NEAR(tile.y, y, 1e-9);
    CHECK_NEAR(tile.width, width, 1e-9);
    CHECK_NEAR(tile.height, height, 1e-9);
}

/// Every point of the image lies in exactly one tile, and the overview shows all of it.
void check_covers_once(const image_layout & layout) {
    for (double y = 0.005; y < 1; y += 0.03) {
        for (double x = 0.005; x < 1; x += 0.03) {
            int n_tiles = 0;
            for (const image_tile & tile : layout.tiles) {
                const bool inside = x >= tile.x && x < tile.x + tile.width && y >= tile.y && y < tile.y + tile.height;
                n_tiles += inside && !tile.overview ? 1 : 0;
                CHECK(inside || !tile.overview);
            }
            CHECK_EQUAL(n_tiles, 1);
        }
    }
}

const image_tile & overview_of(const image_layout & layout) {
    for (const image_tile & tile : layout.tiles) {
        if (tile.overview) {
            return tile;
        }
    }
    throw std::runtime_error("no overview");
}

} // namespace

TEST(an_image_of_its_own_shape_is_one_tile_over_all_of_it) {
    const auto layout = image_layout_of(projector_of("qwen2vl_merger", 14, 560), {{5, 60, {280, 168}, ""}}, {280, 168});
    CHECK_EQUAL(layout.tiles.size(), size_t{1});
    CHECK(layout.tiles[0].spatial && !layout.tiles[0].overview);
    CHECK_EQUAL(layout.tiles[0].columns, 10);
    CHECK_EQUAL(layout.tiles[0].rows, 6);
    CHECK_EQUAL(layout.patch_tokens.size(), size_t{60});
    CHECK_EQUAL(layout.patch_tokens.front(), 5);
    CHECK_EQUAL(layout.patch_tokens.back(), 64);
    check_rectangle(layout.tiles[0], 0, 0, 1, 1);
}

TEST(row_breaks_are_no_patches) {
    auto projector = projector_of("pixtral", 16, 1024);
    projector.marks = engine::token_marks::row_breaks;
    // 3 rows of 4 patches, and 2 breaks.
    const auto layout = image_layout_of(projector, {{10, 14, {64, 48}, ""}}, {64, 48});
    const std::vector<int32_t> expected = {10, 11, 12, 13, 15, 16, 17, 18, 20, 21, 22, 23};
    CHECK_EQUAL(layout.patch_tokens, expected);
    CHECK_EQUAL(layout.tiles[0].columns, 4);
    CHECK_EQUAL(layout.tiles[0].rows, 3);
    CHECK(layout.tiles[0].spatial);
}

TEST(marks_at_both_ends_and_after_every_row_are_no_patches) {
    const auto ends = image_layout_of(projector_of("cogvlm", 14, 56), {{0, 18, {56, 56}, ""}}, {56, 56});
    CHECK_EQUAL(ends.patch_tokens.size(), size_t{16});
    CHECK_EQUAL(ends.patch_tokens.front(), 1);
    const auto rows = image_layout_of(projector_of("hunyuanvl", 16, 64), {{0, 8, {64, 64}, ""}}, {64, 64});
    const std::vector<int32_t> expected = {1, 2, 4, 5};
    CHECK_EQUAL(rows.patch_tokens, expected);
}

TEST(padding_lies_outside_of_the_image) {
    // 200 x 100 pixels in a square of 112: 112 x 56 of it are image, 28 rows of pixels above and below are not.
    const auto wide = image_layout_of(projector_of("mlp", 14, 112), {{0, 64, {112, 112}, ""}}, {200, 100});
    check_rectangle(wide.tiles[0], 0, -0.5, 1, 2);
    const auto tall = image_layout_of(projector_of("gemma3", 8, 112), {{0, 49, {112, 112}, ""}}, {100, 200});
    check_rectangle(tall.tiles[0], -0.5, 0, 2, 1);
    CHECK_EQUAL(tall.tiles[0].columns, 7);
    CHECK_EQUAL(tall.read_width, 112U);
}

TEST(named_tiles_lie_where_their_names_say_with_the_overview_last) {
    auto projector = projector_of("idefics3", 8, 64);
    projector.tiles = engine::frame_fit::stretch;
    const std::vector<std::string> texts = {"",
                                            "<fake_token_around_image><row_1_col_2>",
                                            "<fake_token_around_image><row_1_col_3>",
                                            "\n<fake_token_around_image><row_2_col_1>",
                                            "<fake_token_around_image><row_2_col_2>",
                                            "<fake_token_around_image><row_2_col_3>",
                                            "\n\n<fake_token_around_image><global-img>"};
    const auto layout = image_layout_of(projector, chunks_of(7, 16, {64, 64}, texts), {300, 180});
    check_covers_once(layout);
    CHECK(layout.tiles[6].overview);
    check_rectangle(layout.tiles[4], 1.0 / 3, 0.5, 1.0 / 3, 0.5);
    CHECK_EQUAL(layout.tiles[4].columns, 4);
    CHECK_EQUAL(layout.tiles[4].first_token, 64);
    CHECK_EQUAL(layout.patch_tokens[64], 4 * 18 + 1);
    CHECK_EQUAL(layout.read_width, 192U);
    CHECK_EQUAL(layout.read_height, 128U);
}

TEST(tiles_named_without_line_breaks_lie_where_their_names_say) {
    const std::vector<std::string> texts = {
        "", "<|img_row_1_col_2|>", "<|img_row_2_col_1|>", "<|img_row_2_col_2|>", "<|img_thumbnail|>"};
    const auto layout =
        image_layout_of(projector_of("lfm2", 16, 512), chunks_of(5, 256, {512, 512}, texts), {999, 999});
    check_covers_once(layout);
    check_rectangle(layout.tiles[1], 0.5, 0, 0.5, 0.5);
    check_rectangle(layout.tiles[2], 0, 0.5, 0.5, 0.5);
}

TEST(slices_come_after_the_overview_and_a_line_break_ends_their_row) {
    const std::vector<std::string> texts = {
        "", "</image><slice>", "</slice><slice>", "</slice>\n<slice>", "</slice><slice>"};
    const auto sizes = chunks_of(5, 64, {448, 448}, texts);
    const auto resampled = image_layout_of(projector_of("resampler", 14, 448), sizes, {896, 896});
    check_covers_once(resampled);
    CHECK(resampled.tiles[0].overview);
    check_rectangle(resampled.tiles[2], 0.5, 0, 0.5, 0.5);
    check_rectangle(resampled.tiles[3], 0, 0.5, 0.5, 0.5);
    // Queries of a resampler look anywhere, even though 64 of them would make a square.
    for (const image_tile & tile : resampled.tiles) {
        CHECK(!tile.spatial);
        CHECK_EQUAL(tile.columns, 64);
        CHECK_EQUAL(tile.rows, 1);
    }
    const auto merged = image_layout_of(projector_of("minicpmv4_6", 14, 448), sizes, {896, 896});
    CHECK(merged.tiles[1].spatial);
    CHECK_EQUAL(merged.tiles[1].columns, 8);
}

TEST(tiles_without_a_word_between_them_lie_in_the_frame_that_fits_best) {
    auto projector = projector_of("internvl", 14, 448);
    projector.frames = grids_of_up_to(12, 448);
    // Two tiles side by side, or one above the other: only the image's shape tells.
    const auto wide = image_layout_of(projector, chunks_of(3, 256, {448, 448}), {896, 448});
    check_covers_once(wide);
    CHECK(wide.tiles[2].overview);
    check_rectangle(wide.tiles[1], 0.5, 0, 0.5, 1);
    const auto tall = image_layout_of(projector, chunks_of(3, 256, {448, 448}), {448, 896});
    check_rectangle(tall.tiles[1], 0, 0.5, 1, 0.5);
    // 800 x 300 becomes 896 x 336 in a frame of 896 x 448.
    const auto padded = image_layout_of(projector, chunks_of(3, 256, {448, 448}), {800, 300});
    check_covers_once(padded);
    check_rectangle(padded.tiles[0], 0, -56.0 / 336, 0.5, 448.0 / 336);
    check_rectangle(overview_of(padded), 0, 0, 1, 1);
}

TEST(what_cannot_be_known_is_said_and_not_guessed) {
    // Another number of tiles than the best frame has.
    auto projector = projector_of("internvl", 14, 448);
    projector.frames = grids_of_up_to(12, 448);
    const auto wrong = image_layout_of(projector, chunks_of(4, 256, {448, 448}), {896, 448});
    for (const image_tile & tile : wrong.tiles) {
        CHECK(tile.overview || !tile.spatial);
    }
    // A kind that is not known, a size that is not, and a number of tokens that is no grid.
    for (const auto & layout : {image_layout_of(projector_of("new_kind", 14, 448), {{0, 64, {448, 448}, ""}}, {9, 9}),
                                image_layout_of(projector_of("mlp", 14, 112), {{0, 64, {0, 0}, ""}}, {9, 9}),
                                image_layout_of(projector_of("mlp", 14, 112), {{0, 63, {112, 112}, ""}}, {9, 9})}) {
        CHECK(!layout.tiles[0].spatial);
        CHECK_EQUAL(layout.tiles[0].rows, 1);
        CHECK_EQUAL(layout.tiles[0].columns, static_cast<int32_t>(layout.patch_tokens.size()));
    }
}

RUN_TESTS()
