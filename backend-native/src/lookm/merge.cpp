#include "merge.h"

#include <string>

namespace lookm {

const merge_strategy & merge_strategy_of(merge_rule rule) {
    static const merge_strategy table[] = {
        {merge_rule::none, false, nullptr},
        {merge_rule::average, false, merge_average},
        {merge_rule::pivot, false, merge_pivot},
        {merge_rule::weighted, true, merge_weighted},
    };
    for (const merge_strategy & strategy : table) {
        if (strategy.rule == rule) {
            return strategy;
        }
    }
    throw error("invalid_argument",
                "Expected a merge rule of the table but received number " + std::to_string(static_cast<int>(rule)));
}

} // namespace lookm
