#include "engine/kv/packed-state.h"

#include <algorithm>
#include <cstring>
#include <filesystem>
#include <random>
#include <system_error>

#include "engine/error.h"
#include "engine/llama/context.h"
#include "engine/llama/log.h"

namespace engine {

namespace {

namespace fs = std::filesystem;

std::vector<uint8_t> window_bytes(llama_context * source) {
    std::vector<uint8_t> bytes(
        llama_state_seq_get_size_ext(source, conversation_seq, LLAMA_STATE_SEQ_FLAGS_PARTIAL_ONLY));
    const size_t n = llama_state_seq_get_data_ext(
        source, bytes.data(), bytes.size(), conversation_seq, LLAMA_STATE_SEQ_FLAGS_PARTIAL_ONLY);
    bytes.resize(n);
    return bytes;
}

fs::path new_path(const std::string & folder) {
    return fs::u8path(folder) / ("reading-" + std::to_string(std::random_device{}()) + ".lookonce-part");
}

} // namespace

packed_state::packed_state(
    const cache_layout & layout, llama_context * source, int64_t n_kept, llama_pos n_past, const std::string & folder) {
    const std::vector<uint8_t> head = state_head(layout, n_kept, n_past);
    const std::vector<uint8_t> window = layout.has_window ? window_bytes(source) : std::vector<uint8_t>();
    const size_t layer_head_size = state_layer_head(GGML_TYPE_F16, 0).size();
    size_ = head.size();
    const auto place = [&](std::vector<rows_place> & places, uint64_t row_bytes) {
        const size_t bytes = static_cast<size_t>(n_kept) * row_bytes;
        places.push_back({size_ + layer_head_size, bytes});
        size_ += layer_head_size + bytes;
    };
    for (const cache_layer_layout & layer : layout.full.layers) {
        place(keys_, layer.k_row_bytes);
    }
    for (const cache_layer_layout & layer : layout.full.layers) {
        place(values_, layer.v_row_bytes);
    }
    const size_t window_at = size_;
    size_ += window.empty() ? 0 : window.size() - state_head_size;

    if (folder.empty()) {
        memory_.resize(size_);
        std::memcpy(memory_.data(), head.data(), state_head_size);
    } else {
        open_file(folder);
    }
    write_at(state_head_size, head.data() + state_head_size, head.size() - state_head_size);
    for (size_t i = 0; i < layout.full.layers.size(); ++i) {
        const cache_layer_layout & layer = layout.full.layers[i];
        const std::vector<uint8_t> k = state_layer_head(layer.k_type, layer.k_row_bytes);
        const std::vector<uint8_t> v = state_layer_head(layer.v_type, layer.v_row_bytes);
        write_at(keys_[i].offset - k.size(), k.data(), k.size());
        write_at(values_[i].offset - v.size(), v.data(), v.size());
    }
    if (!window.empty()) {
        write_at(window_at, window.data() + state_head_size, window.size() - state_head_size);
    }
}

bool packed_state::can_be_in(const std::string & folder) {
    const fs::path path = new_path(folder);
    std::FILE * file = ggml_fopen(path.u8string().c_str(), "wbx");
    if (file == nullptr) {
        return false;
    }
    std::fclose(file);
    std::error_code ignored;
    fs::remove(path, ignored);
    return true;
}

void packed_state::open_file(const std::string & folder) {
    const fs::path path = new_path(folder);
    path_ = path.u8string();
    file_.reset(ggml_fopen(path_.c_str(), "wbx")); // UTF-8 on every system, as llama.cpp will open it
    if (!file_) {
        throw error("out_of_memory",
                    "A long prompt is read in chunks by way of a file, and " + path_ + " cannot be written");
    }
    path_guard_ = std::shared_ptr<void>(nullptr, [path](void *) {
        std::error_code ignored;
        fs::remove(path, ignored);
    });
    std::error_code ignored; // a file system without owners has nobody to hide it from
    fs::permissions(path, fs::perms::owner_read | fs::perms::owner_write, ignored);
    if (std::fwrite(state_file_head, sizeof(state_file_head), 1, file_.get()) != 1) {
        throw_disk_full();
    }
}

void packed_state::throw_disk_full() const {
    throw error("out_of_memory", "The disk of " + path_ + " is full: " + std::to_string(size_) + " bytes are needed");
}

void packed_state::put(size_t layer, const std::vector<uint8_t> & keys, const std::vector<uint8_t> & values) {
    if (keys.size() != keys_.at(layer).size || values.size() != values_.at(layer).size) {
        throw error("compute_failed",
                    "Expected " + std::to_string(keys_[layer].size) + " bytes of keys for layer " +
                        std::to_string(layer) + " but received " + std::to_string(keys.size()));
    }
    write_at(keys_[layer].offset, keys.data(), keys.size());
    write_at(values_[layer].offset, values.data(), values.size());
}

void packed_state::write_at(size_t offset, const void * data, size_t size) {
    if (!file_) {
        std::memcpy(memory_.data() + offset, data, size);
        return;
    }
    // A large cache has more bytes than fseek's long can count on some systems.
#if defined(_WIN32)
    const int failed =
        _fseeki64(file_.get(), static_cast<int64_t>(sizeof(state_file_head) + offset - state_head_size), SEEK_SET);
#else
    const int failed =
        fseeko(file_.get(), static_cast<off_t>(sizeof(state_file_head) + offset - state_head_size), SEEK_SET);
#endif
    if (failed != 0 || std::fwrite(data, 1, size, file_.get()) != size) {
        throw error("out_of_memory",
                    "The disk of " + path_ + " is full: " + std::to_string(size_) + " bytes are needed");
    }
}

void packed_state::write_into(llama_context * context) {
    log_mark_errors();
    if (!file_) {
        state_write(context, memory_);
        return;
    }
    if (std::fflush(file_.get()) != 0) {
        throw_disk_full();
    }
    llama_token none = 0;
    size_t n_tokens = 0;
    const size_t n_read = llama_state_seq_load_file(context, path_.c_str(), conversation_seq, &none, 0, &n_tokens);
    if (n_read != sizeof(state_file_head) + size_ - state_head_size) {
        throw error("out_of_memory", "The compressed cache does not fit its context: " + log_errors_since_mark());
    }
}

} // namespace engine
