#include "strategies.h"

namespace lookm {

/// Everything stays.
const selection_strategy select_full = {"full", false, query_set::all, nullptr, {}};

} // namespace lookm
