#pragma once

#include <cstdint>
#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include "engine/kv/cache-layout.h"
#include "llama-cpp.h"

namespace engine {

/// The state bytes of a cache that compression makes, filled layer by layer: its full-attention layers hold the rows
/// they are given, in cells 0 .. n_kept-1, and its sliding window, if there is one, is that of the source. Different
/// heads may hold different tokens in one cell; a cell's position matters only for the causal mask, so positions just
/// end at `n_past` - 1, where the next token's is expected to follow.
class packed_state {
  public:
    packed_state() = default;

    /// @param source the context that is compressed
    /// @param folder UTF-8; a file there, private to the user, holds the bytes until this object ends; empty: they are
    /// held in memory
    /// @throws engine::error `out_of_memory` when the file cannot be made
    packed_state(const cache_layout & layout,
                 llama_context * source,
                 int64_t n_kept,
                 llama_pos n_past,
                 const std::string & folder);

    /// Whether a file can be made in the folder.
    static bool can_be_in(const std::string & folder);

    /// The rows of one layer, [n_kept] each, in the types of its cache.
    /// @param layer counted among the full-attention layers, by ascending layer number
    /// @throws engine::error `compute_failed` when they have another size, `out_of_memory` when the disk is full
    void put(size_t layer, const std::vector<uint8_t> & keys, const std::vector<uint8_t> & values);

    /// Puts the cache into an empty context of at least n_kept cells.
    /// @throws engine::error `out_of_memory` when it does not fit
    void write_into(llama_context * context);

    size_t size() const { return size_; } ///< in bytes
    size_t bytes_in_memory() const { return memory_.size(); }

  private:
    struct close_file {
        void operator()(std::FILE * file) const { std::fclose(file); }
    };
    struct rows_place {
        size_t offset = 0;
        size_t size = 0;
    };

    void open_file(const std::string & folder);
    void write_at(size_t offset, const void * data, size_t size);
    [[noreturn]] void throw_disk_full() const;

    std::vector<uint8_t> memory_;
    std::string path_;                 ///< UTF-8
    std::shared_ptr<void> path_guard_; ///< removes the file
    std::unique_ptr<std::FILE, close_file> file_;
    size_t size_ = 0;
    std::vector<rows_place> keys_;
    std::vector<rows_place> values_;
};

} // namespace engine
