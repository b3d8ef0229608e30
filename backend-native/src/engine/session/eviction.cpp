#include "engine/session/eviction.h"

#include <algorithm>
#include <filesystem>
#include <string>
#include <system_error>
#include <utility>

#include "engine/error.h"

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

} // namespace

compression_result evict(decoder & decoder,
                         const conversation & conversation,
                         llama_context * context,
                         const compression_plan & plan,
                         const query_choice & queries,
                         const std::function<void(int32_t, int32_t)> & on_layer) {
    compression_request request;
    request.params = plan.params;
    request.budget = plan.budget;
    request.queries = queries;
    request.n_tokens = conversation.cells.n_cells();
    request.n_past = conversation.n_past;
    request.folder = plan.in_chunks ? chunk_folder(decoder.model()) : "";
    return cache_compress(decoder.model().layout(),
                          context,
                          decoder.tap(),
                          decoder.pool(),
                          conversation.cells,
                          request,
                          on_layer,
                          decoder.cancel());
}

llama_context_ptr adopt(decoder & decoder,
                        compression_result kept,
                        const compression_plan & plan,
                        int32_t n_answer_tokens_max,
                        conversation & conversation,
                        uint64_t bytes_beside,
                        answer & report) {
    const model & model = decoder.model();
    const int64_t n_kept = kept.memory.n_packed;
    const int64_t n_window = model.layout().has_window ? llama_model_n_swa(model.get()) : 0;
    const int64_t n_answer = std::min<int64_t>(n_answer_tokens_max, first_answer_cells);
    llama_context_ptr context = decoder.create(std::max(n_kept, n_window) + n_answer, ubatch_tokens, false);
    kept.state.write_into(context.get());
    note_peak(report, context_bytes(model, context.get()) + bytes_beside + kept.state.bytes_in_memory());
    conversation.cells = std::move(kept.memory);
    report.compressed = true;
    report.ratio = plan.params.ratio;
    report.n_cells_after = n_kept;
    report.bytes_after = cache_bytes(model, conversation.n_past, n_kept);
    if (!kept.stayed_on_device) {
        report.compression_note = {"partly-cpu",
                                   "part of the compression ran on the CPU: the device lacks an operation"};
    }
    return context;
}

uint64_t cache_bytes(const model & model, llama_pos n_past, int64_t n_cells) {
    const auto n_window = std::min<int64_t>(n_past, llama_model_n_swa(model.get()));
    return static_cast<uint64_t>(n_cells) * model.layout().full.bytes_per_cell() +
           static_cast<uint64_t>(n_window) * model.layout().window.bytes_per_cell();
}

uint64_t context_bytes(const model & model, const llama_context * context) {
    if (context == nullptr) {
        return 0;
    }
    const uint64_t n_cells = llama_n_ctx(context);
    // As llama.cpp allocates a window: with room for one ubatch more.
    const uint64_t n_window = GGML_PAD(llama_model_n_swa(model.get()) + llama_n_ubatch(context), 256);
    return n_cells * model.layout().full.bytes_per_cell() +
           std::min<uint64_t>(n_cells, n_window) * model.layout().window.bytes_per_cell();
}

void note_peak(answer & report, uint64_t bytes) {
    report.bytes_peak = std::max(report.bytes_peak, bytes);
}

} // namespace engine
