#include <algorithm>
#include <filesystem>
#include <system_error>

#include "engine/prompt/encoded-image.h"
#include "engine/error.h"
#include "engine/llama/log.h"
#include "engine/llama/process-memory.h"
#include "engine/session/session-run.h"
#include "engine/llama/text-batch.h"
#include "mtmd-helper.h"

namespace engine {

namespace {

constexpr int64_t first_answer_cells = 64; // a compressed cache is made no larger than it must be at first

/// Where what stays of a long prompt waits while its context is made anew: rather not in the system's own folder, which
/// may be in memory.
std::string chunk_folder(const model & model) {
    const std::string & folder = model.cache().options().folder;
    if (!folder.empty() && packed_state::can_be_in(folder)) {
        return folder;
    }
    std::error_code failure;
    const std::filesystem::path temporary = std::filesystem::temp_directory_path(failure);
    if (failure) {
        throw error("out_of_memory",
                    "A long prompt is read in chunks by way of a file, and there is no folder for temporary files (" +
                        failure.message() + ")");
    }
    return temporary.u8string();
}

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
    for (image_reading & image : run.prompt.images) {
        image.from_cache = true; // until one of its chunks has to be encoded
    }
    restore(run);
    read_earlier_text(run);
    int32_t first = run.n_total - run.prompt.n_tokens; // token of the segment
    for (size_t i = 0; i < run.prompt.segments.size(); ++i) {
        const prompt_segment & segment = run.prompt.segments[i];
        const int32_t n_known = std::clamp(run.n_read - first, 0, segment.n_tokens);
        if (segment.image == nullptr) {
            read_tokens(run, segment.tokens.data() + n_known, segment.n_tokens - n_known);
        } else if (n_known < segment.n_tokens) {
            read_image(run, i);
        }
        first += segment.n_tokens;
    }
    tap_.rethrow();
    answer & answer = run.answer;
    answer.images.assign(run.prompt.images.begin() + static_cast<std::ptrdiff_t>(run.n_past_images),
                         run.prompt.images.end());
    // What a full cache holds: in chunks there never is one.
    answer.n_cells_before = run.looks_again ? run.n_total : run.old_memory.n_cells() + run.n_total;
    answer.n_cells_after = answer.n_cells_before;
    answer.bytes_before = answer.bytes_after = cache_bytes(answer.n_cells_before);
    answer.resident_before = answer.resident_after = resident_bytes();
}

/// When looking again: the words of the earlier turns that follow what was restored. There is no picture among them.
void session::read_earlier_text(run & run) {
    if (!run.looks_again) {
        return;
    }
    std::vector<llama_token> tokens;
    for (size_t i = run.known->n_units; i < trace_.size(); ++i) {
        tokens.push_back(static_cast<llama_token>(trace_[i].what));
    }
    read_tokens(run, tokens.data(), static_cast<int32_t>(tokens.size()));
}

/// So many tokens of what is to be read are in the cache now.
void session::note_read(run & run, lookm::token_kind kind, int32_t n_tokens, llama_pos n_pos) {
    memory_.tail.insert(memory_.tail.end(), static_cast<size_t>(n_tokens), kind);
    run.answer.n_cells_peak = std::max(run.answer.n_cells_peak, memory_.n_cells());
    run.n_read += n_tokens;
    n_past_ += n_pos;
    if (run.n_read == run.n_attached) {
        save_attachments(run);
    }
}

/// @param bytes_beside of copies of caches beside the contexts
void session::note_peak(run & run, uint64_t bytes_beside) const {
    uint64_t bytes = bytes_beside;
    for (const llama_context * context : {context_.get(), run.old_context.get()}) {
        if (context != nullptr) {
            const uint64_t n_cells = llama_n_ctx(context);
            // As llama.cpp allocates a window: with room for one ubatch more.
            const uint64_t n_window = GGML_PAD(llama_model_n_swa(model_.get()) + llama_n_ubatch(context), 256);
            bytes += n_cells * model_.layout().full.bytes_per_cell() +
                     std::min<uint64_t>(n_cells, n_window) * model_.layout().window.bytes_per_cell();
        }
    }
    run.answer.bytes_peak = std::max(run.answer.bytes_peak, bytes);
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

void session::read_tokens(run & run, const llama_token * tokens, int32_t n_tokens) {
    for (int32_t at = 0; at < n_tokens;) {
        const int32_t n_left = run.n_attached - run.n_read; // before the cache is saved
        const int32_t n = std::min({run.n_ubatch, n_tokens - at, n_left > 0 ? n_left : INT32_MAX});
        make_room_to_read(run, n);
        {
            const stopwatch watch(run.answer.ms_prefill);
            tap_.set_first_query(run.n_read);
            const text_batch batch(tokens + at, n, n_past_, run.n_read + n == run.n_total);
            if (!decode(batch.get())) {
                throw cancelled();
            }
        }
        note_read(run, lookm::token_kind::text, n, n);
        run.observer.on_prefill(run.n_read, run.n_total);
        at += n;
    }
}

void session::read_image(run & run, size_t index) {
    const prompt_segment & segment = run.prompt.segments[index];
    image_reading & reading = run.prompt.images[segment.image_index];
    run.observer.on_image(segment.image_index, reading);
    make_room_to_read(run, segment.n_tokens);
    encoded_image encoded;
    {
        stopwatch::clock::time_point start = stopwatch::clock::now();
        encoded = encode_image(model_, segment, chunk_key(run.prompt, index, run.images), reading.name, *cancel_);
        (encoded.from_cache ? run.answer.ms_restore : run.answer.ms_encode) += stopwatch::ms_since(start);
        reading.from_cache = reading.from_cache && encoded.from_cache;
    }
    {
        const stopwatch watch(run.answer.ms_prefill);
        decode_image(run, segment, encoded.embeddings.data());
    }
    note_read(run, lookm::token_kind::image, segment.n_tokens, mtmd_input_chunk_get_n_pos(segment.image));
}

void session::decode_image(run & run, const prompt_segment & segment, float * embeddings) {
    struct progress {
        session & self;
        session::run & run;
        int32_t n_read;
    } progress = {*this, run, run.n_read};
    const auto after_batch = [](llama_batch batch, void * data) -> int32_t {
        auto * state = static_cast<struct progress *>(data);
        state->n_read += batch.n_tokens;
        state->self.tap_.set_first_query(state->n_read);
        state->run.observer.on_prefill(state->n_read, state->run.n_total);
        return *state->self.cancel_ ? 1 : 0;
    };
    tap_.set_first_query(run.n_read);
    log_mark_errors();
    llama_pos n_past = n_past_;
    const int32_t status = mtmd_helper_decode_image_chunk(model_.vision(),
                                                          context_.get(),
                                                          segment.image,
                                                          embeddings,
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
        throw error("projector_invalid",
                    "llama.cpp could not read " + run.prompt.images[segment.image_index].name + ": " +
                        log_errors_since_mark());
    }
}

void session::compress(run & run) {
    const stopwatch watch(run.answer.ms_compress);
    if (n_probe_tokens(run) > 0) {
        forget_scores();
    }
    compression_result kept = evict(run.plan, run.plan.queries, run.observer.on_compress);
    note_peak(run, kept.state.bytes_in_memory());
    tap_.layers().clear();
    pool_.release();
    context_.reset(); // the large context's memory goes back before the small one's is taken
    adopt(run, std::move(kept));
    run.old_context.reset();
    return_free_memory();
    run.answer.resident_after = resident_bytes();
}

/// @param queries whose attention the scores are: the plan's, or those of a probe
compression_result session::evict(const compression_plan & plan,
                                  const query_choice & queries,
                                  const std::function<void(int32_t, int32_t)> & on_layer) {
    compression_request request;
    request.params = plan.params;
    request.budget = plan.budget;
    request.queries = queries;
    request.n_tokens = memory_.n_cells();
    request.n_past = n_past_;
    request.folder = plan.in_chunks ? chunk_folder(model_) : "";
    return cache_compress(model_.layout(), context_.get(), tap_, pool_, memory_, request, on_layer, *cancel_);
}

void session::adopt(run & run, compression_result kept) {
    const int64_t n_kept = kept.memory.n_packed;
    const int64_t n_window = model_.layout().has_window ? llama_model_n_swa(model_.get()) : 0;
    const int64_t n_answer = std::min<int64_t>(run.turn.n_answer_tokens_max, first_answer_cells);
    context_ = create(std::max(n_kept, n_window) + n_answer, ubatch_tokens, false);
    kept.state.write_into(context_.get());
    note_peak(run, kept.state.bytes_in_memory());
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
