#include "engine/session/session.h"

#include <algorithm>

#include "engine/error.h"
#include "engine/session/session-run.h"
#include "engine/llama/text-batch.h"
#include "engine/llama/utf8.h"

#include <common.h>

namespace engine {

namespace {

constexpr int64_t growth_cells = 256; // a cache that is full grows by so many cells at a time

/// As chat templates trim what a user says.
std::string trimmed(const std::string & text) {
    const char * blank = " \t\r\n";
    const size_t first = text.find_first_not_of(blank);
    return first == std::string::npos ? "" : text.substr(first, text.find_last_not_of(blank) - first + 1);
}

} // namespace

session::session(model & model) : model_(model), pool_(model.n_threads()), tap_(pool_) {}

void session::reset() {
    context_.reset();
    n_past_ = 0;
    memory_ = {};
    messages_.clear();
    rendered_.clear();
    images_.clear();
    trace_.clear();
    n_on_disk_ = 0;
}

std::optional<kv_map> session::map() const {
    if (rendered_.empty()) {
        return std::nullopt;
    }
    return kv_map_of(memory_, images_, model_.info().n_layer, model_.info().n_head_kv);
}

answer session::ask(const turn & turn, const turn_observer & observer, const std::atomic<bool> & cancel) {
    lookm::check_params(turn.compression.lookm);
    if (turn.continues && rendered_.empty()) {
        throw error(
            "invalid_argument",
            "There is no conversation to continue: none was begun since the model was loaded, or it was cancelled");
    }
    if (turn.continues && !turn.history.empty()) {
        throw error("invalid_argument", "A turn either continues the conversation or brings one to be read");
    }
    if (!turn.continues) {
        reset();
    }
    cancel_ = &cancel;
    run run(turn, observer);
    run.old_n_past = n_past_;
    run.old_n_on_disk = n_on_disk_;
    run.old_memory = memory_;
    try {
        prepare(run);
        if (run.plan.compresses) {
            run.observed = {run.plan.queries};
        }
        open_context(run);
        read_prompt(run);
        draw_first_token(run, context_.get());
        if (run.plan.compresses) {
            compress(run);
        }
        run.old_context.reset();
    } catch (const cancelled &) {
        roll_back(run);
        run.answer.stop = stop_reason::cancelled;
        return std::move(run.answer);
    } catch (...) {
        roll_back(run);
        throw;
    }
    hold(run);
    finish(run);
    return std::move(run.answer);
}

void session::hold(run & run) {
    const auto n_before = static_cast<int32_t>(run.old_memory.n_tokens());
    const bool known_whole = count_tokens(trace_) == n_before;
    if (known_whole) {
        trace_.insert(trace_.end(), run.trace.begin(), run.trace.end());
    }
    messages_ = std::move(run.messages);
    rendered_ = run.rendered;
    for (image_map & map : run.prompt.maps) {
        for (int32_t & token : map.tokens) {
            token += n_before;
        }
        images_.push_back(std::move(map));
    }
}

void session::finish(run & run) {
    try {
        generate(run);
    } catch (...) {
        reset(); // the cache no longer holds a whole conversation
        throw;
    }
    messages_.push_back({"assistant", run.cached_answer});
    run.answer.in_conversation = true;
    run.answer.n_context = std::max<int64_t>(n_past_, memory_.n_cells());
}

void session::write_messages(run & run) const {
    const turn & turn = run.turn;
    size_t n_images = images_.size();
    const auto push_user = [&](const std::vector<image_input> & images, const auto & documents, const auto & question) {
        run.messages.push_back({"user", user_content(model_, images, documents, question, n_images)});
        run.images.insert(run.images.end(), images.begin(), images.end());
        n_images += images.size();
    };
    run.messages = messages_;
    if (run.messages.empty() && !turn.system.empty()) {
        run.messages.push_back({"system", turn.system});
    }
    for (const past_turn & past : turn.history) {
        push_user(past.images, past.documents, past.question);
        run.messages.push_back({"assistant", neutralise_control_tokens(model_.vocab(), past.answer)});
    }
    run.n_past_images = run.images.size();
    push_user(turn.images, turn.documents, turn.question);
}

void session::prepare(run & run) {
    const turn & turn = run.turn;
    write_messages(run);
    const bool first = rendered_.empty();
    const std::string text = model_.templates().render_next(run.messages, rendered_, run.rendered);
    run.prompt = prompt_tokenize(model_, text, run.images, first);
    run.n_question_tokens = count_last_tokens(model_,
                                              run.prompt,
                                              trimmed(neutralise_control_tokens(model_.vocab(), turn.question)) +
                                                  model_.templates().closing());

    const int64_t limit = context_limit();
    const int64_t n_needed = std::max<int64_t>(n_past_ + run.prompt.n_pos, memory_.n_cells() + run.prompt.n_tokens);
    if (n_needed >= limit) {
        throw error("context_overflow",
                    (first && turn.history.empty() ? "The prompt needs " : "The conversation needs ") +
                        std::to_string(n_needed) + " tokens and the context holds " + std::to_string(limit));
    }
    run.n_ubatch = std::max(ubatch_tokens, run.prompt.n_ubatch_min);
    run.answer.n_image_tokens = run.prompt.n_image_tokens;
    run.answer.n_images = static_cast<int32_t>(run.prompt.images.size());
    run.answer.images.assign(run.prompt.images.begin() + static_cast<std::ptrdiff_t>(run.n_past_images),
                             run.prompt.images.end());
    run.sampler = sampler_create(turn.sampling, model_.vocab());

    run.trace = trace_of(run.prompt, run.images);
    choose_reading(run);
    run.answer.n_prompt_tokens = run.n_total;
    run.answer.ratio_choice = run.plan.ratio_choice;
    run.answer.merge_what = run.plan.params.merge_what;
    run.answer.compression_note = run.plan.note;
    run.answer.reading = run.plan.in_chunks ? reading_rule::chunks : reading_rule::whole;
}

int64_t session::context_limit() const {
    return model_.options().n_ctx > 0 ? model_.options().n_ctx : model_.info().n_ctx_train;
}

llama_context_ptr session::create(int64_t n_cells, int32_t n_ubatch, bool observed) {
    context_request request;
    request.n_cells = n_cells;
    request.n_ubatch = n_ubatch;
    if (observed) { // a callback costs time for every node, even when it asks for none
        request.cb_eval = attention_tap::on_node;
        request.cb_eval_user_data = &tap_;
    }
    request.abort_callback = [](void * data) {
        const std::atomic<bool> * cancel = static_cast<session *>(data)->cancel_;
        return cancel != nullptr && cancel->load();
    };
    request.abort_callback_data = this;
    return context_create(model_, request);
}

void session::open_context(run & run) {
    const int64_t n_prompt = run.looks_again ? run.n_total : memory_.n_cells() + run.prompt.n_tokens;
    const int64_t n_answer = run.plan.compresses ? 0 : run.turn.n_answer_tokens_max;
    // A turn that will be compressed, or cannot be taken out of the cache again, is read in a context of its own.
    const bool own_context = context_ == nullptr || run.plan.compresses || run.looks_again ||
                             model_.info().memory != memory_kind::attention ||
                             run.n_ubatch > static_cast<int32_t>(llama_n_ubatch(context_.get()));
    if (!own_context) {
        make_room(n_prompt + run.turn.n_answer_tokens_max);
        note_peak(run, 0);
        return;
    }
    run.n_chunk_cells = n_chunk_cells(run);
    const int64_t n_cells =
        run.plan.in_chunks ? run.n_chunk_cells : std::max<int64_t>(n_prompt + n_answer, model_.options().n_ctx);
    llama_context_ptr larger = create(n_cells, run.n_ubatch, !run.observed.empty());
    size_t copied_bytes = 0;
    if (context_ && !run.looks_again) {
        const std::vector<uint8_t> copy = state_read(context_.get());
        state_write(larger.get(), copy);
        copied_bytes = copy.size();
    }
    run.old_context = std::move(context_);
    context_ = std::move(larger);
    run.in_own_context = true;
    if (run.looks_again) {
        n_past_ = 0;
        memory_ = {};
    }
    note_peak(run, copied_bytes);
}

void session::make_room(int64_t n_cells) {
    if (n_cells <= static_cast<int64_t>(llama_n_ctx(context_.get()))) {
        return;
    }
    llama_context_ptr larger =
        create(n_cells + growth_cells, static_cast<int32_t>(llama_n_ubatch(context_.get())), false);
    state_write(larger.get(), state_read(context_.get()));
    context_ = std::move(larger);
}

void session::roll_back(run & run) {
    if (run.in_own_context) {
        context_ = std::move(run.old_context);
    } else if (context_) {
        llama_memory_seq_rm(llama_get_memory(context_.get()), conversation_seq, run.old_n_past, -1);
    }
    n_past_ = run.old_n_past;
    n_on_disk_ = run.old_n_on_disk;
    memory_ = std::move(run.old_memory);
    if (!context_) {
        reset();
    }
}

bool session::decode_token(llama_batch batch, double & ms) {
    const stopwatch watch(ms);
    const bool decoded = decode(batch);
    llama_synchronize(context_.get()); // other devices compute while llama_decode returns
    return decoded;
}

void session::generate(run & run) {
    const llama_vocab * vocab = model_.vocab();
    const int64_t limit = context_limit();
    utf8_buffer characters;
    answer & answer = run.answer;
    answer.ms_first_token = stopwatch::ms_since(run.start); // it is shown now, after compression
    const stopwatch watch(answer.ms_decode);
    answer.stop = stop_reason::length;
    while (answer.n_tokens < run.turn.n_answer_tokens_max) {
        if (*cancel_) {
            answer.stop = stop_reason::cancelled;
            break;
        }
        if (llama_vocab_is_eog(vocab, run.next)) {
            answer.stop = stop_reason::end;
            break;
        }
        if (n_past_ >= limit) {
            answer.stop = stop_reason::context;
            break;
        }
        const std::string text = characters.push(common_token_to_piece(vocab, run.next, false));
        answer.text += text;
        if (!text.empty()) {
            run.observer.on_text(text);
        }
        make_room(memory_.n_cells() + 1);
        const text_batch batch(&run.next, 1, n_past_, true);
        if (!decode_token(batch.get(), answer.ms_compute)) {
            // An aborted decode may have left half a token. What was shown stays shown; the conversation goes on from
            // the token before.
            llama_memory_seq_rm(llama_get_memory(context_.get()), conversation_seq, n_past_, -1);
            answer.stop = stop_reason::cancelled;
            break;
        }
        run.cached_answer = answer.text;
        ++answer.n_tokens;
        ++n_past_;
        memory_.tail.push_back(lookm::token_kind::text);
        if (!trace_.empty()) {
            trace_.push_back(trace_of(run.next));
        }
        if (run.observer.on_logits) {
            run.observer.on_logits(answer.n_tokens, llama_get_logits_ith(context_.get(), -1));
        }
        run.next = llama_sampler_sample(run.sampler.get(), context_.get(), -1);
    }
    const std::string rest = characters.finish();
    answer.text += rest;
    if (!rest.empty()) {
        run.observer.on_text(rest);
    }
}

} // namespace engine
