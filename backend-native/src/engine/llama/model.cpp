#include "engine/llama/model.h"

#include <random>

#include "engine/error.h"
#include "engine/formats/failure-words.h"
#include "engine/formats/llama-version.h"
#include "engine/llama/adapters.h"
#include "engine/llama/log.h"
#include "engine/llama/own-layout.h"
#include "engine/processors.h"
#include "ggml-backend.h"

namespace engine {

namespace {

/// A node of the image encoder is looked at every so often: each look ends a split of the graph.
constexpr uint32_t encode_cancel_interval = 16;

std::string random_marker() {
    std::random_device source;
    static const char digits[] = "0123456789abcdef";
    std::string marker = "<__image_";
    for (int i = 0; i < 16; ++i) {
        marker += digits[source() % 16];
    }
    return marker + "__>";
}

int32_t default_threads() {
    const unsigned int logical = usable_processors();
    return static_cast<int32_t>(logical <= 4 ? logical : logical / 2);
}

std::string meta_string(const llama_model * llama, const char * key) {
    char buffer[256];
    return llama_model_meta_val_str(llama, key, buffer, sizeof(buffer)) >= 0 ? buffer : "";
}

std::string explained(const std::string & message) {
    const std::string said = log_errors_since_mark();
    return said.empty() ? message : message + ": " + said;
}

/// A device of this machine, or of the servers of this load; not one of servers that a model before had.
ggml_backend_dev_t device_named(const std::string & name, const std::vector<ggml_backend_dev_t> & remote) {
    std::vector<ggml_backend_dev_t> devices = remote;
    for (size_t i = 0; i < ggml_backend_dev_count(); ++i) {
        devices.push_back(ggml_backend_dev_get(i));
    }
    std::string names;
    for (ggml_backend_dev_t device : devices) {
        if (name == ggml_backend_dev_name(device)) {
            return device;
        }
        names += (names.empty() ? "" : ", ") + std::string(ggml_backend_dev_name(device));
    }
    throw error("invalid_argument", "Expected one of " + names + " for device but received \"" + name + "\"");
}

bool is_cpu(ggml_backend_dev_t device) {
    return ggml_backend_dev_type(device) == GGML_BACKEND_DEVICE_TYPE_CPU;
}

struct progress_state {
    const std::function<void(float)> & report;
    const std::atomic<bool> & cancel;
};

} // namespace

model::model(const load_options & options,
             const std::function<void(float)> & on_progress,
             const std::atomic<bool> & cancel)
    : options_(options), n_threads_(options.n_threads > 0 ? options.n_threads : default_threads()),
      image_marker_(random_marker()), cache_(std::make_unique<disk_cache>(options.cache)) {
    choose_devices();
    load_text(on_progress, cancel);
    adapters_ = adapters_load(llama_.get(), options_.adapter_paths);
    chat_ = std::make_unique<chat>(llama_.get());
    if (!options_.mmproj_path.empty()) {
        load_projector();
    }
    layout_ = cache_layout_probe(llama_.get(), options_.kv_type, n_threads_);
    describe();
}

model::~model() = default;

void model::choose_devices() {
    const std::vector<ggml_backend_dev_t> remote = rpc_devices(options_.rpc_servers);
    connections_ = connections_to(remote);
    if (!options_.device.empty()) {
        ggml_backend_dev_t device = device_named(options_.device, remote);
        devices_ = {device, nullptr};
        vision_device_ = device;
    } else if (!remote.empty()) {
        devices_ = devices_beside(remote);
        // Pixels and what is made of them need not travel where a device of this machine can read them.
        vision_device_ = devices_.size() > remote.size() ? devices_[remote.size()] : remote.front();
        devices_.push_back(nullptr);
    }
}

bool model::runs_on_cpu_alone() const {
    if (!options_.rpc_servers.empty()) {
        return false;
    }
    if (options_.n_gpu_layers == 0 || (vision_device_ != nullptr && is_cpu(vision_device_))) {
        return true;
    }
    for (size_t i = 0; i < ggml_backend_dev_count(); ++i) {
        if (!is_cpu(ggml_backend_dev_get(i))) {
            return false;
        }
    }
    return true;
}

void model::load_text(const std::function<void(float)> & on_progress, const std::atomic<bool> & cancel) {
    llama_model_params params = llama_model_default_params();
    params.n_gpu_layers = options_.n_gpu_layers;
    params.devices = devices_.empty() ? nullptr : devices_.data();
    progress_state progress = {on_progress, cancel};
    params.progress_callback_user_data = &progress;
    params.progress_callback = [](float fraction, void * user_data) {
        const auto * state = static_cast<const progress_state *>(user_data);
        state->report(fraction);
        return !state->cancel.load();
    };
    if (runs_on_cpu_alone() && cpu_copies_weights(options_.model_path)) {
        params.load_mode = LLAMA_LOAD_MODE_NONE;
    }
    log_mark_errors();
    llama_.reset(llama_model_load_from_file(options_.model_path.c_str(), params));
    if (cancel) {
        throw cancelled();
    }
    if (!llama_) {
        throw error(code_of_failure(log_errors_since_mark(), "model_load_failed"),
                    explained(std::string("llama.cpp ") + llama_cpp_version() + " could not load the model " +
                              options_.model_path));
    }
    if (llama_model_has_encoder(llama_.get()) || !llama_model_has_decoder(llama_.get())) {
        throw error("model_load_failed",
                    "Expected a decoder-only language model but " + options_.model_path + " is " +
                        meta_string(llama_.get(), "general.architecture"));
    }
}

void model::load_projector() {
    mtmd_context_params params = mtmd_context_params_default();
    const bool named_cpu = vision_device_ != nullptr && is_cpu(vision_device_);
    params.use_gpu = options_.n_gpu_layers != 0 && !named_cpu;
    params.device = vision_device_;
    params.print_timings = false;
    params.n_threads = n_threads_;
    params.warmup = false;
    params.media_marker = image_marker_.c_str();
    params.image_min_tokens = options_.image_min_tokens > 0 ? options_.image_min_tokens : -1;
    params.image_max_tokens = options_.image_max_tokens > 0 ? options_.image_max_tokens : -1;
    params.cb_eval = encode_node;
    params.cb_eval_user_data = this;

    log_mark_errors();
    mtmd_.reset(mtmd_init_from_file(options_.mmproj_path.c_str(), llama_.get(), params));
    if (!mtmd_) {
        const std::string said = log_errors_since_mark();
        const bool mismatch = says_mismatch(said);
        throw error(mismatch ? "projector_mismatch" : code_of_failure(said, "projector_invalid"),
                    explained(mismatch ? "The projector " + options_.mmproj_path + " belongs to another model than " +
                                             options_.model_path
                                       : "libmtmd could not load the projector " + options_.mmproj_path));
    }
    if (!mtmd_support_vision(mtmd_.get())) {
        throw error("projector_invalid", "The projector " + options_.mmproj_path + " has no vision encoder");
    }
    projector_ = projector_read(options_.mmproj_path, options_.image_min_tokens > 0 || options_.image_max_tokens > 0);
}

void model::describe() {
    llama_model * llama = llama_.get();
    char description[256];
    llama_model_desc(llama, description, sizeof(description));
    info_.description = description;
    info_.architecture = meta_string(llama, "general.architecture");
    info_.has_chat_template = chat_->has_own_template();
    info_.takes_tools = chat_->takes_tools();
    info_.reasons = chat_->format(true).is_marked();
    info_.n_ctx_train = llama_model_n_ctx_train(llama);
    info_.n_layer = llama_model_n_layer(llama);
    info_.n_head_kv = llama_model_n_head_kv(llama);
    info_.n_embd = llama_model_n_embd(llama);
    info_.n_params = llama_model_n_params(llama);
    info_.size_bytes = llama_model_size(llama);
    info_.has_vision = mtmd_ != nullptr;
    switch (llama_model_rope_type(llama)) {
    case LLAMA_ROPE_TYPE_NONE:
        info_.rope = rope_kind::none;
        break;
    case LLAMA_ROPE_TYPE_NORM:
    case LLAMA_ROPE_TYPE_NEOX:
        info_.rope = rope_kind::plain;
        break;
    default:
        info_.rope = rope_kind::mrope;
        break;
    }
    if (llama_model_is_hybrid(llama)) {
        info_.memory = memory_kind::hybrid;
    } else if (llama_model_is_recurrent(llama)) {
        info_.memory = memory_kind::recurrent;
    } else if (layout_.has_window) {
        info_.memory = memory_kind::sliding_window;
    }
    info_.devices = layout_.devices;
}

bool model::encode_node(ggml_tensor * /*node*/, bool ask, void * user_data) {
    auto * self = static_cast<model *>(user_data);
    if (ask) {
        return self->encode_cancel_ != nullptr && ++self->encode_node_count_ % encode_cancel_interval == 0;
    }
    return self->encode_cancel_ == nullptr || !self->encode_cancel_->load();
}

} // namespace engine
