#include "types.h"

#include <array>
#include <cstdio>
#include <utility>

namespace lookm {

namespace {

template <typename T, size_t N>
using name_table = std::array<std::pair<T, const char *>, N>;

constexpr name_table<token_kind, 2> token_kind_names{{
    {token_kind::text, "text"},
    {token_kind::image, "image"},
}};

constexpr name_table<merge_what, 2> merge_what_names{{
    {merge_what::keys_values, "keys+values"},
    {merge_what::values, "values"},
}};

constexpr name_table<recent_rule, 2> recent_rule_names{{
    {recent_rule::share, "share"},
    {recent_rule::question, "question"},
}};

constexpr name_table<score_share, 3> score_share_names{{
    {score_share::head, "head"},
    {score_share::layer, "layer"},
    {score_share::model, "model"},
}};

template <typename T, size_t N>
const char * name_of(const name_table<T, N> & table, T value) {
    for (const auto & [entry, name] : table) {
        if (entry == value) {
            return name;
        }
    }
    return "?";
}

template <typename T, size_t N>
std::optional<T> parse(const name_table<T, N> & table, std::string_view name) {
    for (const auto & [entry, entry_name] : table) {
        if (name == entry_name) {
            return entry;
        }
    }
    return std::nullopt;
}

std::string shown(double value) {
    char text[32];
    std::snprintf(text, sizeof(text), "%g", value);
    return text;
}

} // namespace

void check_params(const compress_params & params) {
    // Negated comparisons, so that NaN fails them.
    if (!(params.ratio > 0.0 && params.ratio <= 1.0)) {
        throw error("kv_ratio_invalid", "Expected a KV ratio in (0, 1] but received " + shown(params.ratio));
    }
    if (!(params.recent_share >= 0.0 && params.recent_share <= 1.0)) {
        throw error("recent_share_invalid",
                    "Expected a recent share in [0, 1] but received " + shown(params.recent_share));
    }
    if (!(params.diversity >= 0.0 && params.diversity <= 1.0)) {
        throw error("invalid_argument", "Expected a diversity in [0, 1] but received " + shown(params.diversity));
    }
    for (const uint32_t kernel : {params.pool_kernel, params.text_pool_kernel}) {
        if (kernel > 0 && kernel % 2 == 0) {
            throw error("invalid_argument", "Expected an odd pooling kernel but received " + std::to_string(kernel));
        }
    }
}

const char * to_string(token_kind kind) {
    return name_of(token_kind_names, kind);
}

const char * to_string(merge_what what) {
    return name_of(merge_what_names, what);
}

const char * to_string(recent_rule rule) {
    return name_of(recent_rule_names, rule);
}

const char * to_string(score_share share) {
    return name_of(score_share_names, share);
}

std::optional<merge_what> parse_merge_what(std::string_view name) {
    return parse(merge_what_names, name);
}

std::optional<recent_rule> parse_recent_rule(std::string_view name) {
    return parse(recent_rule_names, name);
}

std::optional<score_share> parse_score_share(std::string_view name) {
    return parse(score_share_names, name);
}

} // namespace lookm
