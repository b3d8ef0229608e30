#include "engine/session/session.h"

#include <algorithm>
#include <utility>

#include "engine/error.h"
#include "engine/llama/context.h"
#include "engine/llama/process-memory.h"
#include "engine/session/answering.h"
#include "engine/session/eviction.h"
#include "engine/session/reader.h"
#include "engine/session/reading-plan.h"

namespace engine {

namespace {

/// The next question about the same may be so many tokens longer, and is asked in the context that there is.
constexpr int32_t n_longer = 256;

/// Whether a context holds all that a conversation has read and said, with nothing evicted, and it is known what.
bool is_whole(const conversation & conversation, const trace & all) {
    return conversation.cells.n_packed == 0 && count_tokens(all) == conversation.cells.n_tokens();
}

} // namespace

void session::reset() {
    context_.reset();
    conversation_ = {};
    whole_ = {};
}

/// Begins a conversation; the cache of the one before is held where it is whole.
void session::put_by() {
    if (context_ && is_whole(conversation_, conversation_.trace) && may_hold(decoder_.model(), context_.get())) {
        whole_ = {std::move(context_),
                  std::move(conversation_.trace),
                  conversation_.n_past,
                  conversation_.n_on_disk,
                  decoder_.watches(false)};
    }
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
        put_by();
    }
    const stopwatch::clock::time_point start = stopwatch::clock::now();
    decoder_.set_cancel(cancel);
    answer answer;
    begun_answer begun;
    conversation before = conversation_;
    replaced_context replaced;
    try {
        reading_plan plan = this->plan(turn, answer);
        replaced = open(plan, turn, answer);
        const uint64_t bytes_beside = (replaced ? context_bytes(decoder_.model(), replaced->get()) : 0) +
                                      context_bytes(decoder_.model(), whole_.context.get());
        reader reader(decoder_, plan, conversation_, context_, observer, answer, bytes_beside);
        reader.read();
        try {
            begun = begin_answer(
                decoder_.model(), turn, plan.tools, conversation_, context_.get(), observer, start, answer);
        } catch (...) {
            reader.save_attached(); // the next try need not read it again
            throw;
        }
        reader.save_attached();
        if (plan.compression.compresses) {
            if (n_probe_tokens(plan) > 0) {
                forget_scores(conversation_.cells);
            }
            compress(plan, turn, replaced, observer, answer);
        }
        if (replaced) {
            replaced->reset();
        }
        if (!whole_.is_held()) {
            whole_ = {}; // the conversation goes on in it
        }
        answer.bytes_held = context_bytes(decoder_.model(), whole_.context.get());
        add_turn(conversation_, plan, before.cells.n_tokens());
    } catch (const cancelled &) {
        roll_back(std::move(before), std::move(replaced));
        // Its first word may have been shown. The conversation has none of it.
        answer.text.clear();
        answer.reasoning.clear();
        answer.stop = stop_reason::cancelled;
        return answer;
    } catch (...) {
        roll_back(std::move(before), std::move(replaced));
        throw;
    }
    try {
        write_answer(decoder_, std::move(begun), turn, conversation_, context_, observer, answer);
    } catch (...) {
        reset();
        throw;
    }
    if (offers_tools) {
        // What is offered stands before everything else, and the next turn may offer something else.
        put_by();
        answer.in_conversation = false;
    }
    return answer;
}

/// What is held for another prompt goes first: what is free decides how much of this one is kept.
reading_plan session::plan(const turn & turn, answer & report) {
    reading_plan plan = plan_reading(decoder_.model(), conversation_, turn, whole_.read, report);
    if (!whole_.is_held() || plan.known_is_held || (turn.continues && !plan.looks_again)) {
        return plan;
    }
    whole_ = {};
    return_free_memory();
    return plan_reading(decoder_.model(), conversation_, turn, {}, report);
}

