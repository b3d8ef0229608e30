#include "engine/session/reading-plan.h"

#include <algorithm>
#include <utility>

#include "engine/error.h"
#include "engine/stopwatch.h"

namespace engine {

namespace {

/// As chat templates trim what a user says.
std::string trimmed(const std::string & text) {
    const char * blank = " \t\r\n";
    const size_t first = text.find_first_not_of(blank);
    return first == std::string::npos ? "" : text.substr(first, text.find_last_not_of(blank) - first + 1);
}

/// The conversation's messages, those of the turn's history and its question.
void write_messages(const model & model, const conversation & conversation, const turn & turn, reading_plan & plan) {
    size_t n_images = conversation.images.size();
    const auto push_user = [&](const auto & turn) {
        for (const tool_result & result : turn.tool_results) {
            const std::string content = neutralise_control_tokens(model.vocab(), result.content);
            plan.messages.push_back({"tool", content, {}, result.id, result.name});
        }
        if (!turn.tool_results.empty() && turn.question.empty() && turn.images.empty() && turn.documents.empty()) {
            return;
        }
        plan.messages.push_back({"user", user_content(model, turn.images, turn.documents, turn.question, n_images)});
        plan.images.insert(plan.images.end(), turn.images.begin(), turn.images.end());
        n_images += turn.images.size();
    };
    plan.messages = conversation.messages;
    if (plan.messages.empty() && !turn.system.empty()) {
        plan.messages.push_back({"system", turn.system});
    }
    for (const past_turn & past : turn.history) {
        push_user(past);
        chat_message answer = {"assistant", neutralise_control_tokens(model.vocab(), past.answer)};
        for (const tool_call & call : past.tool_calls) {
            answer.tool_calls.push_back({call.id, call.name, neutralise_control_tokens(model.vocab(), call.arguments)});
        }
        plan.messages.push_back(std::move(answer));
    }
    plan.n_past_images = plan.images.size();
    push_user(turn);
}

tool_offer neutralised(const model & model, tool_offer offer) {
    for (tool & tool : offer.tools) {
        tool.description = neutralise_control_tokens(model.vocab(), tool.description);
        tool.parameters = neutralise_control_tokens(model.vocab(), tool.parameters);
    }
    return offer;
}

/// The text that has to be read.
std::string
write_prompt(const model & model, const conversation & conversation, const turn & turn, reading_plan & plan) {
    const chat & templates = model.templates();
    if (!turn.tools.tools.empty()) {
        plan.tools = templates.render_with_tools(plan.messages, turn.reasoning, neutralised(model, turn.tools));
        plan.rendered = plan.tools.rendered;
        return plan.rendered;
    }
    return templates.render_next(
        plan.messages, {conversation.rendered, conversation.unread}, turn.reasoning, plan.rendered);
}

/// The last words that the user or a tool said, with what the template writes after them.
std::string question_in(const model & model, const turn & turn, const std::string & text) {
    const bool by_user = turn.tool_results.empty() || !turn.question.empty();
    const std::string & said = by_user ? turn.question : turn.tool_results.back().content;
    const std::string question = trimmed(neutralise_control_tokens(model.vocab(), said));
    if (by_user && turn.tools.tools.empty()) {
        return question + model.templates().closing(turn.reasoning);
    }
    // What a template writes after a tool's words is not known beforehand, nor whether it writes them as they are.
    const size_t at = text.rfind(question);
    return at == std::string::npos ? "" : text.substr(at);
}

void check_length(const model & model, const conversation & conversation, const turn & turn, const prompt & prompt) {
    const int64_t limit = context_limit(model);
    const int64_t n_needed =
        std::max<int64_t>(conversation.n_past + prompt.n_pos, conversation.cells.n_cells() + prompt.n_tokens);
    if (n_needed >= limit) {
        const bool alone = !conversation.has_begun() && turn.history.empty();
        throw error("context_overflow",
                    (alone ? "The prompt needs " : "The conversation needs ") + std::to_string(n_needed) +
                        " tokens and the context holds " + std::to_string(limit),
                    {alone ? "promptTooLong" : "conversationFull",
                     {{"tokens", static_cast<double>(n_needed)}, {"context", static_cast<double>(limit)}}});
    }
}

/// A chunk is a tenth of all that is read, at least: every eviction costs one pass over what stays.
constexpr int64_t chunks_per_prompt = 10;

/// When a prompt is read in chunks: what stays in the end, one chunk, and the question that probes; or all, if those
/// are fewer.
int64_t chunk_cells_of(const reading_plan & plan, const conversation & conversation) {
    int64_t chunk = std::max<int64_t>(plan.n_total / chunks_per_prompt, 1);
    for (const prompt_segment & segment : plan.prompt.segments) {
        chunk = std::max<int64_t>(
            chunk, segment.image != nullptr ? segment.n_tokens : std::min(segment.n_tokens, plan.n_ubatch));
    }
    const int64_t n_cells = conversation.cells.n_cells();
    return std::min(n_cells + plan.prompt.n_tokens,
                    std::max(plan.compression.budget.n_kept(), n_cells) + chunk + n_probe_tokens(plan));
}

} // namespace

int32_t n_probe_tokens(const reading_plan & plan) {
    if (!plan.compression.in_chunks || plan.prompt.segments.empty()) {
        return 0;
    }
    const prompt_segment & last = plan.prompt.segments.back();
    return last.image == nullptr ? std::min(static_cast<int32_t>(plan.compression.queries.n_window), last.n_tokens) : 0;
}

reading_plan plan_reading(
    const model & model, const conversation & conversation, const turn & turn, const trace & held, answer & report) {
    reading_plan plan;
    write_messages(model, conversation, turn, plan);
    const std::string text = write_prompt(model, conversation, turn, plan);
    plan.prompt = prompt_tokenize(model, text, plan.images, !conversation.has_begun());
    plan.n_question_tokens = count_last_tokens(model, plan.prompt, question_in(model, turn, text));
    check_length(model, conversation, turn, plan.prompt);
    plan.n_ubatch = std::max(ubatch_tokens, plan.prompt.n_ubatch_min);
    plan.trace = trace_of(plan.prompt, plan.images);
    {
        const stopwatch watch(report.ms_restore);
        choose_reading(model, conversation, turn, held, plan);
    }
    if (plan.compression.compresses) {
        plan.observed = {plan.compression.queries};
    }
    plan.n_chunk_cells = chunk_cells_of(plan, conversation);

    report.n_image_tokens = plan.prompt.n_image_tokens;
    report.n_images = static_cast<int32_t>(plan.prompt.images.size());
    if (plan.looks_again) {
        report.n_images += static_cast<int32_t>(conversation.images.size());
        for (const trace_unit & unit : conversation.trace) {
            report.n_image_tokens += unit.is_image() ? unit.n_tokens : 0;
        }
    }
    report.images.assign(plan.prompt.images.begin() + static_cast<std::ptrdiff_t>(plan.n_past_images),
                         plan.prompt.images.end());
    report.n_prompt_tokens = plan.n_total;
    report.ratio_choice = plan.compression.ratio_choice;
    report.merge_what = plan.compression.params.merge_what;
    report.compression_note = plan.compression.note;
    report.reading = plan.compression.in_chunks ? reading_rule::chunks : reading_rule::whole;
    return plan;
}

void add_turn(conversation & conversation, reading_plan & plan, int64_t n_tokens_before) {
    const bool known_whole = count_tokens(conversation.trace) == n_tokens_before;
    if (known_whole) {
        conversation.trace.insert(conversation.trace.end(), plan.trace.begin(), plan.trace.end());
    }
    conversation.messages = std::move(plan.messages);
    conversation.rendered = plan.rendered;
    for (image_map & map : plan.prompt.maps) {
        for (int32_t & token : map.tokens) {
            token += static_cast<int32_t>(n_tokens_before);
        }
        conversation.images.push_back(std::move(map));
    }
}

} // namespace engine
