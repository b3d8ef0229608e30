#pragma once

#include <cstddef>
#include <memory>
#include <vector>

#include "ggml-alloc.h"
#include "ggml-backend.h"
#include "ggml.h"

namespace lookm {

/// A tensor that names the same memory and nothing else: same type, ne, nb, data and buffer, no operation, no sources.
/// A ggml_view of an observed tensor would drag the tensor's ancestors into our graph and compute half the model again
/// over memory that has been reused since; an alias cannot.
ggml_tensor alias_of(const ggml_tensor & tensor);

/// One backend instance on one device, with the scratch memory that its graphs share. Not thread-safe.
class compute {
public:
    /// device: null for the CPU. n_threads is used by the CPU only. Throws `error` (invalid_argument) if it cannot start.
    compute(ggml_backend_dev_t device, int n_threads);
    ~compute();

    compute(const compute &) = delete;
    compute & operator=(const compute &) = delete;

    const char * name() const;                        ///< the device's name, as in "CPU" or "CUDA0"
    bool         is_cpu() const { return is_cpu_; }
    bool         supports(const ggml_cgraph * graph) const; ///< every node can run on this device

    /// A context for graph metadata only; what an earlier call returned is gone.
    ggml_context * begin_graph(size_t n_nodes);
    /// Gives every node memory in the shared scratch. Inputs are written after this, and before run.
    void allocate(ggml_cgraph * graph);
    /// Computes and waits.
    void run(ggml_cgraph * graph);

private:
    ggml_backend_dev_t         device_;
    ggml_backend_t             backend_;
    ggml_gallocr_t             allocator_;
    bool                       is_cpu_;
    std::vector<unsigned char> metadata_;
    ggml_context *             context_ = nullptr;
};

/// The compute instances of one engine, one per device, started when a tensor first asks for it. Not thread-safe.
class compute_pool {
public:
    /// standard_ops_only: never run our own loops as nodes on the CPU. What other devices run, the CPU then runs too;
    /// tests use it so that the device path is exercised on every machine.
    explicit compute_pool(int n_threads, bool standard_ops_only = false);

    /// The device that owns the tensor's memory. Plain host memory names no device, and gets the CPU.
    compute & owner_of(const ggml_tensor & tensor);
    compute & cpu();

    bool standard_ops_only() const { return standard_ops_only_; }

private:
    int  n_threads_;
    bool standard_ops_only_;
    std::vector<std::pair<ggml_backend_dev_t, std::unique_ptr<compute>>> started_;
};

} // namespace lookm
