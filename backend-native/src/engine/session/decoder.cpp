#include "engine/session/decoder.h"

#include <string>

#include "engine/error.h"
#include "engine/llama/context.h"
#include "engine/llama/log.h"
#include "engine/stopwatch.h"

namespace engine {

namespace {

constexpr int64_t growth_cells = 256; // a cache that is full grows by so many cells at a time

const std::atomic<bool> never{false};

} // namespace

decoder::decoder(engine::model & model) : model_(model), pool_(model.n_threads()), tap_(pool_), cancel_(&never) {
    if (model.options().n_threads == 0 && model.runs_on_cpu_alone()) {
        threads_.emplace(model.n_threads());
    }
}

bool decoder::watches(bool observed) const {
    return observed || model_.runs_on_cpu_alone();
}

llama_context_ptr decoder::create(int64_t n_cells, int32_t n_ubatch, bool observed) {
    context_request request;
    request.n_cells = n_cells;
    request.n_ubatch = n_ubatch;
    if (watches(observed)) {
        request.cb_eval = attention_tap::on_node;
        request.cb_eval_user_data = &tap_;
    }
    request.abort_callback = [](void * data) { return static_cast<decoder *>(data)->cancel_->load(); };
    request.abort_callback_data = this;
    return context_create(model_, request);
}

void decoder::grow(llama_context_ptr & context, int64_t n_cells) {
    if (n_cells <= static_cast<int64_t>(llama_n_ctx(context.get()))) {
        return;
    }
    llama_context_ptr larger =
        create(n_cells + growth_cells, static_cast<int32_t>(llama_n_ubatch(context.get())), false);
    state_write(larger.get(), state_read(context.get()));
    context = std::move(larger);
}

bool decoder::decode(llama_context * context, llama_batch batch) {
    log_mark_errors();
    const int32_t status = llama_decode(context, batch);
    if (cancel()) {
        return false;
    }
    if (status != 0) {
        tap_.rethrow();
        const std::string said = log_errors_since_mark();
        throw error(status == 1 ? "out_of_memory" : "compute_failed",
                    "llama.cpp could not decode (status " + std::to_string(status) + ")" +
                        (said.empty() ? "" : ": " + said));
    }
    return true;
}

bool decoder::decode_token(llama_context * context, llama_batch batch, double & ms) {
    if (threads_) {
        threads_->rested(stopwatch::ms_since(last_token_));
        llama_set_n_threads(context, threads_->n(), model_.n_threads());
    }
    const double processor_before = processor_ms();
    const auto start = stopwatch::clock::now();
    const bool decoded = decode(context, batch);
    llama_synchronize(context); // other devices compute while llama_decode returns
    const double ms_token = stopwatch::ms_since(start);
    if (threads_) {
        threads_->took(ms_token, processor_ms() - processor_before);
        last_token_ = stopwatch::clock::now();
    }
    ms += ms_token;
    return decoded;
}

} // namespace engine
