#include "engine/formats/sequence-state.h"

#include <algorithm>
#include <cstring>

namespace engine {

namespace {

/// Reads fixed-size fields; once a read would pass the end, `ok` is false and every value is zero.
class field_reader {
  public:
    field_reader(const byte_source & source, size_t size) : source_(source), size_(size) {}

    template <typename T>
    T read() {
        T value{};
        if (!ok || size_ - offset < sizeof(T) || !source_(offset, &value, sizeof(T))) {
            ok = false;
            return T{};
        }
        offset += sizeof(T);
        return value;
    }

    void skip(uint64_t n_rows, uint64_t row_bytes) {
        if (!ok || (row_bytes != 0 && n_rows > (size_ - offset) / row_bytes)) {
            ok = false;
            return;
        }
        offset += static_cast<size_t>(n_rows * row_bytes);
    }

    bool at_end() const { return offset == size_; }
    size_t remaining() const { return size_ - offset; }

    size_t offset = 0;
    bool ok = true;

  private:
    const byte_source & source_;
    size_t size_;
};

constexpr uint32_t max_layers = 4096;

bool is_row_of(int32_t type, uint64_t row_bytes) {
    if (type < 0 || type >= GGML_TYPE_COUNT) {
        return false;
    }
    const auto ggml = static_cast<ggml_type>(type);
    return ggml_type_size(ggml) > 0 && row_bytes > 0 && row_bytes % ggml_type_size(ggml) == 0;
}

/// Keys (or values) of every layer: type, bytes of a row, rows.
bool parse_rows(field_reader & in, uint32_t n_cells, bool keys, std::vector<cache_layer_layout> & layers) {
    for (cache_layer_layout & layer : layers) {
        const auto type = in.read<int32_t>();
        const auto row_bytes = in.read<uint64_t>();
        if (!in.ok || !is_row_of(type, row_bytes)) {
            return false;
        }
        (keys ? layer.k_type : layer.v_type) = static_cast<ggml_type>(type);
        (keys ? layer.k_row_bytes : layer.v_row_bytes) = row_bytes;
        in.skip(n_cells, row_bytes);
    }
    return in.ok;
}

/// @return the field that was not as expected, or null
const char * parse_section(field_reader & in, bool has_cell_ext, uint32_t version, cache_section & out) {
    if (in.read<uint32_t>() != 1) {
        return "number of streams";
    }
    out.has_cell_ext = has_cell_ext;
    out.n_cells = in.read<uint32_t>();
    if (out.n_cells == 0) {
        return in.ok ? "number of cells (an empty cache has no layout)" : "number of cells";
    }
    if (out.n_cells > in.remaining()) {
        return "number of cells";
    }
    for (uint32_t cell = 0; cell < out.n_cells; ++cell) {
        const auto pos = in.read<int32_t>();
        const auto n_seq = in.read<uint32_t>();
        if (has_cell_ext) {
            in.skip(3, sizeof(int32_t));
        }
        const auto seq = in.read<int32_t>();
        if (!in.ok || pos < 0 || n_seq != 1 || seq != 0) {
            return "cell";
        }
    }
    if (in.read<uint32_t>() != 0) {
        return "v_trans";
    }
    const auto n_layer = in.read<uint32_t>();
    if (!in.ok || n_layer == 0 || n_layer > max_layers) {
        return "number of layers";
    }
    if (version >= 4) {
        out.n_rot_k = in.read<uint32_t>();
        out.n_rot_v = in.read<uint32_t>();
    }
    out.layers.assign(n_layer, {});
    if (!parse_rows(in, out.n_cells, true, out.layers)) {
        return "keys";
    }
    if (!parse_rows(in, out.n_cells, false, out.layers)) {
        return "values";
    }
    return nullptr;
}

const char *
parse(const byte_source & source, size_t size, bool has_cell_ext, uint32_t version, cache_state_view & out) {
    field_reader in(source, size);
    out = {};
    out.magic = in.read<uint32_t>();
    in.read<int32_t>(); // the sequence the bytes were taken from; llama.cpp ignores it when it reads them
    if (!in.ok) {
        return "header";
    }
    while (!in.at_end()) {
        if (out.sections.size() == 2) {
            return "bytes after the second cache";
        }
        out.section_offsets.push_back(in.offset);
        out.sections.emplace_back();
        if (const char * field = parse_section(in, has_cell_ext, version, out.sections.back())) {
            return field;
        }
    }
    return out.sections.empty() ? "caches" : nullptr;
}

} // namespace

size_t cache_section::bytes_per_cell() const {
    uint64_t bytes = 0;
    for (const cache_layer_layout & layer : layers) {
        bytes += layer.k_row_bytes + layer.v_row_bytes;
    }
    return static_cast<size_t>(bytes);
}

size_t cache_section::cell_bytes() const {
    return sizeof(int32_t) * (has_cell_ext ? 6 : 3);
}

bool cache_section::same_rows(const cache_section & other) const {
    const auto same = [](const cache_layer_layout & a, const cache_layer_layout & b) {
        return a.k_type == b.k_type && a.v_type == b.v_type && a.k_row_bytes == b.k_row_bytes &&
               a.v_row_bytes == b.v_row_bytes;
    };
    return has_cell_ext == other.has_cell_ext && n_rot_k == other.n_rot_k && n_rot_v == other.n_rot_v &&
           std::equal(layers.begin(), layers.end(), other.layers.begin(), other.layers.end(), same);
}

bool cache_state_parse(
    const uint8_t * data, size_t size, cache_state_view & out, std::string & error_out, uint32_t version) {
    const byte_source memory = [data](size_t offset, void * to, size_t n) {
        std::memcpy(to, data + offset, n);
        return true;
    };
    return cache_state_parse(memory, size, out, error_out, version);
}

bool cache_state_parse(
    const byte_source & source, size_t size, cache_state_view & out, std::string & error_out, uint32_t version) {
    if (version < 3 || version > 4) {
        error_out = "llama.cpp's sequence state is of version " + std::to_string(version) + "; 3 and 4 are known";
        return false;
    }

    // Whether cells carry an extension is not written down; only the right guess consumes the bytes exactly.
    const char * plain = parse(source, size, false, version, out);
    if (plain == nullptr) {
        return true;
    }
    if (parse(source, size, true, version, out) == nullptr) {
        return true;
    }
    error_out = std::string("unexpected ") + plain + " in llama.cpp's sequence state";
    return false;
}

} // namespace engine
