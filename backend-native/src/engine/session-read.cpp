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

} // namespace

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

} // namespace engine
