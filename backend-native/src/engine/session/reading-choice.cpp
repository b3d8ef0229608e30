#include <algorithm>

#include "engine/llama/device-memory.h"
#include "engine/llama/log.h"
#include "engine/session/reading-plan.h"

namespace engine {

namespace {

/// How often a damaged file may send us to the next best one.
constexpr int n_tries = 4;

/// Text of earlier turns that is read again at most, so as to look again: half of what is restored, or so many tokens.
constexpr int64_t n_reread_min = 512;

/// What is read anew is worth a file of its own from so many tokens on, or with a picture.
constexpr int64_t n_worth_saving = 256;
constexpr int64_t n_attached_min = 64;

/// ggml's attention on a CPU takes a batch of fewer tokens than a tile (`GGML_FA_TILE_Q`) one by one, so that reading
/// some text again is quicker: behind 4,300 cells 64 tokens took 0.6 s, 49 took 1.4 s and 15 took 0.45 s.
constexpr int64_t n_tile = 64;
constexpr int64_t n_worth_a_tile = 22;

/// How many of the tokens to be read need not be: those whose attention scores the others must be seen, and one token
/// must be read for the next to follow.
int64_t n_restorable(const compression_plan & plan, int64_t n_total) {
    if (!plan.compresses) {
        return n_total - 1;
    }
    const bool of_the_last = plan.queries.n_window > 0 && !plan.in_chunks;
    return of_the_last ? std::max<int64_t>(0, n_total - plan.queries.n_window) : 0;
}

/// Leaves off the end of what is known as much as makes what is read a tile. No picture is read again for that, and a
/// sliding window cannot go back.
void leave_a_tile(const model & model, const trace & wanted, known_prefix & known) {
    const int64_t n_left = count_tokens(wanted) - known.n_tokens;
    const bool is_quicker = n_left >= n_worth_a_tile && n_left < n_tile && model.runs_on_cpu_alone();
    if (!is_quicker || model.layout().has_window) {
        return;
    }
    known_prefix less = known;
    while (less.n_units > 0 && known.n_tokens - less.n_tokens < n_tile - n_left) {
        const trace_unit & unit = wanted[--less.n_units];
        if (unit.is_image()) {
            return;
        }
        less.n_tokens -= unit.n_tokens;
        less.n_pos -= unit.n_pos;
    }
    if (less.n_tokens >= n_prefix_tokens_min) {
        known = less;
    }
}

/// Whether the bytes of a file fit into memory beside the context that they are put into. Without them a context alone
/// may fit, so that a question is not refused for want of memory that only the cache on disk takes.
bool fits_into_memory(const model & model, const known_prefix & known, int64_t n_total) {
    const auto n_cells = static_cast<double>(known.n_saved + std::max<int64_t>(n_total, model.options().n_ctx));
    if (n_cells * static_cast<double>(model.layout().full.bytes_per_cell()) <=
        static_cast<double>(free_memory({"CPU"}))) {
        return true;
    }
    log_say(log_level::info, "cache: too little memory is free to restore what was read; it is read again");
    return false;
}

/// So much more must be on disk than in memory, for reading the file to be quicker than reading the text.
constexpr int64_t n_worth_restoring = 256;

/// The longest beginning of `wanted` that is held in memory; nothing when it is short, or a file has much more.
std::optional<known_prefix>
find_held(const model & model, const trace & held, const trace & wanted, int64_t n_tokens_max) {
    known_prefix common = common_prefix(held, wanted, n_tokens_max);
    if (common.n_tokens < n_prefix_tokens_min) {
        return std::nullopt;
    }
    const std::optional<known_prefix> on_disk = find_prefix(model, wanted, n_tokens_max);
    if (on_disk && on_disk->n_tokens - common.n_tokens >= n_worth_restoring) {
        return std::nullopt;
    }
    if (on_disk) {
        model.cache().mark_used(on_disk->entry); // it serves when this memory is given back
    }
    return common;
}

/// Finds and reads the longest beginning of `wanted` that is on disk.
std::optional<known_prefix>
find_and_read(const model & model, const trace & wanted, int64_t n_tokens_max, std::vector<uint8_t> & state) {
    for (int i = 0; i < n_tries; ++i) {
        std::optional<known_prefix> known = find_prefix(model, wanted, n_tokens_max);
        if (!known || !fits_into_memory(model, *known, count_tokens(wanted))) {
            break;
        }
        if (std::optional<std::vector<uint8_t>> bytes = read_prefix(model, *known)) {
            state = std::move(*bytes);
            return known;
        }
    }
    return std::nullopt;
}

bool has_image(const trace & trace, size_t first, size_t last) {
    return std::any_of(trace.begin() + static_cast<std::ptrdiff_t>(std::min(first, last)),
                       trace.begin() + static_cast<std::ptrdiff_t>(last),
                       [](const trace_unit & unit) { return unit.is_image(); });
}

/// A follow-up about a cache from which the earlier questions have evicted what they did not ask for: where the whole
/// of what was attached is kept, it is better asked of that, and costs no more than the words since then.
bool choose_to_look_again(const model & model,
                          const conversation & conversation,
                          const turn & turn,
                          const trace & held,
                          reading_plan & plan) {
    if (conversation.cells.n_packed == 0 || conversation.trace.empty()) {
        return false;
    }
    trace all = conversation.trace;
    all.insert(all.end(), plan.trace.begin(), plan.trace.end());
    const int64_t n_all = count_tokens(all);
    if (n_all >= context_limit(model)) {
        return false; // what is left of it after evictions may still fit
    }
    const compression_plan compression =
        plan_compression(model, turn.compression, {n_all, plan.n_question_tokens, n_all, n_all, true, true});
    const int64_t n_tokens_max = n_restorable(compression, n_all);
    const std::optional<known_prefix> in_memory = find_held(model, held, all, n_tokens_max);
    const std::optional<known_prefix> known = in_memory ? in_memory : find_prefix(model, all, n_tokens_max);
    if (!known || has_image(conversation.trace, known->n_units, conversation.trace.size()) ||
        count_tokens(conversation.trace) - known->n_tokens > std::max(known->n_tokens / 2, n_reread_min) ||
        (!in_memory && !fits_into_memory(model, *known, n_all))) {
        return false;
    }
    if (!in_memory) {
        std::optional<std::vector<uint8_t>> bytes = read_prefix(model, *known);
        if (!bytes) {
            return false;
        }
        plan.known_state = std::move(*bytes);
    }
    plan.looks_again = true;
    plan.known = known;
    leave_a_tile(model, all, *plan.known);
    plan.known_is_held = in_memory.has_value();
    plan.compression = compression;
    plan.n_total = static_cast<int32_t>(n_all);
    return true;
}

/// What of a first turn's prompt need not be read.
void choose_known(const model & model, const trace & held, reading_plan & plan) {
    const int64_t n_tokens_max = n_restorable(plan.compression, plan.n_total);
    plan.known = find_held(model, held, plan.trace, n_tokens_max);
    plan.known_is_held = plan.known.has_value();
    if (!plan.known) {
        plan.known = find_and_read(model, plan.trace, n_tokens_max, plan.known_state);
    }
    if (plan.known) {
        leave_a_tile(model, plan.trace, *plan.known);
    }
}

/// The cache of all that comes before the question serves the next question about the same.
void choose_what_to_save(const model & model, const conversation & conversation, reading_plan & plan) {
    const bool first = !conversation.has_begun();
    const int64_t n_held = conversation.cells.n_tokens();
    const bool whole = first || plan.looks_again || (conversation.cells.n_packed == 0 && !conversation.trace.empty());
    const int64_t n_before = plan.looks_again ? 0 : n_held;
    const int64_t n_attached = plan.n_total - plan.n_question_tokens;
    const int64_t n_known = plan.known ? plan.known->n_tokens : first ? 0 : conversation.n_on_disk;
    if (!keeps_prefixes(model) || !whole || plan.compression.in_chunks || n_before + n_attached < n_attached_min) {
        return;
    }
    // Whether a picture is among what is read and not known.
    size_t first_unknown = 0;
    for (int64_t n = n_held; first_unknown < plan.trace.size() && n < n_known; ++first_unknown) {
        n += plan.trace[first_unknown].n_tokens;
    }
    const bool new_image = has_image(plan.trace, first_unknown, plan.trace.size());
    if (n_known == 0 || new_image || n_before + n_attached - n_known >= n_worth_saving) {
        plan.n_attached = static_cast<int32_t>(n_attached);
    }
}

} // namespace

void choose_reading(const model & model,
                    const conversation & conversation,
                    const turn & turn,
                    const trace & held,
                    reading_plan & plan) {
    plan.n_total = plan.prompt.n_tokens;
    if (!choose_to_look_again(model, conversation, turn, held, plan)) {
        const bool first = !conversation.has_begun();
        plan.compression = plan_compression(model,
                                            turn.compression,
                                            {plan.prompt.n_tokens,
                                             plan.n_question_tokens,
                                             conversation.cells.n_cells() + plan.prompt.n_tokens,
                                             conversation.cells.n_tokens() + plan.prompt.n_tokens,
                                             first,
                                             false});
        if (first) {
            choose_known(model, held, plan);
        }
    }
    choose_what_to_save(model, conversation, plan);
}

} // namespace engine
