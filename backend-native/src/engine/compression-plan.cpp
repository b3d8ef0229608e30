#include "engine/compression-plan.h"

namespace engine {

namespace {

/// Why the cache is left full although less was asked for; empty when it need not be.
std::string
reason_to_leave_full(const model & model, const compression_params & params, const conversation_extent & at) {
    if (!model.layout().packable) {
        return "the cache is left full: " + model.layout().reason;
    }
    if (at.n_prompt_tokens >= params.n_prompt_tokens_min) {
        return "";
    }
    return at.first ? "the cache is left full: the prompt has fewer than " +
                          std::to_string(params.n_prompt_tokens_min) + " tokens"
                    : "the follow-up was added to the cache as it is";
}

} // namespace

compression_plan
plan_compression(const model & model, const compression_params & params, const conversation_extent & at) {
    lookm::check_params(params.lookm);
    compression_plan plan;
    plan.params = params.lookm;
    if (params.merge_what_auto) {
        plan.params.merge_what =
            model.info().rope == rope_kind::mrope ? lookm::merge_what::values : lookm::merge_what::keys_values;
    }
    if (plan.params.method == lookm::method::full || plan.params.ratio >= 1.0) {
        return plan;
    }
    plan.note = reason_to_leave_full(model, params, at);
    if (!plan.note.empty()) {
        return plan;
    }
    plan.budget = lookm::make_budget(at.n_tokens, plan.params.ratio, plan.params.recent_share);
    plan.compresses = plan.budget.n_kept() < at.n_cells;
    if (!plan.compresses) {
        plan.note = "the cache is within its budget already";
    }
    plan.queries.n_tokens = at.n_prompt_tokens;
    plan.queries.n_window = plan.params.method == lookm::method::snapkv ? plan.params.n_window_queries : 0;
    return plan;
}

} // namespace engine
