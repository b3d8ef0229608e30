#include <algorithm>
#include <utility>

#include "strategies.h"

namespace lookm {

namespace {

/// SplitMix64: a fixed mixing of 64 bits. The standard library's distributions differ between platforms, and the same
/// seed has to keep the same tokens everywhere.
uint64_t mix(uint64_t x) {
    x += 0x9e3779b97f4a7c15ull;
    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9ull;
    x = (x ^ (x >> 27)) * 0x94d049bb133111ebull;
    return x ^ (x >> 31);
}

std::vector<int32_t> select(const head_view & head, const budget & budget) {
    const int64_t n_older = head.n_tokens - budget.n_recent;
    const uint64_t stream = mix((uint64_t(head.params.seed) << 32) + static_cast<uint64_t>(head.head));

    std::vector<std::pair<uint64_t, int32_t>> drawn(n_older);
    for (int64_t t = 0; t < n_older; ++t) {
        drawn[t] = {mix(stream + static_cast<uint64_t>(t)), static_cast<int32_t>(t)};
    }
    std::sort(drawn.begin(), drawn.end());

    std::vector<int32_t> kept;
    for (int64_t i = 0; i < budget.n_important; ++i) {
        kept.push_back(drawn[i].second);
    }
    for (int64_t t = n_older; t < head.n_tokens; ++t) {
        kept.push_back(static_cast<int32_t>(t));
    }
    return kept;
}

} // namespace

/// Recent tokens and a uniform sample of the older ones, drawn again in every head: the n_important tokens with the
/// smallest hash of (seed, head, token).
const selection_strategy select_random = {"random", false, query_set::all, select, without_merge()};

} // namespace lookm
