#include "engine/session/read-ahead.h"

#include <algorithm>

#include "engine/disk/known-prefix.h"
#include "engine/error.h"
#include "engine/llama/context.h"
#include "engine/llama/device-memory.h"
#include "engine/session/reader.h"
#include "engine/session/reading-plan.h"

namespace engine {

namespace {

/// Fewer tokens are read with the question in no time.
constexpr int32_t n_worth_reading = 64;

/// Takes the question, and what the chat template writes after it, off a plan.
void end_before_question(reading_plan & plan, int32_t n_tokens) {
    int32_t n_left = n_tokens;
    std::vector<prompt_segment> & segments = plan.prompt.segments;
    size_t n_segments = 0;
    for (; n_segments < segments.size() && n_left > 0; ++n_segments) {
        prompt_segment & segment = segments[n_segments];
        if (segment.image == nullptr && segment.n_tokens > n_left) {
            segment.tokens.resize(static_cast<size_t>(n_left));
            segment.n_tokens = n_left;
        }
        n_left -= segment.n_tokens;
    }
    segments.erase(segments.begin() + static_cast<std::ptrdiff_t>(n_segments), segments.end());
    plan.prompt.n_tokens = plan.n_total = plan.n_attached = n_tokens;
}

/// The context, which may be larger than what is read, and a copy of what is read on its way to the disk.
bool fits_beside(const model & model, int32_t n_tokens) {
    const auto n_cells = static_cast<double>(n_tokens) + std::max<double>(n_tokens, model.options().n_ctx);
    return n_cells * static_cast<double>(model.layout().full.bytes_per_cell()) <=
           static_cast<double>(free_memory({"CPU"}));
}

} // namespace

ahead_report
read_ahead(model & model, const turn & turn, const turn_observer & observer, const std::atomic<bool> & cancel) {
    ahead_report report;
    if (!keeps_prefixes(model)) {
        return report;
    }
    engine::turn whole = turn;
    whole.compression = {};
    whole.compression.lookm.method = lookm::method::full;
    conversation conversation;
    answer read;
    decoder decoder(model);
    decoder.set_cancel(cancel);
    reading_plan plan = plan_reading(model, conversation, whole, {}, read);
    report.n_tokens = plan.n_total - plan.n_question_tokens;
    report.n_known_tokens = plan.known ? static_cast<int32_t>(plan.known->n_tokens) : 0;
    if (report.n_known_tokens >= report.n_tokens) {
        report.n_known_tokens = report.n_tokens;
        report.end = ahead_end::known;
        return report;
    }
    if (report.n_tokens - report.n_known_tokens < n_worth_reading || !fits_beside(model, report.n_tokens)) {
        report.end = ahead_end::too_little;
        return report;
    }
    end_before_question(plan, report.n_tokens);
    llama_context_ptr context = create_for(decoder, plan, conversation, 0);
    reader reader(decoder, plan, conversation, context, observer, read, 0);
    try {
        reader.read();
        reader.save_attached();
        // A full disk, or a bound that is too small for it: the log says which.
        report.end = conversation.n_on_disk >= report.n_tokens ? ahead_end::read : ahead_end::nowhere;
    } catch (const cancelled &) {
        report.end = ahead_end::cancelled;
        llama_memory_seq_rm(llama_get_memory(context.get()), conversation_seq, conversation.n_past, -1);
        reader.save();
    }
    report.n_read_tokens = static_cast<int32_t>(conversation.cells.n_tokens()) - report.n_known_tokens;
    return report;
}

} // namespace engine
