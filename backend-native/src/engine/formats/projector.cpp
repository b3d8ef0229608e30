#include "engine/formats/projector.h"

#include <algorithm>
#include <iterator>

#include "engine/formats/row-breaks.h"
#include "gguf.h"

namespace engine {

namespace {

constexpr frame_fit letterbox = frame_fit::letterbox;
constexpr frame_fit stretch = frame_fit::stretch;
constexpr token_marks none = token_marks::none;

/// As in the pinned llama.cpp: tools/mtmd/mtmd.cpp (order of overview and tiles), mtmd-image.cpp (fit) and clip.cpp
/// (`clip_n_output_tokens`). Kinds that weave several things into one chunk (Granite 4 Vision, DeepSeek-OCR, DeepSeek
/// 4, Step3-VL) are left out on purpose.
const projector_kind kinds[] = {
    // One frame for every image.
    {"mlp", true, false, letterbox, letterbox, none}, // LLaVA 1.5; LLaVA 1.6 cuts tiles
    {"ldp", true, false, letterbox, letterbox, none},
    {"ldpv2", true, false, letterbox, letterbox, none},
    {"adapter", true, false, letterbox, letterbox, token_marks::both_ends},
    {"cogvlm", true, false, letterbox, letterbox, token_marks::both_ends},
    {"janus_pro", true, false, letterbox, letterbox, none},
    {"gemma3", true, false, letterbox, letterbox, none},
    {"gemma3nv", true, false, letterbox, letterbox, none},
    {"nemotron_v2_vl", true, false, letterbox, letterbox, none},
    // A frame of the image's own shape.
    {"pixtral", true, false, letterbox, letterbox, none}, // row_breaks when the file has their embedding
    {"lightonocr", true, false, letterbox, letterbox, none},
    {"phi4", true, false, letterbox, letterbox, none},
    {"qwen2vl_merger", true, false, letterbox, letterbox, none},
    {"qwen2.5vl_merger", true, false, letterbox, letterbox, none},
    {"qwen3vl_merger", true, false, letterbox, letterbox, none},
    {"exaone4_5", true, false, letterbox, letterbox, none},
    {"glm4v", true, false, letterbox, letterbox, none},
    {"paddleocr", true, false, letterbox, letterbox, none},
    {"dots_ocr", true, false, letterbox, letterbox, none},
    {"kimivl", true, false, letterbox, letterbox, none},
    {"kimik25", true, false, letterbox, letterbox, none},
    {"gemma4v", true, false, letterbox, letterbox, none},
    {"gemma4uv", true, false, letterbox, letterbox, none},
    {"youtuvl", true, false, stretch, stretch, none},
    {"hunyuanvl", true, false, stretch, stretch, token_marks::row_ends},
    // An overview and tiles; a small image is its overview alone.
    {"idefics3", true, false, stretch, letterbox, none}, // tiles are stretched when the file says how large
    {"internvl", true, false, stretch, letterbox, none},
    {"llama4", true, false, stretch, letterbox, none},
    {"lfm2", true, false, stretch, letterbox, none},
    {"minicpmv4_6", true, true, stretch, letterbox, none},
    {"resampler", false, true, stretch, letterbox, none}, // MiniCPM-V
};

class gguf_file {
  public:
    explicit gguf_file(const std::string & path)
        : gguf_(gguf_init_from_file(path.c_str(), {/*no_alloc*/ true, /*ctx*/ nullptr})) {}
    ~gguf_file() { gguf_free(gguf_); }
    gguf_file(const gguf_file &) = delete;
    gguf_file & operator=(const gguf_file &) = delete;

    bool is_open() const { return gguf_ != nullptr; }
    bool has_tensor(const char * name) const { return gguf_find_tensor(gguf_, name) >= 0; }

    int32_t u32(const char * key, int32_t fallback) const {
        const int64_t id = find(key, GGUF_TYPE_UINT32);
        return id >= 0 ? static_cast<int32_t>(gguf_get_val_u32(gguf_, id)) : fallback;
    }

    std::string text(const char * key) const {
        const int64_t id = find(key, GGUF_TYPE_STRING);
        return id >= 0 ? gguf_get_val_str(gguf_, id) : "";
    }

    std::vector<int32_t> i32s(const char * key) const {
        const int64_t id = find(key, GGUF_TYPE_ARRAY);
        if (id < 0 || gguf_get_arr_type(gguf_, id) != GGUF_TYPE_INT32) {
            return {};
        }
        const auto * values = static_cast<const int32_t *>(gguf_get_arr_data(gguf_, id));
        return std::vector<int32_t>(values, values + gguf_get_arr_n(gguf_, id));
    }

  private:
    int64_t find(const char * key, gguf_type type) const {
        const int64_t id = gguf_find_key(gguf_, key);
        return id >= 0 && gguf_get_kv_type(gguf_, id) == type ? id : -1;
    }

    gguf_context * gguf_;
};

/// The frames that tiles may be cut from, in the order in which libmtmd tries them.
std::vector<pixel_size> frames_of(const gguf_file & file, const projector & projector) {
    std::vector<pixel_size> frames;
    const int32_t side = projector.tile_size;
    if (projector.type == "llama4") {
        for (int32_t x = 1; x <= 3; ++x) {
            for (int32_t y = x == 1 ? 2 : 1; y <= 3; ++y) {
                frames.push_back({x * side, y * side});
            }
        }
    } else if (projector.type == "internvl") {
        const int32_t least = std::max(1, file.u32("clip.vision.preproc_min_tiles", 1));
        const int32_t most = file.u32("clip.vision.preproc_max_tiles", 12);
        for (int32_t x = least; x <= most; ++x) {
            for (int32_t y = std::max((least + x - 1) / x, least); y <= std::min(most / x, most); ++y) {
                frames.push_back({x * side, y * side});
            }
        }
    } else {
        const std::vector<int32_t> sides = file.i32s("clip.vision.image_grid_pinpoints");
        for (size_t i = 0; i + 1 < sides.size(); i += 2) {
            frames.push_back({sides[i], sides[i + 1]});
        }
    }
    return frames;
}

} // namespace

const projector_kind * projector_kind_of(const std::string & type) {
    const auto * found = std::find_if(
        std::begin(kinds), std::end(kinds), [&](const projector_kind & kind) { return type == kind.type; });
    return found == std::end(kinds) ? nullptr : found;
}

projector projector_read(const std::string & path, bool has_token_limits) {
    projector result;
    const gguf_file file(path);
    if (!file.is_open()) {
        return result;
    }
    result.type = file.text("clip.projector_type");
    if (result.type.empty()) {
        result.type = file.text("clip.vision.projector_type"); // files that hear as well as see
    }
    result.kind = projector_kind_of(result.type);
    result.patch_size = file.u32("clip.vision.patch_size", 0);
    result.tile_size = file.u32("clip.vision.image_size", 0);
    result.frames = frames_of(file, result);
    if (result.kind != nullptr) {
        result.marks = result.kind->marks;
        result.single = result.frames.empty() ? result.kind->single : stretch; // with tiles it is an overview
        result.tiles = result.kind->tiles;
    }
    if (result.type == "pixtral" && file.has_tensor("v.token_embd.img_break")) {
        result.marks = token_marks::row_breaks;
        result.row_break = row_break_read(path);
    }
    if (result.type == "idefics3" && file.u32("clip.vision.preproc_image_size", 0) > 0 && !has_token_limits) {
        result.tiles = frame_fit::stretch;
    }
    return result;
}

} // namespace engine
