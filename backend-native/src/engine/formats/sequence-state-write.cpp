#include <algorithm>
#include <cstring>
#include <utility>

#include "engine/formats/sequence-state.h"

namespace engine {

namespace {

constexpr llama_seq_id sequence = 0; // llama.cpp ignores it when it reads the bytes

class byte_writer {
  public:
    template <typename T>
    void write(const T & value) {
        const auto * bytes = reinterpret_cast<const uint8_t *>(&value);
        out.insert(out.end(), bytes, bytes + sizeof(T));
    }

    std::vector<uint8_t> out;
};

} // namespace

std::vector<uint8_t> state_head(const cache_layout & layout, int64_t n_cells, llama_pos n_past) {
    byte_writer writer;
    writer.write(layout.magic);
    writer.write(sequence);
    writer.write(uint32_t{1}); // streams
    writer.write(static_cast<uint32_t>(n_cells));
    for (int64_t cell = 0; cell < n_cells; ++cell) {
        // M-RoPE may have fewer positions than cells; equal positions are what its images have anyway.
        const llama_pos pos = std::max<llama_pos>(0, n_past - static_cast<llama_pos>(n_cells - cell));
        writer.write(pos);
        writer.write(uint32_t{1}); // sequences
        if (layout.full.has_cell_ext) {
            writer.write(pos); // x
            writer.write(pos); // y
            writer.write(llama_token{LLAMA_TOKEN_NULL});
        }
        writer.write(sequence);
    }
    writer.write(uint32_t{0}); // v_trans
    writer.write(static_cast<uint32_t>(layout.full.layers.size()));
    if (layout.version >= 4) {
        writer.write(layout.full.n_rot_k);
        writer.write(layout.full.n_rot_v);
    }
    return std::move(writer.out);
}

std::vector<uint8_t> state_layer_head(ggml_type type, uint64_t row_bytes) {
    byte_writer writer;
    writer.write(static_cast<int32_t>(type));
    writer.write(row_bytes);
    return std::move(writer.out);
}

bool state_fits(const cache_layout & layout, const cache_state_view & view, uint32_t n_saved) {
    return view.magic == layout.magic && view.sections.size() == (layout.has_window ? 2 : 1) &&
           view.sections[0].same_rows(layout.full) &&
           (!layout.has_window || view.sections[1].same_rows(layout.window)) && view.sections[0].n_cells == n_saved;
}

std::optional<std::vector<uint8_t>>
state_cut(const cache_layout & layout, std::vector<uint8_t> bytes, uint32_t n_saved, uint32_t n_cells) {
    cache_state_view view;
    std::string unexpected;
    if (!cache_state_parse(bytes.data(), bytes.size(), view, unexpected, layout.version) ||
        !state_fits(layout, view, n_saved) || n_cells > n_saved) {
        return std::nullopt;
    }
    if (n_cells == n_saved) {
        return bytes;
    }
    if (layout.has_window) {
        return std::nullopt;
    }
    // In place, for the bytes may be as many as fit into memory.
    uint8_t * to = bytes.data();
    const uint8_t * from = bytes.data();
    const auto keep = [&](size_t size) {
        std::memmove(to, from, size);
        to += size;
        from += size;
    };
    keep(view.section_offsets[0] + sizeof(uint32_t)); // up to the number of streams
    std::memcpy(to, &n_cells, sizeof(n_cells));
    to += sizeof(n_cells);
    from += sizeof(n_cells);
    const auto keep_cells = [&](size_t bytes_each) {
        keep(size_t{n_cells} * bytes_each);
        from += size_t{n_saved - n_cells} * bytes_each;
    };
    keep_cells(layout.full.cell_bytes());
    keep((layout.version >= 4 ? 4 : 2) * sizeof(uint32_t)); // v_trans, the number of layers, and rotations
    for (const bool keys : {true, false}) {
        for (const cache_layer_layout & layer : layout.full.layers) {
            keep(sizeof(int32_t) + sizeof(uint64_t)); // type and bytes of a row
            keep_cells(static_cast<size_t>(keys ? layer.k_row_bytes : layer.v_row_bytes));
        }
    }
    bytes.resize(static_cast<size_t>(to - bytes.data()));
    return bytes;
}

} // namespace engine
