#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "engine/formats/sequence-state.h"

namespace engine {

/// Where on disk what was looked at once is kept for the next time.
struct cache_options {
    std::string folder;       ///< UTF-8; made by the caller; empty: nothing is kept
    uint64_t max_bytes = 0;   ///< of all its files together
    std::string model_id;     ///< tells the model's file from any other
    std::string projector_id; ///< and the projector's
};

/// Results that cost time to make and are worth a file each. Nothing depends on them: what is missing, damaged or of
/// another version is made again, with a line in the log, and a folder that cannot be written is only slower. Several
/// processes may share the folder. Files are private to the user, since they show what was on the screenshots.
class disk_cache {
  public:
    /// One file: what it is found by, and how to read the rest.
    struct entry {
        std::filesystem::path path;
        std::string key;
    };

    explicit disk_cache(cache_options options);

    bool on() const { return !options_.folder.empty() && options_.max_bytes > 0; }
    const cache_options & options() const { return options_; }

    /// @param kind one word, part of the file's name
    /// @param key any bytes; compared whole, so that no two keys are mistaken for each other
    std::optional<std::vector<uint8_t>> read(const std::string & kind, const std::string & key);

    /// Every entry of a kind, for a search among keys; the last used first.
    std::vector<entry> entries(const std::string & kind) const;

    /// Takes a piece of a payload, its size and that of all pieces together, in bytes.
    using piece_reader = std::function<void(const uint8_t *, size_t, size_t)>;

    /// The payload of an entry; reading it makes it the last to go.
    std::optional<std::vector<uint8_t>> read(const entry & entry);

    /// Whether all of an entry is as it was written; looking at it makes it the last to go. llama.cpp can then read a
    /// payload that is the state of a sequence from the file itself, without a copy of all of it in memory.
    bool is_whole(const entry & entry);

    /// Gives a look at the payload of an entry, and its size in bytes, without reading all of it.
    /// @return what `look` does; false when there is no such file
    bool look_into(const entry & entry, const std::function<bool(const byte_source &, size_t)> & look) const;

    /// The tokens that llama.cpp finds before such a payload: all that is ours.
    static size_t state_tokens(const entry & entry);

    /// Makes an entry the last to go, as reading it does.
    void mark_used(const entry & entry) const;

    /// Whether so many bytes would be kept; the log says so when not. More than half of the bound would throw out all
    /// others.
    bool accepts(size_t size) const;

    /// Writes a file whole or not at all, then removes the least recently used ones until all fit the bound.
    /// @return false when it is not kept; the log says why
    bool write(const std::string & kind, const std::string & key, const void * payload, size_t size);

    void remove(const entry & entry) const;

  private:
    bool read(const entry & entry, const piece_reader & take);
    std::filesystem::path folder() const { return std::filesystem::u8path(options_.folder); }
    std::filesystem::path path_of(const std::string & kind, const std::string & key) const;
    void make_room(const std::filesystem::path & newest) const;

    cache_options options_;
};

} // namespace engine
