#include "engine/session/whole-cache.h"

#include "engine/llama/device-memory.h"
#include "engine/session/eviction.h"

namespace engine {

bool may_hold(const model & model, const llama_context * context) {
    constexpr uint64_t n_times_free = 2;
    return model.options().holds_whole_cache && model.info().memory == memory_kind::attention &&
           free_memory(model.layout().devices) >= n_times_free * context_bytes(model, context);
}

} // namespace engine
