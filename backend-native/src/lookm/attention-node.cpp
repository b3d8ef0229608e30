#include "attention-node.h"

#include <cstring>

namespace lookm {

std::optional<attention_node> attention_node_from(const ggml_tensor * node) {
    if (node == nullptr || node->op != GGML_OP_FLASH_ATTN_EXT || node->src[0]->ne[3] != 1 || node->src[1]->ne[3] != 1) {
        return std::nullopt;
    }
    attention_node result;
    result.q = alias_of(*node->src[0]);
    result.k = alias_of(*node->src[1]);
    if (node->src[3] != nullptr) {
        result.mask = alias_of(*node->src[3]);
    }
    if (node->src[4] != nullptr) {
        result.sinks = alias_of(*node->src[4]);
    }
    float params[3];
    std::memcpy(params, node->op_params, sizeof(params));
    result.scale = params[0];
    result.max_bias = params[1];
    result.logit_softcap = params[2];
    return result;
}

attention_node_copy::attention_node_copy(const attention_node & observed)
    : q_(observed.q), k_(observed.k), node_(observed) {
    node_.q = q_.tensor();
    node_.k = k_.tensor();
    if (observed.mask.has_value()) {
        mask_ = std::make_unique<host_copy>(*observed.mask);
        node_.mask = mask_->tensor();
    }
    if (observed.sinks.has_value()) {
        sinks_ = std::make_unique<host_copy>(*observed.sinks);
        node_.sinks = sinks_->tensor();
    }
}

} // namespace lookm