session::replaced_context session::open(reading_plan & plan, const turn & turn, answer & report) {
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
    const int32_t n_answer = (plan.compression.compresses ? 0 : turn.n_answer_tokens_max) +
                             (model.options().holds_whole_cache && !plan.compression.in_chunks ? n_longer : 0);
    llama_context_ptr larger;
    if (plan.known_is_held) {
        larger = open_held(plan, plan.n_total + (plan.compression.compresses ? 0 : int64_t{turn.n_answer_tokens_max}));
    } else {
        whole_ = {}; // two of them are not held
    }
    if (!larger) {
        larger = create_for(decoder_, plan, conversation_, n_answer);
    }
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

/// The context that holds what a plan knows, without what came after it.
/// @return null when it is too small or not made for what the plan observes; the plan then has a copy of what it holds
llama_context_ptr session::open_held(reading_plan & plan, int64_t n_cells) {
    llama_context * held = whole_.context.get();
    llama_memory_seq_rm(llama_get_memory(held), conversation_seq, plan.known->n_pos, -1);
    whole_.read.resize(plan.known->n_units);
    whole_.n_pos = plan.known->n_pos;
    whole_.n_on_disk = std::min(whole_.n_on_disk, plan.known->n_tokens);
    plan.known->n_on_disk = whole_.n_on_disk;
    if (n_cells <= static_cast<int64_t>(llama_n_ctx(held)) &&
        plan.n_ubatch <= static_cast<int32_t>(llama_n_ubatch(held)) &&
        whole_.watched == decoder_.watches(!plan.observed.empty())) {
        return std::move(whole_.context);
    }
    plan.known_state = state_read(held);
    plan.known->n_saved = plan.known->n_tokens;
    plan.known_is_held = false;
    whole_ = {};
    return nullptr;
}

void session::compress(const reading_plan & plan,
                       const turn & turn,
                       replaced_context & replaced,
                       const turn_observer & observer,
                       answer & report) {
    const stopwatch watch(report.ms_compress);
    const model & model = decoder_.model();
    const uint64_t bytes_beside = replaced ? context_bytes(model, replaced->get()) : 0;
    trace all = conversation_.trace;
    all.insert(all.end(), plan.trace.begin(), plan.trace.end());
    const bool whole = is_whole(conversation_, all);
    compression_result kept = evict(
        decoder_, conversation_, context_.get(), plan.compression, plan.compression.queries, observer.on_compress);
    note_peak(report, context_bytes(model, context_.get()) + bytes_beside + kept.state.bytes_in_memory());
    decoder_.tap().layers().clear();
    decoder_.pool().release();
    if (whole && may_hold(model, context_.get())) {
        const bool watched = true;
        whole_ = {std::move(context_), std::move(all), conversation_.n_past, conversation_.n_on_disk, watched};
    } else {
        whole_ = {};
        context_.reset(); // the large context's memory goes back before the small one's is taken
    }
    const uint64_t bytes_held = context_bytes(model, whole_.context.get());
    context_ = adopt(decoder_,
                     std::move(kept),
                     plan.compression,
                     turn.n_answer_tokens_max,
                     conversation_,
                     bytes_beside + bytes_held,
                     report);
    if (replaced) {
        replaced->reset();
    }
    return_free_memory();
    report.resident_after = resident_bytes();
}

void session::roll_back(conversation before, replaced_context replaced) {
    if (!whole_.is_held() && !whole_.read.empty() && context_) {
        // The turn read in it.
        llama_memory_seq_rm(llama_get_memory(context_.get()), conversation_seq, whole_.n_pos, -1);
        whole_.context = std::move(context_);
    }
    if (replaced) {
        context_ = std::move(*replaced);
    } else if (context_) {
        llama_memory_seq_rm(llama_get_memory(context_.get()), conversation_seq, before.n_past, -1);
    }
    conversation_ = std::move(before);
    if (!context_) {
        conversation_ = {};
    }
}

} // namespace engine
