#include <algorithm>

#include "engine/error.h"
#include "engine/log.h"
#include "engine/resident.h"
#include "engine/session-run.h"
#include "engine/text-batch.h"
#include "mtmd-helper.h"

namespace engine {

namespace {

constexpr int64_t first_answer_cells = 64; // a compressed cache is made no larger than it must be at first

/// However the reading of a prompt ends, nothing is observed after it.
struct watch {
    watch(attention_tap & tap_, model & model_) : tap(tap_), read_model(model_) {}
    watch(const watch &) = delete;
    watch & operator=(const watch &) = delete;
    ~watch() {
        tap.stop();
        read_model.set_encode_cancel(nullptr);
    }

    attention_tap & tap;
    model & read_model;
};

} // namespace

void session::read_prompt(run & run) {
    const watch watch(tap_, model_);
    if (!run.observed.empty()) {
        tap_.start_scoring(run.observed, cancel_);
    }
    model_.set_encode_cancel(cancel_);
    for (const prompt_segment & segment : run.prompt.segments) {
        if (segment.image != nullptr) {
            read_image(run, segment);
        } else {
            read_text(run, segment);
        }
    }
    tap_.rethrow();
    memory_.tail.insert(memory_.tail.end(), run.prompt.kinds.begin(), run.prompt.kinds.end());
    run.answer.n_cells_before = run.answer.n_cells_after = memory_.n_cells();
    run.answer.bytes_before = run.answer.bytes_after = cache_bytes(memory_.n_cells());
    run.answer.resident_before = run.answer.resident_after = resident_bytes();
}

/// The first token comes from the whole cache, `source`, before anything is evicted.
void session::draw_first_token(run & run, llama_context * source) {
    if (run.observer.on_logits) {
        run.observer.on_logits(0, llama_get_logits_ith(source, -1));
    }
    run.next = llama_sampler_sample(run.sampler.get(), source, -1);
}

uint64_t session::cache_bytes(int64_t n_cells) const {
    const auto n_window = std::min<int64_t>(n_past_, llama_model_n_swa(model_.get()));
    return static_cast<uint64_t>(n_cells) * model_.layout().full.bytes_per_cell() +
           static_cast<uint64_t>(n_window) * model_.layout().window.bytes_per_cell();
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
            const std::string said = log_errors_since_mark();
            throw error(code_of_failure(said, "projector_invalid"),
                        "libmtmd could not encode " + reading.name + ": " + said);
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
    compression_result kept = evict(run.plan, run.observer.on_compress);
    tap_.layers().clear();
    pool_.release();
    context_.reset(); // the large context's memory goes back before the small one's is taken
    adopt(run, std::move(kept));
    run.old_context.reset();
    return_free_memory();
    run.answer.resident_after = resident_bytes();
}

compression_result session::evict(const compression_plan & plan,
                                  const std::function<void(int32_t, int32_t)> & on_layer) {
    compression_request request;
    request.params = plan.params;
    request.budget = plan.budget;
    request.queries = plan.queries;
    request.n_tokens = memory_.n_cells();
    request.n_past = n_past_;
    return cache_compress(model_.layout(), context_.get(), tap_, pool_, memory_, request, on_layer, *cancel_);
}

void session::adopt(run & run, compression_result kept) {
    const int64_t n_kept = kept.memory.n_packed;
    const int64_t n_window = model_.layout().has_window ? llama_model_n_swa(model_.get()) : 0;
    const int64_t n_answer = std::min<int64_t>(run.turn.n_answer_tokens_max, first_answer_cells);
    context_ = create(std::max(n_kept, n_window) + n_answer, ubatch_tokens, false);
    state_write(context_.get(), kept.state);
    memory_ = std::move(kept.memory);
    run.answer.compressed = true;
    run.answer.ratio = run.plan.params.ratio;
    run.answer.n_cells_after = n_kept;
    run.answer.bytes_after = cache_bytes(n_kept);
    if (!kept.stayed_on_device) {
        run.answer.compression_note = "part of the compression ran on the CPU: the device lacks an operation";
    }
}

} // namespace engine
