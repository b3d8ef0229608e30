#include "strategies.h"

namespace lookm {

/// Evicted tokens are dropped, and no targets are looked for.
const merge_strategy merge_none = {"none", false, nullptr};

} // namespace lookm
