#include "engine/kv/attention-tap.h"

#include <algorithm>
#include <utility>

#include "engine/error.h"
#include "engine/formats/graph-names.h"
#include "ggml-backend.h"

namespace engine {

bool attention_tap::on_node(ggml_tensor * node, bool ask, void * user_data) {
    auto * tap = static_cast<attention_tap *>(user_data);
    if (tap->mode_ == mode::off) {
        return !ask;
    }
    if (ask) {
        return is_attention(node);
    }
    if (tap->failure_ || (tap->cancel_ != nullptr && tap->cancel_->load())) {
        return false;
    }
    try {
        return tap->observe(node);
    } catch (...) {
        tap->failure_ = std::current_exception();
        return false;
    }
}

void attention_tap::start_listing() {
    mode_ = mode::listing;
    choices_.clear();
    cancel_ = nullptr;
    failure_ = nullptr;
    layers_.clear();
}

void attention_tap::start_scoring(std::vector<query_choice> choices, const std::atomic<bool> * cancel) {
    mode_ = mode::scoring;
    choices_ = std::move(choices);
    cancel_ = cancel;
    first_query_ = 0;
    failure_ = nullptr;
    layers_.clear();
}

size_t attention_tap::index_of(const query_choice & choice) const {
    const auto found = std::find(choices_.begin(), choices_.end(), choice);
    if (found == choices_.end()) {
        throw error("internal", "Expected scores of queries that were observed but received others");
    }
    return static_cast<size_t>(found - choices_.begin());
}

void attention_tap::rethrow() {
    if (failure_) {
        std::rethrow_exception(std::exchange(failure_, nullptr));
    }
}

std::vector<std::string> attention_tap::devices() const {
    std::vector<std::string> names;
    for (const auto & [number, layer] : layers_) {
        ggml_backend_dev_t device = layer.k.buffer == nullptr
                                        ? nullptr
                                        : ggml_backend_buft_get_device(ggml_backend_buffer_get_type(layer.k.buffer));
        const std::string name = device == nullptr ? "CPU" : ggml_backend_dev_name(device);
        if (std::find(names.begin(), names.end(), name) == names.end()) {
            names.push_back(name);
        }
    }
    return names;
}

lookm::query_range attention_tap::range_of(const query_choice & choice, int64_t n_query) const {
    const int64_t wanted = choice.n_window > 0 ? std::max<int64_t>(0, choice.n_tokens - choice.n_window) : 0;
    const int64_t last = std::clamp<int64_t>(choice.n_tokens - first_query_, 0, n_query);
    return {std::clamp<int64_t>(wanted - first_query_, 0, last), last};
}

bool attention_tap::observe(const ggml_tensor * node) {
    const std::optional<lookm::attention_node> attention = lookm::attention_node_from(node);
    if (!attention) {
        return true;
    }
    const int32_t number = cache_layer_of(node);
    if (number < 0) {
        return true; // attention that keeps no cache has nothing to compress
    }
    const std::vector<lookm::score_accumulator> none(choices_.size(), lookm::score_accumulator(pool_));
    const auto [entry, is_new] = layers_.try_emplace(
        number, observed_layer{attention->k, lookm::alias_of(*node->src[2]), cache_cells_of(node), none});
    observed_layer & layer = entry->second;
    if (!is_new) { // later ubatches see more of the cache
        layer.k = attention->k;
        layer.v = lookm::alias_of(*node->src[2]);
    }
    for (size_t i = 0; i < choices_.size(); ++i) {
        layer.scores[i].add(*attention, {range_of(choices_[i], attention->n_query())});
    }
    return true;
}

} // namespace engine
