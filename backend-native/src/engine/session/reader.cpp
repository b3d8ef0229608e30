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
    try {
        read_segments();
    } catch (const cancelled &) {
        llama_memory_seq_rm(llama_get_memory(context_.get()), conversation_seq, conversation_.n_past, -1);
        save_attached();
        throw;
    }
    decoder_.tap().rethrow();
    report_.images.assign(plan_.prompt.images.begin() + static_cast<std::ptrdiff_t>(plan_.n_past_images),
                          plan_.prompt.images.end());
    report_.n_cells_before = report_.n_cells_after = n_cells_before + plan_.n_total;
    report_.bytes_before = report_.bytes_after =
        cache_bytes(decoder_.model(), conversation_.n_past, report_.n_cells_before);
    report_.resident_before = report_.resident_after = resident_bytes();
}

void reader::read_segments() {
    std::vector<llama_token> earlier = earlier_text();
    if (plan_.prompt.segments.empty() || plan_.prompt.segments.front().image != nullptr) {
        read_tokens(earlier.data(), static_cast<int32_t>(earlier.size()));
        earlier.clear();
    }
    int32_t first = plan_.n_total - plan_.prompt.n_tokens; // token of the segment
    for (size_t i = 0; i < plan_.prompt.segments.size(); ++i) {
        const prompt_segment & segment = plan_.prompt.segments[i];
        const int32_t n_known = std::clamp(n_read_ - first, 0, segment.n_tokens);
        if (segment.image == nullptr) {
            // In one batch with what precedes it: a CPU reads two short ones more slowly than one.
            std::vector<llama_token> tokens = std::exchange(earlier, {});
            tokens.insert(tokens.end(), segment.tokens.begin() + n_known, segment.tokens.end());
            read_tokens(tokens.data(), static_cast<int32_t>(tokens.size()));
        } else if (n_known < segment.n_tokens) {
            read_image(i);
        }
        first += segment.n_tokens;
    }
}

/// Writes bytes that may hold more than is known of this prompt. Cutting them takes as long as writing them: where they
/// fit as they are, the context forgets the rest.
void reader::write_known(std::vector<uint8_t> state) {
    const known_prefix & known = *plan_.known;
    note_peak(report_, context_bytes(decoder_.model(), context_.get()) + bytes_beside_ + state.size());
    if (known.n_saved <= static_cast<int64_t>(llama_n_ctx(context_.get()))) {
        state_write(context_.get(), state);
        llama_memory_seq_rm(llama_get_memory(context_.get()), conversation_seq, known.n_pos, -1);
        return;
    }
    const auto [n_saved, n_known] =
        std::pair(static_cast<uint32_t>(known.n_saved), static_cast<uint32_t>(known.n_tokens));
    std::optional<std::vector<uint8_t>> cut = state_cut(decoder_.model().layout(), std::move(state), n_saved, n_known);
    if (!cut) {
        throw error("internal", "What was kept of the prompt cannot be cut"); // its layout was looked at before
    }
    state_write(context_.get(), *cut);
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
    std::vector<uint8_t> state = std::exchange(plan_.known_state, {});
    if (!plan_.known) {
        return;
    }
    const stopwatch watch(report_.ms_restore);
    if (!plan_.known_is_held) {
        write_known(std::move(state));
    }
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

/// A sliding window forgets what stands before the question while that is read.
bool reader::saves_while_reading() const {
    return decoder_.model().layout().has_window;
}

void reader::save_attached() {
    if (const int64_t n_tokens = std::exchange(n_unsaved_, -1); n_tokens >= 0) {
        save(n_tokens);
    }
}

void reader::save() {
    save(conversation_.cells.n_tokens());
}

void reader::save(int64_t n_tokens) {
    const stopwatch watch(report_.ms_restore);
    trace read = conversation_.has_begun() ? conversation_.trace : trace();
    int64_t n = count_tokens(read);
    for (size_t i = 0; i < plan_.trace.size() && n < n_tokens; ++i) {
        read.push_back(plan_.trace[i]);
        n += plan_.trace[i].n_tokens;
    }
    if (n == n_tokens && save_prefix(decoder_.model(), read, conversation_.cells.n_tokens(), context_.get())) {
        conversation_.n_on_disk = n;
    }
}

/// When looking again: the words of the earlier turns that follow what was restored. There is no picture among them.
std::vector<llama_token> reader::earlier_text() const {
    std::vector<llama_token> tokens;
    for (size_t i = plan_.looks_again ? plan_.known->n_units : SIZE_MAX; i < conversation_.trace.size(); ++i) {
        tokens.push_back(static_cast<llama_token>(conversation_.trace[i].what));
    }
    return tokens;
}

void reader::read_tokens(const llama_token * tokens, int32_t n_tokens) {
    for (int32_t at = 0; at < n_tokens;) {
        const int32_t n_left = saves_while_reading() ? plan_.n_attached - n_read_ : 0; // before what is saved ends
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
    if (plan_.n_attached >= 0 && n_read_ >= plan_.n_attached && n_read_ - n_tokens < plan_.n_attached) {
        n_unsaved_ = conversation_.cells.n_tokens() - (n_read_ - plan_.n_attached);
        if (saves_while_reading()) {
            save_attached();
        }
    }
}

} // namespace engine
