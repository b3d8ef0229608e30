#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "engine/disk/disk-cache.h"
#include "engine/formats/projector.h"
#include "engine/kv/cache-layout.h"
#include "engine/llama/chat.h"
#include "engine/llama/devices.h"
#include "llama-cpp.h"
#include "mtmd.h"

namespace engine {

struct load_options {
    std::string model_path;
    std::string mmproj_path;                ///< empty: text only
    std::vector<std::string> adapter_paths; ///< LoRA adapters of the text model, each with scale 1
    int32_t n_gpu_layers = -1;              ///< -1: all
    std::string device;                     ///< name as ggml lists it; empty: llama.cpp's choice
    std::vector<std::string> rpc_servers;   ///< host:port, each of which answers; their devices join the local ones
    int32_t n_threads = 0;                  ///< 0: the physical cores
    uint32_t n_ctx = 0; ///< most cells a conversation may use; 0: as many as it needs, up to the trained length
    ggml_type kv_type = GGML_TYPE_F16; ///< f16, q8_0 or q4_0
    int32_t image_min_tokens = 0;      ///< 0: the projector's own limit
    int32_t image_max_tokens = 0;
    cache_options cache;
    bool holds_whole_cache = true; ///< in memory, for the next question about the same, where there is room for it
};

enum class rope_kind { none, plain, mrope };
enum class memory_kind { attention, sliding_window, recurrent, hybrid };

struct model_info {
    std::string description;
    std::string architecture;
    bool has_chat_template = false;
    int32_t n_ctx_train = 0;
    int32_t n_layer = 0;
    int32_t n_head_kv = 0;
    int32_t n_embd = 0;
    uint64_t n_params = 0;
    uint64_t size_bytes = 0;
    bool has_vision = false;
    bool takes_tools = false; ///< its chat template does
    bool reasons = false;     ///< its chat template knows of reasoning before an answer
    rope_kind rope = rope_kind::none;
    memory_kind memory = memory_kind::attention;
    std::vector<std::string> devices; ///< the devices that hold layers
};

/// A text model, its projector and its chat template, loaded from GGUF files. Used from one thread at a time.
class model {
  public:
    /// @param on_progress fraction in [0, 1] of the text model
    /// @throws engine::error `model_load_failed`, `adapter_invalid`, `projector_invalid`, `projector_mismatch`,
    /// `invalid_argument`, `rpc_server_unavailable`
    /// @throws engine::cancelled when `cancel` became true
    model(const load_options & options,
          const std::function<void(float)> & on_progress,
          const std::atomic<bool> & cancel);
    ~model();
    model(const model &) = delete;
    model & operator=(const model &) = delete;

    llama_model * get() const { return llama_.get(); }
    const llama_vocab * vocab() const { return llama_model_get_vocab(llama_.get()); }
    const std::vector<llama_adapter_lora *> & adapters() const { return adapters_; }
    mtmd_context * vision() const { return mtmd_.get(); } ///< null without a projector
    const chat & templates() const { return *chat_; }
    const load_options & options() const { return options_; }
    const model_info & info() const { return info_; }
    const projector & vision_kind() const { return projector_; }
    const cache_layout & layout() const { return layout_; }
    disk_cache & cache() const { return *cache_; }
    int32_t n_threads() const { return n_threads_; }
    bool runs_on_cpu_alone() const;

    /// What stands for an image in a prompt. Random for every load, so that no document can contain it.
    const std::string & image_marker() const { return image_marker_; }

    /// Replaces the flag that stops an image being encoded; null for none. See `encode_node`.
    void set_encode_cancel(const std::atomic<bool> * cancel) { encode_cancel_ = cancel; }

  private:
    void choose_devices();
    void load_text(const std::function<void(float)> & on_progress, const std::atomic<bool> & cancel);
    void load_projector();
    void describe();
    static bool encode_node(ggml_tensor * node, bool ask, void * user_data);

    load_options options_;
    int32_t n_threads_ = 0;
    std::string image_marker_;
    std::vector<ggml_backend_dev_t> devices_;    // null-terminated; empty: llama.cpp chooses
    ggml_backend_dev_t vision_device_ = nullptr; // null: libmtmd chooses
    std::vector<ggml_backend_ptr> connections_;  // to servers, outliving what is allocated on them
    llama_model_ptr llama_;
    std::vector<llama_adapter_lora *> adapters_; // of llama_, which frees them
    mtmd::context_ptr mtmd_;
    std::unique_ptr<chat> chat_;
    model_info info_;
    projector projector_;
    cache_layout layout_;
    std::unique_ptr<disk_cache> cache_;
    const std::atomic<bool> * encode_cancel_ = nullptr;
    uint32_t encode_node_count_ = 0;
};

} // namespace engine
