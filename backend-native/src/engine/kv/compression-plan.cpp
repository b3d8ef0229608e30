#include "engine/kv/compression-plan.h"

#include "engine/llama/device-memory.h"
#include "lookm/strategies.h"

namespace engine {

namespace {

/// A full cache that leaves less than the rest of the free memory is not made: the program needs some too.
constexpr double free_share_for_a_whole = 0.8;

/// Why the cache is left full although less was asked for; empty when it need not be.
kv_note reason_to_leave_full(const model & model, const kv_settings & params, const conversation_extent & at) {
    if (!model.layout().packable) {
        return {"no-compression", "the cache is left full: " + model.layout().reason};
    }
    if (at.again || at.n_prompt_tokens >= params.n_prompt_tokens_min) {
        return {};
    }
    if (!at.first) {
        return {"follow-up", "the follow-up was added to the cache as it is"};
    }
    return {"short-prompt",
            "the cache is left full: the prompt has fewer than " + std::to_string(params.n_prompt_tokens_min) +
                " tokens"};
}

/// Whether the prompt is read in chunks.
void choose_reading(const model & model,
                    const kv_settings & params,
                    const conversation_extent & at,
                    compression_plan & plan) {
    if (!plan.compresses || params.reading == reading_rule::whole) {
        return;
    }
    const double needed = static_cast<double>(at.n_cells) * static_cast<double>(model.layout().full.bytes_per_cell());
    const double room = static_cast<double>(free_memory(model.layout().devices)) * free_share_for_a_whole;
    plan.in_chunks = params.reading == reading_rule::chunks || needed > room;
    if (plan.in_chunks && model.layout().has_window) {
        plan.in_chunks = false;
        plan.note = {"window-whole",
                     "the prompt was read as a whole: layers with a sliding window cannot be read in chunks"};
    }
}

} // namespace

compression_plan plan_compression(const model & model, const kv_settings & params, const conversation_extent & at) {
    lookm::check_params(params.lookm);
    compression_plan plan;
    plan.params = params.lookm;
    if (params.merge_what_auto) {
        plan.params.merge_what =
            model.info().rope == rope_kind::mrope ? lookm::merge_what::values : lookm::merge_what::keys_values;
    }
    if (plan.params.method == lookm::method::full) {
        return plan;
    }
    if (params.ratio_auto) {
        const chosen_ratio chosen =
            auto_ratio(at.n_tokens, model.layout().full.bytes_per_cell(), free_memory(model.layout().devices));
        plan.params.ratio = chosen.ratio;
        plan.ratio_choice = chosen.choice;
    }
    if (plan.params.ratio >= 1.0) {
        return plan;
    }
    plan.note = reason_to_leave_full(model, params, at);
    if (!plan.note.words.empty()) {
        return plan;
    }
    plan.budget = lookm::make_budget(at.n_tokens, plan.params.ratio, plan.params.recent_share);
    if (plan.params.recent == lookm::recent_rule::question) {
        plan.budget = lookm::with_recent_at_most(plan.budget, at.n_question_tokens);
    }
    plan.compresses = plan.budget.n_kept() < at.n_cells;
    if (!plan.compresses) {
        plan.note = {"within-budget", "the cache is within its budget already"};
    }
    plan.queries.n_tokens = at.n_prompt_tokens;
    plan.queries.n_window = lookm::score_strategy_of(plan.params.queries).n_queries(plan.params, at.n_question_tokens);
    choose_reading(model, params, at, plan);
    return plan;
}

} // namespace engine
