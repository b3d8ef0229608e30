#include "engine/llama/own-layout.h"

#include <algorithm>
#include <cstring>
#include <map>
#include <utility>
#include <vector>

#include "ggml-cpp.h"
#include "gguf.h"

namespace engine {

namespace {

/// Asked as llama.cpp asks when it chooses where a weight goes (`weight_buft_supported`).
bool takes(ggml_backend_dev_t device, ggml_backend_buffer_type_t place, const ggml_tensor & like) {
    const ggml_context_ptr context(ggml_init({4 * ggml_tensor_overhead(), nullptr, /*no_alloc*/ true}));
    ggml_tensor * weight = ggml_new_tensor_2d(context.get(), like.type, like.ne[0], like.ne[1]);
    constexpr int64_t n_tokens = 512;
    ggml_tensor * product =
        ggml_mul_mat(context.get(), weight, ggml_new_tensor_2d(context.get(), GGML_TYPE_F32, like.ne[0], n_tokens));
    const ggml_backend_buffer_ptr nothing(ggml_backend_buft_alloc_buffer(place, 0));
    weight->buffer = nothing.get();
    return ggml_backend_dev_supports_op(device, product);
}

bool is_matrix_of_a_block(const ggml_tensor & tensor) {
    return std::strncmp(tensor.name, "blk.", 4) == 0 && ggml_n_dims(&tensor) == 2;
}

} // namespace

std::vector<ggml_backend_buffer_type_t> own_places_of_cpu() {
    ggml_backend_dev_t cpu = ggml_backend_dev_by_type(GGML_BACKEND_DEVICE_TYPE_CPU);
    auto * function = cpu == nullptr
                          ? nullptr
                          : reinterpret_cast<ggml_backend_dev_get_extra_bufts_t>(ggml_backend_reg_get_proc_address(
                                ggml_backend_dev_backend_reg(cpu), "ggml_backend_dev_get_extra_bufts"));
    std::vector<ggml_backend_buffer_type_t> places;
    for (auto * place = function == nullptr ? nullptr : function(cpu); place != nullptr && *place != nullptr; ++place) {
        places.push_back(*place);
    }
    return places;
}

std::vector<ggml_type> types_with_own_layout() {
    ggml_backend_dev_t cpu = ggml_backend_dev_by_type(GGML_BACKEND_DEVICE_TYPE_CPU);
    const std::vector<ggml_backend_buffer_type_t> places = own_places_of_cpu();
    std::vector<ggml_type> types;
    for (int number = 0; cpu != nullptr && number < GGML_TYPE_COUNT; ++number) {
        const auto type = static_cast<ggml_type>(number);
        constexpr int64_t n_rows = 512; // which every kernel's tiles and every type's blocks divide
        if (ggml_blck_size(type) == 0 || ggml_get_type_traits(type)->to_float == nullptr) {
            continue; // a type that there was once, or of whole numbers
        }
        const ggml_context_ptr context(ggml_init({ggml_tensor_overhead(), nullptr, /*no_alloc*/ true}));
        const ggml_tensor * weight = ggml_new_tensor_2d(context.get(), type, n_rows, n_rows);
        if (std::any_of(places.begin(), places.end(), [&](auto * place) { return takes(cpu, place, *weight); })) {
            types.push_back(type);
        }
    }
    return types;
}

bool cpu_copies_weights(const std::string & path) {
    ggml_backend_dev_t cpu = ggml_backend_dev_by_type(GGML_BACKEND_DEVICE_TYPE_CPU);
    ggml_context * tensors = nullptr;
    const gguf_context_ptr file(gguf_init_from_file(path.c_str(), {/*no_alloc*/ true, &tensors}));
    const ggml_context_ptr owner(tensors);
    if (cpu == nullptr || file == nullptr) {
        return false;
    }
    const std::vector<ggml_backend_buffer_type_t> places = own_places_of_cpu();
    std::map<std::pair<ggml_type, std::pair<int64_t, int64_t>>, bool> asked;
    size_t n_bytes = 0;
    size_t n_copied = 0;
    for (ggml_tensor * tensor = ggml_get_first_tensor(tensors); tensor != nullptr;
         tensor = ggml_get_next_tensor(tensors, tensor)) {
        n_bytes += ggml_nbytes(tensor);
        if (!is_matrix_of_a_block(*tensor)) {
            continue;
        }
        const auto [entry, is_new] = asked.try_emplace({tensor->type, {tensor->ne[0], tensor->ne[1]}}, false);
        for (size_t i = 0; is_new && !entry->second && i < places.size(); ++i) {
            entry->second = takes(cpu, places[i], *tensor);
        }
        n_copied += entry->second ? ggml_nbytes(tensor) : 0;
    }
    return 2 * n_copied > n_bytes;
}

} // namespace engine
