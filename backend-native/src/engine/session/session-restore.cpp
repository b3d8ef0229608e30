#include <algorithm>

#include "engine/kv/cache-state.h"
#include "engine/llama/device-memory.h"
#include "engine/llama/log.h"
#include "engine/session/session-run.h"

namespace engine {

namespace {

/// How often a damaged file may send us to the next best one.
constexpr int n_tries = 4;

/// Text of earlier turns that is read again at most, so as to look again: half of what is restored, or so many tokens.
constexpr int64_t n_reread_min = 512;

/// What is read anew is worth a file of its own from so many tokens on, or with a picture.
constexpr int64_t n_worth_saving = 256;
constexpr int64_t n_attached_min = 64;

/// How many of the tokens to be read need not be: those whose attention scores the others must be seen, and one token
/// must be read for the next to follow.
int64_t n_restorable(const compression_plan & plan, int64_t n_total) {
    if (!plan.compresses) {
        return n_total - 1;
    }
    const bool of_the_last = plan.queries.n_window > 0 && !plan.in_chunks;
    return of_the_last ? std::max<int64_t>(0, n_total - plan.queries.n_window) : 0;
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

} // namespace

/// What will be read, what of it is known already, and what becomes of the cache then.
void session::choose_reading(run & run) const {
    const stopwatch watch(run.answer.ms_restore);
    run.n_total = run.prompt.n_tokens;
    if (choose_to_look_again(run)) {
        choose_what_to_save(run);
        return;
    }
    const bool first = rendered_.empty();
    run.plan = plan_compression(model_,
                                run.turn.compression,
                                {run.prompt.n_tokens,
                                 run.n_question_tokens,
                                 memory_.n_cells() + run.prompt.n_tokens,
                                 memory_.n_tokens() + run.prompt.n_tokens,
                                 first,
                                 false});
    if (first) {
        run.known = find_and_read(model_, run.trace, n_restorable(run.plan, run.n_total), run.known_state);
    }
    choose_what_to_save(run);
}

/// A follow-up about a cache from which the earlier questions have evicted what they did not ask for: where the whole
/// of what was attached is on disk, it is better asked of that, and costs no more than the words since then.
bool session::choose_to_look_again(run & run) const {
    if (memory_.n_packed == 0 || trace_.empty() || !keeps_prefixes(model_)) {
        return false;
    }
    trace all = trace_;
    all.insert(all.end(), run.trace.begin(), run.trace.end());
    const int64_t n_all = count_tokens(all);
    if (n_all >= context_limit()) {
        return false; // what is left of it after evictions may still fit
    }
    const compression_plan plan =
        plan_compression(model_, run.turn.compression, {n_all, run.n_question_tokens, n_all, n_all, true, true});
    const std::optional<known_prefix> known = find_prefix(model_, all, n_restorable(plan, n_all));
    if (!known || has_image(trace_, known->n_units, trace_.size()) ||
        count_tokens(trace_) - known->n_tokens > std::max(known->n_tokens / 2, n_reread_min) ||
        !fits_into_memory(model_, *known, n_all)) {
        return false;
    }
    std::optional<std::vector<uint8_t>> bytes = read_prefix(model_, *known);
    if (!bytes) {
        return false;
    }
    run.looks_again = true;
    run.known = known;
    run.known_state = std::move(*bytes);
    run.plan = plan;
    run.n_total = static_cast<int32_t>(n_all);
    run.answer.n_images += static_cast<int32_t>(images_.size());
    for (const trace_unit & unit : trace_) {
        run.answer.n_image_tokens += unit.is_image() ? unit.n_tokens : 0;
    }
    return true;
}

/// The cache of all that comes before the question serves the next question about the same.
void session::choose_what_to_save(run & run) const {
    const bool whole = rendered_.empty() || run.looks_again || (memory_.n_packed == 0 && !trace_.empty());
    const int64_t n_before = run.looks_again ? 0 : memory_.n_tokens();
    const int64_t n_attached = run.n_total - run.n_question_tokens;
    const int64_t n_known = run.known ? run.known->n_tokens : rendered_.empty() ? 0 : n_on_disk_;
    if (!keeps_prefixes(model_) || !whole || run.plan.in_chunks || n_before + n_attached < n_attached_min) {
        return;
    }
    // Whether a picture is among what is read and not known.
    size_t first = 0;
    for (int64_t n = memory_.n_tokens(); first < run.trace.size() && n < n_known; ++first) {
        n += run.trace[first].n_tokens;
    }
    const bool new_image = has_image(run.trace, first, run.trace.size());
    if (n_known == 0 || new_image || n_before + n_attached - n_known >= n_worth_saving) {
        run.n_attached = static_cast<int32_t>(n_attached);
    }
}

/// Puts what is known into the empty context.
void session::restore(run & run) {
    // A sweep observes more queries than the plan of its reading names. What is observed has to be read.
    for (const query_choice & queries : run.observed) {
        const int64_t n_unobserved = queries.n_window > 0 ? queries.n_tokens - queries.n_window : 0;
        if (run.known && run.known->n_tokens > n_unobserved) {
            run.known.reset();
        }
    }
    if (!run.known) {
        std::vector<uint8_t>().swap(run.known_state);
        return;
    }
    const stopwatch watch(run.answer.ms_restore);
    state_write(context_.get(), run.known_state);
    note_peak(run, run.known_state.size());
    std::vector<uint8_t>().swap(run.known_state);
    trace all = run.looks_again ? trace_ : trace();
    all.insert(all.end(), run.trace.begin(), run.trace.end());
    for (size_t i = 0; i < run.known->n_units; ++i) {
        const lookm::token_kind kind = all[i].is_image() ? lookm::token_kind::image : lookm::token_kind::text;
        memory_.tail.insert(memory_.tail.end(), static_cast<size_t>(all[i].n_tokens), kind);
    }
    run.n_read = static_cast<int32_t>(run.known->n_tokens);
    n_past_ = run.known->n_pos;
    n_on_disk_ = run.known->n_tokens;
    run.answer.n_restored_tokens = run.n_read;
    run.answer.n_cells_peak = memory_.n_cells();
}

void session::save_attachments(run & run) {
    const stopwatch watch(run.answer.ms_restore);
    trace read = rendered_.empty() ? trace() : trace_;
    int64_t n = count_tokens(read);
    const int64_t n_all = memory_.n_tokens();
    for (size_t i = 0; i < run.trace.size() && n < n_all; ++i) {
        read.push_back(run.trace[i]);
        n += run.trace[i].n_tokens;
    }
    if (n == n_all && save_prefix(model_, read, context_.get())) {
        n_on_disk_ = n;
    }
}

} // namespace engine
