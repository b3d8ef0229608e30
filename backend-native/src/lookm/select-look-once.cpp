#include "importance.h"

namespace lookm {

/// Our own: LOOK-M's order with what was found since, every part of it a parameter. What it is made of by default is
/// said once, in backend-native/protocol/kv.ts; here a part that is not asked for is left out, as it is of any rule.
std::vector<int32_t> select_look_once(const head_view & head, const budget & budget) {
    return important_and_recent(head, importance_of(head, budget, 1, head.params.text_prior), budget);
}

} // namespace lookm
