// Reading a prompt that is too long for the memory: whenever the context is full, the question is asked of what it
// holds, and what the question does not look at is evicted before the reading goes on.

#include <algorithm>

#include "engine/error.h"
#include "engine/session/session-run.h"
#include "engine/llama/text-batch.h"

namespace engine {

namespace {

/// A chunk is a tenth of all that is read, at least: every eviction costs one pass over what stays.
constexpr int64_t chunks_per_prompt = 10;

const auto ignore_counts = [](int32_t, int32_t) {};

} // namespace

/// How many of the prompt's last tokens are read ahead to score what comes before them; 0 where every query counts,
/// since those were all seen when it is time to evict.
int32_t session::n_probe_tokens(const run & run) const {
    if (!run.plan.in_chunks || run.prompt.segments.empty()) {
        return 0;
    }
    const prompt_segment & last = run.prompt.segments.back();
    return last.image == nullptr ? std::min(static_cast<int32_t>(run.plan.queries.n_window), last.n_tokens) : 0;
}

/// Cells of the context: what stays in the end, one chunk, and the question that probes; or all, if those are fewer.
int64_t session::n_chunk_cells(const run & run) const {
    int64_t chunk = std::max<int64_t>(run.n_total / chunks_per_prompt, 1);
    for (const prompt_segment & segment : run.prompt.segments) {
        chunk = std::max<int64_t>(
            chunk, segment.image != nullptr ? segment.n_tokens : std::min(segment.n_tokens, run.n_ubatch));
    }
    const int64_t n_whole = memory_.n_cells() + run.prompt.n_tokens;
    return std::min(n_whole, std::max(run.plan.budget.n_kept(), memory_.n_cells()) + chunk + n_probe_tokens(run));
}

void session::make_room_to_read(run & run, int32_t n_tokens) {
    const bool rest_fits = memory_.n_cells() + run.n_total - run.n_read <= run.n_chunk_cells;
    if (!run.plan.in_chunks || rest_fits || memory_.n_cells() + n_tokens + n_probe_tokens(run) <= run.n_chunk_cells) {
        return;
    }
    const stopwatch watch(run.answer.ms_compress);
    const int32_t n_probe = n_probe_tokens(run);
    const query_choice queries = n_probe > 0 ? query_choice{n_probe, 0} : run.plan.queries;
    compression_plan plan = run.plan;
    // What is read next builds on what stays: keys that are merely unlike the others pushed it out (measured with the
    // quality suite: of 24 codes in a text at a tenth of the cache 22 were found without and 14 with it).
    plan.params.diversity = 0;
    if (n_probe > 0) {
        probe(run);
        forget_scores();
        if (plan.params.recent == lookm::recent_rule::question) {
            plan.budget = lookm::with_recent_at_most(plan.budget, 0); // the question is not among the cells
        }
    }
    compression_result kept = evict(plan, queries, ignore_counts);
    tap_.layers().clear();
    pool_.release();
    context_.reset();
    context_ = create(run.n_chunk_cells, run.n_ubatch, true);
    kept.state.write_into(context_.get());
    note_peak(run, kept.state.bytes_in_memory());
    memory_ = std::move(kept.memory);
    tap_.start_scoring(run.observed, cancel_);
}

/// Reads the end of the prompt right after what was read so far, to see what it looks at, and takes it out again.
void session::probe(run & run) {
    const int32_t n_probe = n_probe_tokens(run);
    const std::vector<llama_token> & last = run.prompt.segments.back().tokens;
    const llama_token * tokens = last.data() + last.size() - static_cast<size_t>(n_probe);
    run.answer.n_cells_peak = std::max(run.answer.n_cells_peak, memory_.n_cells() + n_probe);
    tap_.start_scoring({{n_probe, 0}}, cancel_);
    for (int32_t at = 0; at < n_probe; at += run.n_ubatch) {
        const int32_t n = std::min(run.n_ubatch, n_probe - at);
        tap_.set_first_query(at);
        const text_batch batch(tokens + at, n, n_past_ + at, false);
        if (!decode(batch.get())) {
            throw cancelled();
        }
    }
    tap_.rethrow();
    llama_memory_seq_rm(llama_get_memory(context_.get()), conversation_seq, n_past_, -1);
}

/// Every probe scores all cells again, so that those read long ago count no more often than new ones.
void session::forget_scores() {
    for (layer_memory & layer : memory_.layers) {
        std::fill(layer.scores.begin(), layer.scores.end(), 0.0F);
    }
}

} // namespace engine
