#include "engine/session/whole-cache.h"

#include <exception>
#include <optional>
#include <string>

#include "engine/disk/known-prefix.h"
#include "engine/llama/device-memory.h"
#include "engine/llama/log.h"
#include "engine/session/conversation.h"
#include "engine/session/eviction.h"

namespace engine {

namespace {

/// Larger caches take too long to read for a model that may be asked about something else.
constexpr uint64_t recalled_bytes_max = uint64_t{256} << 20U;

/// Cells for the question and the answer, which may both stay in the context.
constexpr int64_t recalled_spare_cells = 1'024;

} // namespace

bool may_hold(const model & model, const llama_context * context) {
    constexpr uint64_t n_times_free = 2;
    return model.options().holds_whole_cache && model.info().memory == memory_kind::attention &&
           free_memory(model.layout().devices) >= n_times_free * context_bytes(model, context);
}

whole_cache recall(decoder & decoder) {
    const model & model = decoder.model();
    const load_options & options = model.options();
    // Another machine gets its cache over the network.
    const bool may_recall =
        options.holds_whole_cache && options.rpc_servers.empty() && model.info().memory == memory_kind::attention;
    const std::optional<saved_prefix> last = may_recall ? last_used_prefix(model) : std::nullopt;
    if (!last || last->known.n_saved > context_limit(model) ||
        cache_bytes(model, last->known.n_pos, last->known.n_saved) > recalled_bytes_max) {
        return {};
    }
    try {
        whole_cache whole;
        whole.context = decoder.create(last->known.n_saved + recalled_spare_cells, ubatch_tokens, false);
        if (!may_hold(model, whole.context.get()) || !restore_prefix(model, last->known, whole.context.get())) {
            return {};
        }
        whole.read = last->read;
        whole.n_pos = last->known.n_pos;
        whole.n_on_disk = last->known.n_on_disk;
        whole.watched = decoder.watches(false);
        return whole;
    } catch (const std::exception & failure) {
        // The model is loaded all the same, and a question that needs as much memory says so itself.
        log_say(log_level::info, std::string("cache: what was read last is not restored: ") + failure.what());
        return {};
    }
}

} // namespace engine
