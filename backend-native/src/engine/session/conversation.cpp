#include "engine/session/conversation.h"

namespace engine {

std::optional<kv_map> map_of(const model & model, const conversation & conversation) {
    if (!conversation.has_begun()) {
        return std::nullopt;
    }
    return kv_map_of(conversation.cells, conversation.images, model.info().n_layer, model.info().n_head_kv);
}

int64_t context_limit(const model & model) {
    return model.options().n_ctx > 0 ? model.options().n_ctx : model.info().n_ctx_train;
}

} // namespace engine
