#include "strategies.h"

#include <iterator>
#include <string>

namespace lookm {

namespace {

const selection_strategy * const selections[] = {
#define LOOKM_SELECT(id) &select_##id,
#include "strategies.def"
};

const merge_strategy * const merges[] = {
#define LOOKM_MERGE(id) &merge_##id,
#include "strategies.def"
};

const score_strategy * const scores[] = {
#define LOOKM_SCORE(id) &score_##id,
#include "strategies.def"
};

/// The enumerations count the lines of the table.
template <typename Strategy, size_t N, typename Id>
const Strategy & at(const Strategy * const (&table)[N], Id id) {
    const auto index = static_cast<size_t>(id);
    if (index >= N) {
        throw error("invalid_argument", "Expected a rule of the table but received number " + std::to_string(index));
    }
    return *table[index];
}

template <typename Id, typename Strategy, size_t N>
std::vector<Id> all(const Strategy * const (&)[N]) {
    std::vector<Id> ids;
    for (size_t i = 0; i < N; ++i) {
        ids.push_back(static_cast<Id>(i));
    }
    return ids;
}

template <typename Id, typename Strategy, size_t N>
std::optional<Id> parse(const Strategy * const (&table)[N], std::string_view name) {
    for (size_t i = 0; i < N; ++i) {
        if (name == table[i]->name) {
            return static_cast<Id>(i);
        }
    }
    return std::nullopt;
}

} // namespace

const selection_strategy & selection_strategy_of(method method) {
    return at(selections, method);
}

const merge_strategy & merge_strategy_of(merge_rule rule) {
    return at(merges, rule);
}

const score_strategy & score_strategy_of(query_set set) {
    return at(scores, set);
}

std::vector<method> all_methods() {
    return all<method>(selections);
}

std::vector<merge_rule> all_merge_rules() {
    return all<merge_rule>(merges);
}

std::vector<query_set> all_query_sets() {
    return all<query_set>(scores);
}

const char * to_string(method method) {
    return selection_strategy_of(method).name;
}

const char * to_string(merge_rule rule) {
    return merge_strategy_of(rule).name;
}

const char * to_string(query_set set) {
    return score_strategy_of(set).name;
}

std::optional<method> parse_method(std::string_view name) {
    return parse<method>(selections, name);
}

std::optional<merge_rule> parse_merge_rule(std::string_view name) {
    return parse<merge_rule>(merges, name);
}

std::optional<query_set> parse_query_set(std::string_view name) {
    return parse<query_set>(scores, name);
}

} // namespace lookm
