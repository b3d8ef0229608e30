#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "engine/disk/disk-cache.h"
#include "engine/llama/model.h"
#include "engine/prompt/trace.h"

namespace engine {

/// The beginning of a conversation whose cache, as it was before anything was evicted, is kept: in a file, or in
/// memory.
struct known_prefix {
    disk_cache::entry entry; ///< of the file
    size_t n_units = 0;      ///< of the trace that was looked for
    int64_t n_tokens = 0;    ///< in those units
    llama_pos n_pos = 0;     ///< that they take
    int64_t n_saved = 0;     ///< tokens that are kept
    int64_t n_on_disk = 0;   ///< of n_tokens, those that are in a file
};

/// Reading fewer tokens anew is as quick as looking for them.
constexpr int64_t n_prefix_tokens_min = 64;

/// What two traces have in common at their beginning.
/// @param n_tokens_max at most so many tokens of it
known_prefix common_prefix(const trace & kept, const trace & wanted, int64_t n_tokens_max);

/// The longest beginning of `wanted` that was saved under this model, projector, limits of image tokens and KV type.
/// @param n_tokens_max at most so many tokens of it
/// @return nothing below n_prefix_tokens_min
std::optional<known_prefix> find_prefix(const model & model, const trace & wanted, int64_t n_tokens_max);

/// A beginning that was saved, whole.
struct saved_prefix {
    trace read;
    known_prefix known;
};

/// The one that was used last of those that find_prefix would look among; nothing when there is none.
std::optional<saved_prefix> last_used_prefix(const model & model);

/// The state bytes of all n_saved tokens of a prefix; nothing when the file was damaged or is not of this model's
/// layout.
std::optional<std::vector<uint8_t>> read_prefix(const model & model, const known_prefix & prefix);

/// Puts all n_saved tokens of a prefix into an empty context of at least as many cells, with no copy of them in memory.
/// @return false when the file was damaged, or llama.cpp does not take it; the context is then empty
bool restore_prefix(const model & model, const known_prefix & prefix, llama_context * context);

/// Saves the cache of `read`, with which conversation_seq begins in `context`. Files that hold a beginning of it are
/// removed, for it serves in their place.
/// @param n_tokens that the context holds, all of them in their order; of a model with sliding windows no more than
/// those of `read`
/// @return false when it was not saved; the log says why
bool save_prefix(const model & model, const trace & read, int64_t n_tokens, llama_context * context);

/// Whether prefixes of this model can be saved at all.
bool keeps_prefixes(const model & model);

} // namespace engine
