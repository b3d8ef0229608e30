#include "engine/session/session.h"

#include <utility>

#include "engine/error.h"
#include "engine/llama/context.h"
#include "engine/llama/process-memory.h"
#include "engine/session/answering.h"
#include "engine/session/eviction.h"
#include "engine/session/reader.h"
#include "engine/session/reading-plan.h"

namespace engine {

void session::reset() {
    context_.reset();
    conversation_ = {};
}

void session::resume(conversation conversation, llama_context_ptr context) {
    conversation_ = std::move(conversation);
    context_ = std::move(context);
}

answer session::ask(const turn & turn, const turn_observer & observer, const std::atomic<bool> & cancel) {
    lookm::check_params(turn.compression.lookm);
    if (turn.continues && !conversation_.has_begun()) {
        throw error(
            "invalid_argument",
            "There is no conversation to continue: none was begun since the model was loaded, or it was cancelled");
    }
    if (turn.continues && !turn.history.empty()) {
        throw error("invalid_argument", "A turn either continues the conversation or brings one to be read");
    }
    const bool offers_tools = !turn.tools.tools.empty();
    if (turn.continues && offers_tools) {
        throw error("invalid_argument", "A turn that offers tools brings its conversation along");
    }
    if (!turn.continues) {
        reset();
    }
    const stopwatch::clock::time_point start = stopwatch::clock::now();
    decoder_.set_cancel(cancel);
    answer answer;
    begun_answer begun;
    conversation before = conversation_;
    replaced_context replaced;
    try {
        reading_plan plan = plan_reading(decoder_.model(), conversation_, turn, answer);
        replaced = open(plan, turn, answer);
        const uint64_t bytes_beside = replaced ? context_bytes(decoder_.model(), replaced->get()) : 0;
        reader(decoder_, plan, conversation_, context_, observer, answer, bytes_beside).read();
        begun = begin_answer(decoder_.model(), turn, plan.tools, context_.get(), observer);
        if (plan.compression.compresses) {
            if (n_probe_tokens(plan) > 0) {
                forget_scores(conversation_.cells);
            }
            compress(plan.compression, turn, replaced, observer, answer);
        }
        if (replaced) {
            replaced->reset();
        }
        add_turn(conversation_, plan, before.cells.n_tokens());
    } catch (const cancelled &) {
        roll_back(std::move(before), std::move(replaced));
        answer.stop = stop_reason::cancelled;
        return answer;
    } catch (...) {
        roll_back(std::move(before), std::move(replaced));
        throw;
    }
    try {
        write_answer(decoder_, std::move(begun), turn, conversation_, context_, observer, start, answer);
    } catch (...) {
        reset();
        throw;
    }
    if (offers_tools) {
        // What is offered stands before everything else, and the next turn may offer something else.
        reset();
        answer.in_conversation = false;
    }
    return answer;
}

session::replaced_context session::open(const reading_plan & plan, const turn & turn, answer & report) {
    const model & model = decoder_.model();
    // A turn that will be compressed, or cannot be taken out of the cache again, is read in a context of its own.
    const bool own_context = context_ == nullptr || plan.compression.compresses || plan.looks_again ||
                             model.info().memory != memory_kind::attention ||
                             plan.n_ubatch > static_cast<int32_t>(llama_n_ubatch(context_.get()));
    if (!own_context) {
        decoder_.grow(context_,
                      conversation_.cells.n_cells() + plan.prompt.n_tokens + int64_t{turn.n_answer_tokens_max});
        note_peak(report, context_bytes(model, context_.get()));
        return std::nullopt;
    }
    const int32_t n_answer = plan.compression.compresses ? 0 : turn.n_answer_tokens_max;
    llama_context_ptr larger = create_for(decoder_, plan, conversation_, n_answer);
    size_t copied_bytes = 0;
    if (context_ && !plan.looks_again) {
        const std::vector<uint8_t> copy = state_read(context_.get());
        state_write(larger.get(), copy);
        copied_bytes = copy.size();
    }
    replaced_context replaced = std::exchange(context_, std::move(larger));
    if (plan.looks_again) {
        conversation_.n_past = 0;
        conversation_.cells = {};
    }
    note_peak(report, context_bytes(model, context_.get()) + context_bytes(model, replaced->get()) + copied_bytes);
    return replaced;
}

void session::compress(const compression_plan & plan,
                       const turn & turn,
                       replaced_context & replaced,
                       const turn_observer & observer,
                       answer & report) {
    const stopwatch watch(report.ms_compress);
    const model & model = decoder_.model();
    const uint64_t bytes_beside = replaced ? context_bytes(model, replaced->get()) : 0;
    compression_result kept = evict(decoder_, conversation_, context_.get(), plan, plan.queries, observer.on_compress);
    note_peak(report, context_bytes(model, context_.get()) + bytes_beside + kept.state.bytes_in_memory());
    decoder_.tap().layers().clear();
    decoder_.pool().release();
    context_.reset(); // the large context's memory goes back before the small one's is taken
    context_ = adopt(decoder_, std::move(kept), plan, turn.n_answer_tokens_max, conversation_, bytes_beside, report);
    if (replaced) {
        replaced->reset();
    }
    return_free_memory();
    report.resident_after = resident_bytes();
}

void session::roll_back(conversation before, replaced_context replaced) {
    if (replaced) {
        context_ = std::move(*replaced);
    } else if (context_) {
        llama_memory_seq_rm(llama_get_memory(context_.get()), conversation_seq, before.n_past, -1);
    }
    conversation_ = std::move(before);
    if (!context_) {
        reset();
    }
}

} // namespace engine
