#include "engine/session/reader.h"

#include <algorithm>
#include <utility>

#include "engine/disk/known-prefix.h"
#include "engine/error.h"
#include "engine/llama/context.h"
#include "engine/llama/process-memory.h"
#include "engine/llama/text-batch.h"
#include "engine/session/eviction.h"
#include "engine/stopwatch.h"

namespace engine {

namespace {

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

llama_context_ptr create_for(decoder & decoder,
                             const reading_plan & plan,
                             const conversation & conversation,
                             int32_t n_answer_tokens_max) {
    const int64_t n_whole = plan.looks_again ? plan.n_total : conversation.cells.n_cells() + plan.prompt.n_tokens;
    const int64_t n_cells = plan.compression.in_chunks
                                ? plan.n_chunk_cells
                                : std::max<int64_t>(n_whole + n_answer_tokens_max, decoder.model().options().n_ctx);
    return decoder.create(n_cells, plan.n_ubatch, !plan.observed.empty());
}

reader::reader(decoder & decoder,
               reading_plan & plan,
               conversation & conversation,
               llama_context_ptr & context,
               const turn_observer & observer,
               answer & report,
               uint64_t bytes_beside)
    : decoder_(decoder), plan_(plan), conversation_(conversation), context_(context), observer_(observer),
      report_(report), bytes_beside_(bytes_beside) {}

void reader::read() {
    const watch watch(decoder_.tap(), decoder_.model());
    // What a full cache holds: in chunks there never is one.
    const int64_t n_cells_before = conversation_.cells.n_cells();
    if (!plan_.observed.empty()) {
        decoder_.tap().start_scoring(plan_.observed, &decoder_.cancel());
    }
    decoder_.model().set_encode_cancel(&decoder_.cancel());
    for (image_reading & image : plan_.prompt.images) {
        image.from_cache = true; // until one of its chunks has to be encoded
    }
    restore();
    read_earlier_text();
    read_segments();
    decoder_.tap().rethrow();
    report_.images.assign(plan_.prompt.images.begin() + static_cast<std::ptrdiff_t>(plan_.n_past_images),
                          plan_.prompt.images.end());
    report_.n_cells_before = report_.n_cells_after = n_cells_before + plan_.n_total;
    report_.bytes_before = report_.bytes_after =
        cache_bytes(decoder_.model(), conversation_.n_past, report_.n_cells_before);
    report_.resident_before = report_.resident_after = resident_bytes();
}

void reader::read_segments() {
    int32_t first = plan_.n_total - plan_.prompt.n_tokens; // token of the segment
    for (size_t i = 0; i < plan_.prompt.segments.size(); ++i) {
        const prompt_segment & segment = plan_.prompt.segments[i];
        const int32_t n_known = std::clamp(n_read_ - first, 0, segment.n_tokens);
        if (segment.image == nullptr) {
            read_tokens(segment.tokens.data() + n_known, segment.n_tokens - n_known);
        } else if (n_known < segment.n_tokens) {
            read_image(i);
        }
        first += segment.n_tokens;
    }
}

/// Puts what is known into the context, where it is not there yet.
void reader::restore() {
    // A sweep observes more queries than the plan of its reading names. What is observed has to be read.
    for (const query_choice & queries : plan_.observed) {
        const int64_t n_unobserved = queries.n_window > 0 ? queries.n_tokens - queries.n_window : 0;
        if (plan_.known && plan_.known->n_tokens > n_unobserved) {
            plan_.known.reset();
        }
    }
    const std::vector<uint8_t> state = std::exchange(plan_.known_state, {});
    if (!plan_.known) {
        return;
    }
    const stopwatch watch(report_.ms_restore);
    if (!plan_.known_is_held) {
        state_write(context_.get(), state);
    }
    note_peak(report_, context_bytes(decoder_.model(), context_.get()) + bytes_beside_ + state.size());
    trace all = plan_.looks_again ? conversation_.trace : trace();
    all.insert(all.end(), plan_.trace.begin(), plan_.trace.end());
    std::vector<lookm::token_kind> & tail = conversation_.cells.tail;
    for (size_t i = 0; i < plan_.known->n_units; ++i) {
        const lookm::token_kind kind = all[i].is_image() ? lookm::token_kind::image : lookm::token_kind::text;
        tail.insert(tail.end(), static_cast<size_t>(all[i].n_tokens), kind);
    }
    n_read_ = static_cast<int32_t>(plan_.known->n_tokens);
    conversation_.n_past = plan_.known->n_pos;
    conversation_.n_on_disk = plan_.known->n_on_disk;
    report_.n_restored_tokens = n_read_;
    report_.n_cells_peak = conversation_.cells.n_cells();
}

void reader::save() {
    const stopwatch watch(report_.ms_restore);
    trace read = conversation_.has_begun() ? conversation_.trace : trace();
    int64_t n = count_tokens(read);
    const int64_t n_all = conversation_.cells.n_tokens();
    for (size_t i = 0; i < plan_.trace.size() && n < n_all; ++i) {
        read.push_back(plan_.trace[i]);
        n += plan_.trace[i].n_tokens;
    }
    if (n == n_all && save_prefix(decoder_.model(), read, context_.get())) {
        conversation_.n_on_disk = n;
    }
}

/// When looking again: the words of the earlier turns that follow what was restored. There is no picture among them.
void reader::read_earlier_text() {
    if (!plan_.looks_again) {
        return;
    }
    std::vector<llama_token> tokens;
    for (size_t i = plan_.known->n_units; i < conversation_.trace.size(); ++i) {
        tokens.push_back(static_cast<llama_token>(conversation_.trace[i].what));
    }
    read_tokens(tokens.data(), static_cast<int32_t>(tokens.size()));
}

void reader::read_tokens(const llama_token * tokens, int32_t n_tokens) {
    for (int32_t at = 0; at < n_tokens;) {
        const int32_t n_left = plan_.n_attached - n_read_; // before the cache is saved
        const int32_t n = std::min({plan_.n_ubatch, n_tokens - at, n_left > 0 ? n_left : INT32_MAX});
        make_room(n);
        {
            const stopwatch watch(report_.ms_prefill);
            decoder_.tap().set_first_query(n_read_);
            const text_batch batch(tokens + at, n, conversation_.n_past, n_read_ + n == plan_.n_total);
            if (!decoder_.decode(context_.get(), batch.get())) {
                throw cancelled();
            }
        }
        note_read(lookm::token_kind::text, n, n);
        observer_.on_prefill(n_read_, plan_.n_total);
        at += n;
    }
}

/// So many tokens of what is to be read are in the cache now.
void reader::note_read(lookm::token_kind kind, int32_t n_tokens, llama_pos n_pos) {
    std::vector<lookm::token_kind> & tail = conversation_.cells.tail;
    tail.insert(tail.end(), static_cast<size_t>(n_tokens), kind);
    report_.n_cells_peak = std::max(report_.n_cells_peak, conversation_.cells.n_cells());
    n_read_ += n_tokens;
    conversation_.n_past += n_pos;
    if (n_read_ == plan_.n_attached) {
        save();
    }
}

} // namespace engine
