#pragma once

#include <cstdint>

#include "engine/llama/model.h"
#include "engine/prompt/trace.h"
#include "engine/session/decoder.h"
#include "llama-cpp.h"

namespace engine {

/// The cache of all that was read, before anything of it was evicted, held in memory for the next question about the
/// same: it is asked of the very context, which restores and copies nothing.
struct whole_cache {
    llama_context_ptr context; ///< null while none is held, or while a turn reads in it
    trace read;                ///< what it holds
    llama_pos n_pos = 0;       ///< that this takes
    int64_t n_on_disk = 0;     ///< the longest beginning of it that is saved, in tokens
    bool watched = false;      ///< whether the attention tap watches the context

    bool is_held() const { return context != nullptr; }
};

/// Whether a context may be held: its tokens can be taken out of it again, and it takes no more than a third of the
/// memory that would be free without it, of every device that it is on.
bool may_hold(const model & model, const llama_context * context);

/// The cache that was used last, back from the disk into a context of its own: what was asked about before the process
/// ended is likely to be asked about again. Nothing where none is held, none is on disk, or it is large.
whole_cache recall(decoder & decoder);

} // namespace engine
