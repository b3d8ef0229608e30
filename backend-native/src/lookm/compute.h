#pragma once

#include <cstddef>
#include <memory>
#include <utility>
#include <vector>

#include "ggml-alloc.h"
#include "ggml-backend.h"
#include "ggml.h"

namespace lookm {

/// A tensor that names the same memory and nothing else: same type, ne, nb, data and buffer, no operation, no sources.
/// A ggml_view of an observed tensor would drag the tensor's ancestors into our graph and compute half the model again
/// over memory that has been reused since; an alias cannot.
ggml_tensor alias_of(const ggml_tensor & tensor);

/// The same memory read by a CPU graph: the alias itself where the CPU can read it, a copy of the bytes where not.
class host_copy {
  public:
    explicit host_copy(const ggml_tensor & tensor);
    ~host_copy();

    host_copy(const host_copy &) = delete;
    host_copy & operator=(const host_copy &) = delete;

    const ggml_tensor & tensor() const { return alias_; }
    bool copied() const { return buffer_ != nullptr; }

  private:
    ggml_tensor alias_;
    ggml_backend_buffer_t buffer_ = nullptr; ///< of the copy
};

/// One backend instance on one device, with the scratch memory that its graphs share. Not thread-safe.
class compute {
  public:
    /// device: null for the CPU. n_threads is used by the CPU only. Throws `error` (invalid_argument) if it cannot
    /// start.
    compute(ggml_backend_dev_t device, int n_threads);
    ~compute();

    compute(const compute &) = delete;
    compute & operator=(const compute &) = delete;

    const char * name() const; ///< the device's name, as in "CPU" or "CUDA0"
    bool is_cpu() const { return is_cpu_; }
    bool supports(ggml_cgraph * graph) const; ///< every node can run on this device

    /// How many bytes of intermediate results one graph should make: at most max_bytes, and few enough on the CPU to
    /// stay in its cache, where larger chunks were measured to be no faster.
    int64_t chunk_bytes(size_t max_bytes) const;

    /// A context for the metadata of one graph of up to n_nodes nodes and inputs; what an earlier call returned is
    /// gone.
    ggml_context * begin_graph(size_t n_nodes);
    /// Gives every node memory in the shared scratch. Inputs are written after this, and before run.
    /// Throws `error` (out_of_memory).
    void allocate(ggml_cgraph * graph);
    /// Computes and waits. Throws `error` (compute_failed).
    void run(ggml_cgraph * graph);

  private:
    ggml_backend_dev_t device_;
    ggml_backend_t backend_;
    ggml_gallocr_t allocator_;
    bool is_cpu_;
    std::vector<unsigned char> metadata_;
    ggml_context * context_ = nullptr;
};

/// The compute instances of one engine, one per device, started when a tensor first asks for it. Not thread-safe.
class compute_pool {
  public:
    /// standard_ops_only: never run our own loops as nodes on the CPU. What other devices run, the CPU then runs too;
    /// tests use it so that the device path is exercised on every machine.
    /// without_devices: as if no device but the CPU could run our graphs; for the tests of what then happens.
    explicit compute_pool(int n_threads, bool standard_ops_only = false, bool without_devices = false);

    /// Whether a device that owns tensors is to run a graph of theirs; otherwise the CPU runs it on copies of them.
    bool runs_on(const compute & device, ggml_cgraph * graph) const {
        return !without_devices_ && device.supports(graph);
    }

    /// The device that owns the tensor's memory. Plain host memory names no device, and gets the CPU.
    compute & owner_of(const ggml_tensor & tensor);
    compute & cpu();

    /// Ends every instance and gives its scratch memory back; the next tensor starts what it needs again.
    void release() { started_.clear(); }

    bool standard_ops_only() const { return standard_ops_only_; }
    int n_threads() const { return n_threads_; }

  private:
    compute & started(ggml_backend_dev_t device);

    int n_threads_;
    bool standard_ops_only_;
    bool without_devices_;
    std::vector<std::pair<ggml_backend_dev_t, std::unique_ptr<compute>>> started_;
};

} // namespace lookm
