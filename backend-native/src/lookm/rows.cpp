#include "rows.h"

#include <cstring>
#include <string>

#include "types.h"

namespace lookm {

row_reader::row_reader(const ggml_tensor & tensor)
    : copy_(tensor), to_float_(ggml_get_type_traits(tensor.type)->to_float) {
    if (tensor.type == GGML_TYPE_F32) {
        to_float_ = nullptr;
    } else if (to_float_ == nullptr) {
        throw error("invalid_argument",
                    std::string("Expected a cache of numbers but received type ") + ggml_type_name(tensor.type));
    }
    if (tensor.nb[0] != ggml_type_size(tensor.type)) {
        throw error("invalid_argument",
                    std::string("Expected contiguous rows in ") + tensor.name +
                        " but received transposed ones (is flash attention off?)");
    }
}

void row_reader::read(int64_t row, int64_t head, float * out) const {
    const ggml_tensor & t = copy_.tensor();
    const char * x = static_cast<const char *>(t.data) + row * t.nb[1] + head * t.nb[2];
    if (to_float_ == nullptr) {
        std::memcpy(out, x, t.ne[0] * sizeof(float));
    } else {
        to_float_(x, out, t.ne[0]);
    }
}

} // namespace lookm
