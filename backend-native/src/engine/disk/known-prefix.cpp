#include "engine/disk/known-prefix.h"

#include <algorithm>
#include <cstring>
#include <string>

#include "engine/llama/context.h"
#include "engine/llama/device-memory.h"
#include "engine/llama/log.h"

namespace engine {

namespace {

constexpr char kind[] = "read";

/// What every key of this model begins with.
std::string key_head(const model & model) {
    const load_options & options = model.options();
    return "model " + options.cache.model_id + "\nprojector " + options.cache.projector_id + "\nimage tokens " +
           std::to_string(options.image_min_tokens) + " " + std::to_string(options.image_max_tokens) + "\nkv " +
           ggml_type_name(options.kv_type) + "\n";
}

std::string key_of(const std::string & head, const trace & trace) {
    std::string key = head;
    for (const trace_unit & unit : trace) {
        key.append(reinterpret_cast<const char *>(&unit.what), sizeof(unit.what));
        key.append(reinterpret_cast<const char *>(&unit.n_tokens), sizeof(unit.n_tokens));
        key.append(reinterpret_cast<const char *>(&unit.n_pos), sizeof(unit.n_pos));
    }
    return key;
}

constexpr size_t unit_size = sizeof(uint64_t) + 2 * sizeof(int32_t);

/// The trace in a key; nothing when the key begins otherwise.
std::optional<trace> trace_in(const std::string & key, const std::string & head) {
    if (key.compare(0, head.size(), head) != 0 || (key.size() - head.size()) % unit_size != 0) {
        return std::nullopt;
    }
    trace result((key.size() - head.size()) / unit_size);
    const char * at = key.data() + head.size();
    for (trace_unit & unit : result) {
        std::memcpy(&unit.what, at, sizeof(unit.what));
        std::memcpy(&unit.n_tokens, at + sizeof(unit.what), sizeof(unit.n_tokens));
        std::memcpy(&unit.n_pos, at + sizeof(unit.what) + sizeof(unit.n_tokens), sizeof(unit.n_pos));
        at += unit_size;
    }
    return result;
}

void remove_misfit(const model & model, const disk_cache::entry & entry) {
    log_say(log_level::warn, "cache: " + entry.path.u8string() + " has another layout than this model's; removed");
    model.cache().remove(entry);
}

} // namespace

known_prefix common_prefix(const trace & kept, const trace & wanted, int64_t n_tokens_max) {
    known_prefix common;
    while (common.n_units < std::min(kept.size(), wanted.size())) {
        const trace_unit & unit = wanted[common.n_units];
        if (!(unit == kept[common.n_units]) || common.n_tokens + unit.n_tokens > n_tokens_max) {
            break;
        }
        ++common.n_units;
        common.n_tokens += unit.n_tokens;
        common.n_pos += unit.n_pos;
    }
    common.n_saved = count_tokens(kept);
    return common;
}

bool keeps_prefixes(const model & model) {
    return model.cache().on() && !model.options().cache.model_id.empty() && model.layout().packable;
}

std::optional<known_prefix> find_prefix(const model & model, const trace & wanted, int64_t n_tokens_max) {
    std::optional<known_prefix> best;
    if (!keeps_prefixes(model) || n_tokens_max < n_prefix_tokens_min) {
        return best;
    }
    const std::string head = key_head(model);
    for (disk_cache::entry & entry : model.cache().entries(kind)) {
        const std::optional<trace> saved = trace_in(entry.key, head);
        if (!saved) {
            continue;
        }
        known_prefix common = common_prefix(*saved, wanted, n_tokens_max);
        // A sliding window holds the newest tokens only: it cannot go back to an earlier one.
        const bool usable = common.n_tokens == common.n_saved || !model.layout().has_window;
        if (usable && common.n_tokens >= n_prefix_tokens_min && (!best || common.n_tokens > best->n_tokens)) {
            common.entry = std::move(entry);
            common.n_on_disk = common.n_tokens;
            best = std::move(common);
        }
    }
    return best;
}

std::optional<saved_prefix> last_used_prefix(const model & model) {
    if (!keeps_prefixes(model)) {
        return std::nullopt;
    }
    const std::string head = key_head(model);
    for (disk_cache::entry & entry : model.cache().entries(kind)) {
        if (std::optional<trace> saved = trace_in(entry.key, head)) {
            known_prefix known = common_prefix(*saved, *saved, count_tokens(*saved));
            known.entry = std::move(entry);
            known.n_on_disk = known.n_tokens;
            return saved_prefix{std::move(*saved), std::move(known)};
        }
    }
    return std::nullopt;
}

std::optional<std::vector<uint8_t>> read_prefix(const model & model, const known_prefix & prefix) {
    std::optional<std::vector<uint8_t>> bytes = model.cache().read(prefix.entry);
    if (!bytes) {
        return bytes;
    }
    // Looks at the layout; nothing is cut off.
    bytes = state_cut(model.layout(),
                      std::move(*bytes),
                      static_cast<uint32_t>(prefix.n_saved),
                      static_cast<uint32_t>(prefix.n_saved));
    if (!bytes) {
        remove_misfit(model, prefix.entry);
    }
    return bytes;
}

bool restore_prefix(const model & model, const known_prefix & prefix, llama_context * context) {
    const disk_cache::entry & entry = prefix.entry;
    if (!model.cache().is_whole(entry)) {
        return false;
    }
    // llama.cpp ends the process over a file that has fewer bytes than it expects.
    const bool fits = model.cache().look_into(entry, [&](const byte_source & source, size_t size) {
        cache_state_view view;
        std::string unexpected;
        return cache_state_parse(source, size, view, unexpected, model.layout().version) &&
               state_fits(model.layout(), view, static_cast<uint32_t>(prefix.n_saved));
    });
    std::vector<llama_token> ours(disk_cache::state_tokens(entry));
    size_t n_ours = 0;
    if (fits && llama_state_seq_load_file(
                    context, entry.path.u8string().c_str(), conversation_seq, ours.data(), ours.size(), &n_ours) != 0) {
        return true;
    }
    llama_memory_clear(llama_get_memory(context), false);
    remove_misfit(model, entry);
    return false;
}

bool save_prefix(const model & model, const trace & read, int64_t n_tokens, llama_context * context) {
    const size_t size = llama_state_seq_get_size(context, conversation_seq);
    if (!model.cache().accepts(size)) {
        return false; // before it is copied from the device
    }
    if (free_memory({"CPU"}) < 2 * size) {
        log_say(log_level::info, "cache: too little memory is free to save what was read; not kept");
        return false;
    }
    const std::optional<std::vector<uint8_t>> bytes = state_cut(model.layout(),
                                                                state_read(context),
                                                                static_cast<uint32_t>(n_tokens),
                                                                static_cast<uint32_t>(count_tokens(read)));
    if (!bytes) {
        log_say(log_level::warn, "cache: what was read has another layout than this model's; not kept");
        return false;
    }
    const std::string head = key_head(model);
    const std::string key = key_of(head, read);
    if (!model.cache().write(kind, key, bytes->data(), bytes->size())) {
        return false;
    }
    for (const disk_cache::entry & entry : model.cache().entries(kind)) {
        if (entry.key.size() < key.size() && entry.key.size() > head.size() &&
            key.compare(0, entry.key.size(), entry.key) == 0 && !model.layout().has_window) {
            model.cache().remove(entry);
        }
    }
    return true;
}

} // namespace engine
