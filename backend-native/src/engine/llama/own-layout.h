#pragma once

#include <string>

namespace engine {

/// Whether the CPU would copy more than half of a model's weights into a layout of its own, as ggml does where it has
/// faster kernels for their type (AMX, or blocks that are put together in another order). Such a file is better read
/// than mapped: the mapping would stay beside the copies, and the process would seem to take twice the memory.
/// @param path of the model's first file; what cannot be read is said by loading it, and false here
bool cpu_copies_weights(const std::string & path);

} // namespace engine
