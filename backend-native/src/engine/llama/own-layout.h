#pragma once

#include <string>
#include <vector>

#include "ggml-backend.h"

namespace engine {

/// The places for weights that the CPU has beside plain memory, best first; none without kernels of its own.
std::vector<ggml_backend_buffer_type_t> own_places_of_cpu();

/// The types of weights that the CPU copies into a layout of its own, whatever model they are of.
std::vector<ggml_type> types_with_own_layout();

/// Whether the CPU would copy more than half of a model's weights into a layout of its own, as ggml does where it has
/// faster kernels for their type (AMX, or blocks that are put together in another order). Such a file is better read
/// than mapped: the mapping would stay beside the copies, and the process would seem to take twice the memory.
/// Experts are not looked at: a file that is mostly of those is mapped.
/// @param path of the model's first file; what cannot be read is said by loading it, and false here
bool cpu_copies_weights(const std::string & path);

} // namespace engine
