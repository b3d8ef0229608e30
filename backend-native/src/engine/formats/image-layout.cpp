#include "engine/formats/image-layout.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <limits>

namespace engine {

namespace {

/// Tiles in a row, and rows; {0, 0} when it cannot be told.
struct tile_grid {
    int32_t columns = 0;
    int32_t rows = 0;
};

/// Where the image lies in the frame that it was fitted into, in the frame's pixels.
struct fitted_image {
    double x = 0;
    double y = 0;
    double width = 0;
    double height = 0;
};

fitted_image fit(const pixel_size & image, const pixel_size & frame, frame_fit how) {
    if (how == frame_fit::stretch || (image.width == frame.width && image.height == frame.height)) {
        return {0, 0, static_cast<double>(frame.width), static_cast<double>(frame.height)};
    }
    // As libmtmd's resize does it: in float, rounded up, the padding on both sides.
    const float scale = std::min(static_cast<float>(frame.width) / static_cast<float>(image.width),
                                 static_cast<float>(frame.height) / static_cast<float>(image.height));
    const auto scaled = [scale](int32_t side, int32_t most) {
        return std::min(static_cast<int32_t>(std::ceil(static_cast<float>(side) * scale)), most);
    };
    const int32_t width = scaled(image.width, frame.width);
    const int32_t height = scaled(image.height, frame.height);
    const int32_t left = (frame.width - width) / 2;
    const int32_t top = (frame.height - height) / 2;
    return {
        static_cast<double>(left), static_cast<double>(top), static_cast<double>(width), static_cast<double>(height)};
}

/// A rectangle of the frame as shares of the image.
void place(image_tile & tile, const fitted_image & fitted, int32_t x, int32_t y, const pixel_size & size) {
    tile.x = (x - fitted.x) / fitted.width;
    tile.y = (y - fitted.y) / fitted.height;
    tile.width = size.width / fitted.width;
    tile.height = size.height / fitted.height;
}

/// Finds the grid of the patch tokens of a chunk from its size in pixels, and lists them. What is not exactly such a
/// grid stays without one.
void read_grid(const projector & projector, const image_chunk & chunk, image_tile & tile, std::vector<int32_t> & out) {
    tile.first_token = static_cast<int32_t>(out.size());
    const int32_t patch = projector.patch_size;
    const bool is_grid = projector.kind != nullptr && projector.kind->is_grid && patch > 0 && chunk.size.width > 0;
    const token_marks marks = projector.marks;
    for (int32_t merge = 1; is_grid && chunk.size.width / (patch * merge) > 0; ++merge) {
        const int32_t columns = chunk.size.width / (patch * merge);
        const int32_t rows = chunk.size.height / (patch * merge);
        const int32_t n_ends = marks == token_marks::both_ends || marks == token_marks::row_ends ? 1 : 0;
        const int32_t stride = columns + (marks == token_marks::row_breaks || marks == token_marks::row_ends ? 1 : 0);
        const int32_t n_tokens = rows * stride + 2 * n_ends - (marks == token_marks::row_breaks ? 1 : 0);
        if (rows > 0 && n_tokens == chunk.n_tokens) {
            tile.columns = columns;
            tile.rows = rows;
            tile.spatial = true;
            for (int32_t row = 0; row < rows; ++row) {
                for (int32_t column = 0; column < columns; ++column) {
                    out.push_back(chunk.first_token + n_ends + row * stride + column);
                }
            }
            return;
        }
    }
    tile.columns = chunk.n_tokens;
    for (int32_t i = 0; i < chunk.n_tokens; ++i) {
        out.push_back(chunk.first_token + i);
    }
}

/// From the text between tiles: "<row_2_col_1>" names the place of a tile, a line break ends a row of tiles.
tile_grid grid_from_text(const std::vector<const image_chunk *> & tiles) {
    const auto n = static_cast<int32_t>(tiles.size());
    int32_t columns = n;
    for (int32_t i = 1; i < n; ++i) {
        const std::string & text = tiles[static_cast<size_t>(i)]->text_before;
        const size_t at = text.find("row_");
        int row = 0;
        int column = 0;
        const bool named =
            at != std::string::npos && std::sscanf(text.c_str() + at, "row_%d_col_%d", &row, &column) == 2;
        const bool begins_row = named ? column == 1 : text.find('\n') != std::string::npos;
        if (begins_row) {
            columns = std::min(columns, i);
        }
        if (begins_row != (i % columns == 0)) {
            return {};
        }
    }
    return n % columns == 0 ? tile_grid{columns, n / columns} : tile_grid{};
}

/// For projectors that write nothing between tiles: the frame is the one of the file's that libmtmd chooses, which is
/// the one that loses least of the image, and of those the one with the least padding.
tile_grid grid_from_frames(const projector & projector, int32_t n_tiles, const pixel_size & image) {
    int64_t most_seen = 0;
    int64_t least_wasted = std::numeric_limits<int64_t>::max();
    pixel_size best;
    for (const pixel_size & frame : projector.frames) {
        const float scale = std::min(static_cast<float>(frame.width) / static_cast<float>(image.width),
                                     static_cast<float>(frame.height) / static_cast<float>(image.height));
        const auto width = static_cast<int64_t>(static_cast<float>(image.width) * scale);
        const auto height = static_cast<int64_t>(static_cast<float>(image.height) * scale);
        const int64_t seen = std::min(width * height, int64_t{image.width} * image.height);
        const int64_t wasted = int64_t{frame.width} * frame.height - seen;
        if (seen > most_seen || (seen == most_seen && wasted < least_wasted)) {
            most_seen = seen;
            least_wasted = wasted;
            best = frame;
        }
    }
    if (best.width == 0 || projector.tile_size <= 0) {
        return {};
    }
    const tile_grid grid = {best.width / projector.tile_size, best.height / projector.tile_size};
    return grid.columns * grid.rows == n_tiles ? grid : tile_grid{};
}

tile_grid
grid_of(const projector & projector, const std::vector<const image_chunk *> & tiles, const pixel_size & image) {
    const auto n = static_cast<int32_t>(tiles.size());
    const bool has_text = std::any_of(
        tiles.begin() + 1, tiles.end(), [](const image_chunk * tile) { return !tile->text_before.empty(); });
    if (n == 1) {
        return {1, 1};
    }
    return has_text ? grid_from_text(tiles) : grid_from_frames(projector, n, image);
}

bool all_sizes_known(const std::vector<image_chunk> & chunks) {
    return std::all_of(chunks.begin(), chunks.end(), [](const image_chunk & chunk) { return chunk.size.width > 0; });
}

void lay_out_tiles(const projector & projector,
                   const std::vector<image_chunk> & chunks,
                   const pixel_size & image,
                   image_layout & layout) {
    const size_t overview = projector.kind->overview_first ? 0 : chunks.size() - 1;
    std::vector<const image_chunk *> tiles;
    for (size_t i = 0; i < chunks.size(); ++i) {
        if (i != overview) {
            tiles.push_back(&chunks[i]);
        }
    }
    const tile_grid grid = all_sizes_known(chunks) ? grid_of(projector, tiles, image) : tile_grid{};
    std::vector<int32_t> lefts = {0};
    std::vector<int32_t> tops = {0};
    for (int32_t column = 0; column < grid.columns; ++column) {
        lefts.push_back(lefts.back() + tiles[static_cast<size_t>(column)]->size.width);
    }
    for (int32_t row = 0; row < grid.rows; ++row) {
        tops.push_back(tops.back() + tiles[static_cast<size_t>(row * grid.columns)]->size.height);
    }
    layout.read_width = static_cast<uint32_t>(lefts.back());
    layout.read_height = static_cast<uint32_t>(tops.back());
    const fitted_image fitted = fit(image, {lefts.back(), tops.back()}, projector.tiles);
    int32_t index = 0;
    for (size_t i = 0; i < chunks.size(); ++i) {
        image_tile tile;
        tile.overview = i == overview;
        read_grid(projector, chunks[i], tile, layout.patch_tokens);
        if (!tile.overview && grid.columns > 0) {
            const auto column = static_cast<size_t>(index % grid.columns);
            const auto row = static_cast<size_t>(index / grid.columns);
            place(tile, fitted, lefts[column], tops[row], chunks[i].size);
        } else if (!tile.overview) { // somewhere in the image: its tokens have no known place either
            tile.spatial = false;
            tile.columns = tile.columns * tile.rows;
            tile.rows = 1;
        }
        index += tile.overview ? 0 : 1;
        layout.tiles.push_back(tile);
    }
}

} // namespace

image_layout
image_layout_of(const projector & projector, const std::vector<image_chunk> & chunks, const pixel_size & image) {
    image_layout layout;
    if (projector.kind != nullptr && chunks.size() > 1) {
        lay_out_tiles(projector, chunks, image, layout);
        return layout;
    }
    for (const image_chunk & chunk : chunks) {
        image_tile tile;
        read_grid(projector, chunk, tile, layout.patch_tokens);
        layout.tiles.push_back(tile);
    }
    if (chunks.size() == 1 && chunks[0].size.width > 0) {
        const pixel_size & frame = chunks[0].size;
        layout.read_width = static_cast<uint32_t>(frame.width);
        layout.read_height = static_cast<uint32_t>(frame.height);
        if (projector.kind != nullptr) {
            place(layout.tiles[0], fit(image, frame, projector.single), 0, 0, frame);
        }
    }
    return layout;
}

} // namespace engine
