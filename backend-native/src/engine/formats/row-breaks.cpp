#include "engine/formats/row-breaks.h"

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <fstream>

#include "ggml-cpp.h"
#include "gguf.h"

namespace engine {

namespace {

constexpr char tensor_name[] = "v.token_embd.img_break";
constexpr int64_t n_embd_max = 1 << 20;

} // namespace

std::vector<float> row_break_read(const std::string & path) {
    const gguf_context_ptr file(gguf_init_from_file(path.c_str(), {/*no_alloc*/ true, /*ctx*/ nullptr}));
    const int64_t id = file == nullptr ? -1 : gguf_find_tensor(file.get(), tensor_name);
    if (id < 0) {
        return {};
    }
    const ggml_type type = gguf_get_tensor_type(file.get(), id);
    const size_t n_bytes = gguf_get_tensor_size(file.get(), id);
    const auto n = static_cast<int64_t>(n_bytes / ggml_type_size(type));
    const ggml_to_float_t to_float = ggml_get_type_traits(type)->to_float; // null for F32
    if (ggml_blck_size(type) != 1 || n <= 0 || n > n_embd_max || (type != GGML_TYPE_F32 && to_float == nullptr)) {
        return {};
    }
    std::vector<char> bytes(n_bytes);
    std::ifstream stream(std::filesystem::u8path(path), std::ios::binary);
    stream.seekg(
        static_cast<std::streamoff>(gguf_get_data_offset(file.get()) + gguf_get_tensor_offset(file.get(), id)));
    if (!stream.read(bytes.data(), static_cast<std::streamsize>(n_bytes))) {
        return {};
    }
    std::vector<float> row(static_cast<size_t>(n));
    if (type == GGML_TYPE_F32) {
        std::copy(bytes.begin(), bytes.end(), reinterpret_cast<char *>(row.data()));
    } else {
        to_float(bytes.data(), row.data(), n);
    }
    return row;
}

void row_breaks_write(const projector & projector, const image_chunk & chunk, std::vector<float> & embeddings) {
    const std::vector<float> & row = projector.row_break;
    if (row.empty() || embeddings.size() != row.size() * static_cast<size_t>(chunk.n_tokens)) {
        return;
    }
    const image_layout layout = image_layout_of(projector, {{0, chunk.n_tokens, chunk.size, ""}}, chunk.size);
    size_t next_patch = 0;
    for (int32_t token = 0; token < chunk.n_tokens; ++token) {
        if (next_patch < layout.patch_tokens.size() && layout.patch_tokens[next_patch] == token) {
            ++next_patch;
        } else {
            std::copy(row.begin(), row.end(), embeddings.begin() + static_cast<std::ptrdiff_t>(row.size()) * token);
        }
    }
}

} // namespace engine
