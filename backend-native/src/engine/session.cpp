#include "engine/session.h"

#include <algorithm>

#include "engine/error.h"
#include "engine/log.h"
#include "engine/resident.h"
#include "engine/stopwatch.h"
#include "engine/text-batch.h"
#include "engine/utf8.h"
#include "mtmd-helper.h"

#include <common.h>

namespace engine {

namespace {

constexpr int32_t ubatch_tokens = 512;
constexpr int64_t first_answer_cells = 64; // a compressed cache is made no larger than it must be at first
constexpr int64_t growth_cells = 256;      // and then grows by so many cells at a time

} // namespace

struct session::run {
    run(const engine::turn & turn_, const turn_observer & observer_) : turn(turn_), observer(observer_) {}

    const engine::turn & turn;
    const turn_observer & observer;
    stopwatch::clock::time_point start = stopwatch::clock::now();
    engine::answer answer;
    engine::prompt prompt;
    std::string rendered; // of the conversation with this turn's question
    chat_message question;
    bool will_compress = false;
    lookm::budget budget;
    int64_t n_logical = 0; // tokens of the conversation with this turn's prompt
    int32_t n_read = 0;    // prompt tokens decoded
    int32_t n_ubatch = ubatch_tokens;
    llama_sampler_ptr sampler;
    llama_token next = LLAMA_TOKEN_NULL;
    std::string cached_answer; // the part of the answer whose tokens are in the cache

