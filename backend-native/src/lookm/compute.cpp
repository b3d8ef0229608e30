#include "compute.h"

#include <algorithm>
#include <cstring>
#include <string>

#include "types.h"

namespace lookm {

ggml_tensor alias_of(const ggml_tensor & tensor) {
    ggml_tensor alias = {};
    alias.type = tensor.type;
    alias.buffer = tensor.buffer;
    if (alias.buffer == nullptr && tensor.view_src != nullptr) {
        alias.buffer = tensor.view_src->buffer;
    }
    std::copy(std::begin(tensor.ne), std::end(tensor.ne), alias.ne);
    std::copy(std::begin(tensor.nb), std::end(tensor.nb), alias.nb);
    alias.op = GGML_OP_NONE;
    alias.data = tensor.data;
    alias.extra = tensor.extra;
    std::memcpy(alias.name, tensor.name, sizeof(alias.name));
    return alias;
}

host_copy::host_copy(const ggml_tensor & tensor) : alias_(alias_of(tensor)) {
    // No buffer: memory that somebody handed to ggml as it is, which is host memory.
    if (alias_.buffer == nullptr || ggml_backend_buffer_is_host(alias_.buffer)) {
        return;
    }
    const size_t n_bytes = ggml_nbytes(&alias_);
    buffer_ = ggml_backend_buft_alloc_buffer(ggml_backend_cpu_buffer_type(), n_bytes);
    if (buffer_ == nullptr) {
        throw error("out_of_memory",
                    "Expected room to copy " + std::to_string(n_bytes) + " bytes of " + tensor.name +
                        " but there is none");
    }
    void * bytes = ggml_backend_buffer_get_base(buffer_);
    ggml_backend_tensor_get(&alias_, bytes, 0, n_bytes);
    alias_.buffer = buffer_;
    alias_.data = bytes;
    alias_.extra = nullptr;
}

host_copy::~host_copy() {
    ggml_backend_buffer_free(buffer_);
}

compute::compute(ggml_backend_dev_t device, int n_threads) : device_(device) {
    if (device_ == nullptr) {
        device_ = ggml_backend_dev_by_type(GGML_BACKEND_DEVICE_TYPE_CPU);
    }
    backend_ = device_ != nullptr ? ggml_backend_dev_init(device_, nullptr) : nullptr;
    if (backend_ == nullptr) {
        throw error("invalid_argument",
                    std::string("Expected a usable compute device but ") +
                        (device_ != nullptr ? ggml_backend_dev_name(device_) : "the CPU") + " did not start");
    }
    is_cpu_ = ggml_backend_dev_type(device_) == GGML_BACKEND_DEVICE_TYPE_CPU;

    // By name: where CPU backends are libraries chosen at run time, there is no symbol to link.
    const auto set_n_threads = reinterpret_cast<ggml_backend_set_n_threads_t>(
        ggml_backend_reg_get_proc_address(ggml_backend_dev_backend_reg(device_), "ggml_backend_set_n_threads"));
    if (set_n_threads != nullptr) {
        set_n_threads(backend_, std::max(1, n_threads));
    }
    allocator_ = ggml_gallocr_new(ggml_backend_get_default_buffer_type(backend_));
}

compute::~compute() {
    ggml_free(context_);
    ggml_gallocr_free(allocator_);
    ggml_backend_free(backend_);
}

const char * compute::name() const {
    return ggml_backend_dev_name(device_);
}

bool compute::supports(ggml_cgraph * graph) const {
    for (int i = 0; i < ggml_graph_n_nodes(graph); ++i) {
        if (!ggml_backend_dev_supports_op(device_, ggml_graph_node(graph, i))) {
            return false;
        }
    }
    return true;
}

int64_t compute::chunk_bytes(size_t max_bytes) const {
    return static_cast<int64_t>(is_cpu_ ? std::min(max_bytes, size_t(8) << 20) : max_bytes);
}

ggml_context * compute::begin_graph(size_t n_nodes) {
    ggml_free(context_);
    metadata_.resize(n_nodes * ggml_tensor_overhead() + ggml_graph_overhead_custom(n_nodes, false));
    context_ = ggml_init({metadata_.size(), metadata_.data(), /* no_alloc */ true});
    return context_;
}

void compute::allocate(ggml_cgraph * graph) {
    if (!ggml_gallocr_alloc_graph(allocator_, graph)) {
        throw error("out_of_memory",
                    std::string("Expected room for a compression graph on ") + name() + " but there is none");
    }
}

void compute::run(ggml_cgraph * graph) {
    const ggml_status status = ggml_backend_graph_compute(backend_, graph);
    if (status != GGML_STATUS_SUCCESS) {
        throw error("compute_failed",
                    std::string("Expected ") + name() + " to compute a compression graph but it said " +
                        ggml_status_to_string(status));
    }
}

compute_pool::compute_pool(int n_threads, bool standard_ops_only, bool without_devices)
    : n_threads_(std::max(1, n_threads)), standard_ops_only_(standard_ops_only), without_devices_(without_devices) {}

compute & compute_pool::owner_of(const ggml_tensor & tensor) {
    ggml_backend_buffer_t buffer = tensor.buffer;
    if (buffer == nullptr && tensor.view_src != nullptr) {
        buffer = tensor.view_src->buffer;
    }
    if (buffer == nullptr) {
        return cpu();
    }
    ggml_backend_dev_t device = ggml_backend_buft_get_device(ggml_backend_buffer_get_type(buffer));
    // Pinned host memory names the device it was pinned for, but belongs to the CPU. A device that spans others (tensor
    // parallelism) cannot be started on its own.
    if (device == nullptr || ggml_backend_buffer_is_host(buffer) ||
        ggml_backend_dev_type(device) == GGML_BACKEND_DEVICE_TYPE_META) {
        return cpu();
    }
    return started(device);
}

compute & compute_pool::cpu() {
    return started(ggml_backend_dev_by_type(GGML_BACKEND_DEVICE_TYPE_CPU));
}

compute & compute_pool::started(ggml_backend_dev_t device) {
    for (const auto & [key, instance] : started_) {
        if (key == device) {
            return *instance;
        }
    }
    started_.emplace_back(device, std::make_unique<compute>(device, n_threads_));
    return *started_.back().second;
}

} // namespace lookm