    // What a turn that fails before its first token goes back to.
    llama_context_ptr old_context; // when the turn is read in a context of its own
    bool in_own_context = false;
    llama_pos old_n_past = 0;
    size_t old_tail = 0;
};

session::session(model & model) : model_(model), pool_(model.n_threads()), tap_(pool_) {}

void session::reset() {
    context_.reset();
    n_past_ = 0;
    n_logical_ = 0;
    memory_ = {};
    messages_.clear();
    rendered_.clear();
    n_images_ = 0;
}

answer session::ask(const turn & turn, const turn_observer & observer, const std::atomic<bool> & cancel) {
    lookm::check_params(turn.compression.lookm);
    if (turn.continues && rendered_.empty()) {
        throw error(
            "invalid_argument",
            "There is no conversation to continue: none was begun since the model was loaded, or it was cancelled");
    }
    if (!turn.continues) {
        reset();
    }
    cancel_ = &cancel;
    run run(turn, observer);
    run.old_n_past = n_past_;
    run.old_tail = memory_.tail.size();
    try {
        prepare(run);
        open_context(run);
        read_prompt(run);
    } catch (const cancelled &) {
        roll_back(run);
        run.answer.stop = stop_reason::cancelled;
        return std::move(run.answer);
    } catch (...) {
        roll_back(run);
        throw;
    }

    messages_.push_back(run.question);
    rendered_ = run.rendered;
    n_logical_ = run.n_logical;
    n_images_ += turn.images.size();
    try {
        generate(run);
    } catch (...) {
        reset(); // the cache no longer holds a whole conversation
        throw;
    }
    messages_.push_back({"assistant", run.cached_answer});
    return std::move(run.answer);
}

void session::prepare(run & run) {
    const turn & turn = run.turn;
    run.question = {"user", user_content(model_, turn.images, turn.documents, turn.question, n_images_)};
    std::vector<chat_message> messages = messages_;
    if (messages.empty() && !turn.system.empty()) {
        messages.push_back({"system", turn.system});
        messages_ = messages;
    }
    messages.push_back(run.question);
    const bool first = rendered_.empty();
    const std::string text = model_.templates().render_next(messages, rendered_, run.rendered);
    run.prompt = prompt_tokenize(model_, text, turn.images, first);

    const int64_t limit = model_.options().n_ctx > 0 ? model_.options().n_ctx : model_.info().n_ctx_train;
    run.n_logical = n_logical_ + run.prompt.n_tokens;
    const int64_t n_needed = std::max<int64_t>(n_past_ + run.prompt.n_pos, memory_.n_cells() + run.prompt.n_tokens);
    if (n_needed >= limit) {
        throw error("context_overflow",
                    "The prompt needs " + std::to_string(n_needed) + " tokens and the context holds " +
                        std::to_string(limit));
    }
    run.n_ubatch = std::max(ubatch_tokens, run.prompt.n_ubatch_min);
    run.answer.n_prompt_tokens = run.prompt.n_tokens;
    run.answer.n_image_tokens = run.prompt.n_image_tokens;
    run.answer.images = run.prompt.images;
    run.sampler = sampler_create(turn.sampling, model_.vocab());

    const compression_params & compression = turn.compression;
    run.answer.merge_what = compression.lookm.merge_what;
    if (compression.merge_what_auto) {
        run.answer.merge_what =
            model_.info().rope == rope_kind::mrope ? lookm::merge_what::values : lookm::merge_what::keys_values;
    }
    const bool full = compression.lookm.method == lookm::method::full || compression.lookm.ratio >= 1.0;
    if (!full && !model_.layout().packable) {
        run.answer.compression_note = "the cache is left full: " + model_.layout().reason;
    } else if (!full && run.prompt.n_tokens < compression.n_prompt_tokens_min) {
        run.answer.compression_note = first ? "the cache is left full: the prompt has fewer than " +
                                                  std::to_string(compression.n_prompt_tokens_min) + " tokens"
                                            : "the follow-up was added to the cache as it is";
    } else if (!full) {
        run.budget = lookm::make_budget(run.n_logical, compression.lookm.ratio, compression.lookm.recent_share);
        run.will_compress = run.budget.n_kept() < memory_.n_cells() + run.prompt.n_tokens;
        if (!run.will_compress) {
            run.answer.compression_note = "the cache is within its budget already";
        }
    }
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
    const int64_t n_prompt = memory_.n_cells() + run.prompt.n_tokens;
    const int64_t n_answer = run.will_compress ? 0 : run.turn.n_answer_tokens_max;
    const int64_t n_cells = n_prompt + n_answer;
    // A turn that will be compressed, or cannot be taken out of the cache again, is read in a context of its own.
    const bool own_context = context_ == nullptr || run.will_compress ||
                             model_.info().memory != memory_kind::attention ||
                             run.n_ubatch > static_cast<int32_t>(llama_n_ubatch(context_.get()));
    if (own_context) {
        llama_context_ptr larger =
            create(std::max<int64_t>(n_cells, model_.options().n_ctx), run.n_ubatch, run.will_compress);
        if (context_) {
            state_write(larger.get(), state_read(context_.get()));
        }
        run.old_context = std::move(context_);
        context_ = std::move(larger);
        run.in_own_context = true;
    } else {
        make_room(n_prompt + run.turn.n_answer_tokens_max);
    }
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
    tap_.stop();
    model_.set_encode_cancel(nullptr);
    if (run.in_own_context) {
        context_ = std::move(run.old_context);
    } else if (context_) {
        llama_memory_seq_rm(llama_get_memory(context_.get()), conversation_seq, run.old_n_past, -1);
    }
    n_past_ = run.old_n_past;
    memory_.tail.resize(run.old_tail);
    if (!context_) {
        reset();
    }
}

void session::read_prompt(run & run) {
    const bool scoring = run.will_compress;
    if (scoring) {
        const lookm::compress_params & params = run.turn.compression.lookm;
        const int64_t window = params.method == lookm::method::snapkv ? params.n_window_queries : 0;
        tap_.start_scoring({run.prompt.n_tokens, window}, cancel_);
    }
    model_.set_encode_cancel(cancel_);
    for (const prompt_segment & segment : run.prompt.segments) {
        if (segment.image != nullptr) {
            read_image(run, segment);
        } else {
            read_text(run, segment);
        }
    }
    tap_.stop();
    model_.set_encode_cancel(nullptr);
    tap_.rethrow();
    memory_.tail.insert(memory_.tail.end(), run.prompt.kinds.begin(), run.prompt.kinds.end());

    // The first token comes from the whole cache, before anything is evicted.
    run.next = llama_sampler_sample(run.sampler.get(), context_.get(), -1);

    const size_t row_bytes = model_.layout().full.bytes_per_cell();
    const size_t window_bytes = model_.layout().window.bytes_per_cell();
    const auto n_window = std::min<int64_t>(n_past_, llama_model_n_swa(model_.get()));
    run.answer.n_cells_before = run.answer.n_cells_after = memory_.n_cells();
    run.answer.bytes_before =
        static_cast<uint64_t>(memory_.n_cells()) * row_bytes + static_cast<uint64_t>(n_window) * window_bytes;
    run.answer.resident_before = run.answer.resident_after = resident_bytes();
    if (scoring) {
        compress(run);
        run.old_context.reset();
        return_free_memory();
        run.answer.resident_after = resident_bytes();
    }
    run.old_context.reset();
    run.answer.bytes_after =
        static_cast<uint64_t>(run.answer.n_cells_after) * row_bytes + static_cast<uint64_t>(n_window) * window_bytes;
}

bool session::decode(llama_batch batch) {
    log_mark_errors();
    const int32_t status = llama_decode(context_.get(), batch);
    if (*cancel_) {
        return false;
    }
    if (status != 0) {
        tap_.rethrow();
        throw error(status == 1 ? "out_of_memory" : "compute_failed",
                    "llama.cpp could not decode (status " + std::to_string(status) + ")" +
                        (log_errors_since_mark().empty() ? "" : ": " + log_errors_since_mark()));
    }
    return true;
}

void session::read_text(run & run, const prompt_segment & segment) {
    const stopwatch watch(run.answer.ms_prefill);
    for (int32_t at = 0; at < segment.n_tokens; at += run.n_ubatch) {
        const int32_t n = std::min(run.n_ubatch, segment.n_tokens - at);
        const bool last = run.n_read + n == run.prompt.n_tokens;
        tap_.set_first_query(run.n_read);
        const text_batch batch(segment.tokens.data() + at, n, n_past_, last);
        if (!decode(batch.get())) {
            throw cancelled();
        }
        n_past_ += n;
        run.n_read += n;
        run.observer.on_prefill(run.n_read, run.prompt.n_tokens);
    }
}

void session::read_image(run & run, const prompt_segment & segment) {
    const image_reading & reading = run.prompt.images[segment.image_index];
    run.observer.on_image(segment.image_index, reading);
    {
        const stopwatch watch(run.answer.ms_encode);
        log_mark_errors();
        const int32_t status = mtmd_encode_chunk(model_.vision(), segment.image);
        if (*cancel_) {
            throw cancelled();
        }
        if (status != 0) {
            throw error("projector_invalid",
                        "libmtmd could not encode " + reading.name + ": " + log_errors_since_mark());
        }
    }
    const stopwatch watch(run.answer.ms_prefill);
    struct progress {
        session & self;
        session::run & run;
    } progress = {*this, run};
    const auto after_batch = [](llama_batch batch, void * data) -> int32_t {
        auto * state = static_cast<struct progress *>(data);
        state->run.n_read += batch.n_tokens;
        state->self.tap_.set_first_query(state->run.n_read);
        state->run.observer.on_prefill(state->run.n_read, state->run.prompt.n_tokens);
        return *state->self.cancel_ ? 1 : 0;
    };
    tap_.set_first_query(run.n_read);
    llama_pos n_past = n_past_;
    const int32_t status = mtmd_helper_decode_image_chunk(model_.vision(),
                                                          context_.get(),
                                                          segment.image,
                                                          mtmd_get_output_embd(model_.vision()),
                                                          n_past_,
                                                          conversation_seq,
                                                          run.n_ubatch,
                                                          &n_past,
                                                          after_batch,
                                                          &progress);
    if (*cancel_) {
        throw cancelled();
    }
    tap_.rethrow();
    if (status != 0) {
        throw error("projector_invalid", "llama.cpp could not read " + reading.name + ": " + log_errors_since_mark());
    }
    n_past_ = n_past;
}

void session::compress(run & run) {
    const stopwatch watch(run.answer.ms_compress);
    compression_request request;
    request.params = run.turn.compression.lookm;
    request.params.merge_what = run.answer.merge_what;
    request.budget = run.budget;
    request.n_tokens = memory_.n_cells();
    request.n_past = n_past_;
    compression_result result = cache_compress(
        model_.layout(), context_.get(), tap_, pool_, memory_, request, run.observer.on_compress, *cancel_);
    tap_.layers().clear();
    pool_.release();
    const int64_t n_kept = result.memory.n_packed;
    const int64_t n_window = model_.layout().has_window ? llama_model_n_swa(model_.get()) : 0;
    context_.reset(); // the large context's memory goes back before the small one's is taken
    const int64_t n_answer = std::min<int64_t>(run.turn.n_answer_tokens_max, first_answer_cells);
    context_ = create(std::max(n_kept, n_window) + n_answer, ubatch_tokens, false);
    state_write(context_.get(), result.state);
    memory_ = std::move(result.memory);
    run.answer.compressed = true;
    run.answer.n_cells_after = n_kept;
    if (!result.stayed_on_device) {
        run.answer.compression_note = "part of the compression ran on the CPU: the device lacks an operation";
    }
}

void session::generate(run & run) {
    const llama_vocab * vocab = model_.vocab();
    const int64_t limit = model_.options().n_ctx > 0 ? model_.options().n_ctx : model_.info().n_ctx_train;
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
        if (!decode(batch.get())) {
            // An aborted decode may have left half a token. What was shown stays shown; the conversation goes on from
            // the token before.
            llama_memory_seq_rm(llama_get_memory(context_.get()), conversation_seq, n_past_, -1);
            answer.stop = stop_reason::cancelled;
            break;
        }
        run.cached_answer = answer.text;
        ++answer.n_tokens;
        ++n_past_;
        ++n_logical_;
        memory_.tail.push_back(lookm::token_kind::text);
        run.next = llama_sampler_sample(run.sampler.get(), context_.get(), -1);
    }
    const std::string rest = characters.finish();
    answer.text += rest;
    if (!rest.empty()) {
        run.observer.on_text(rest);
    }
}

} // namespace engine
