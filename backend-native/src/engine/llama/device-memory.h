#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace engine {

/// Bytes that are free on these devices together; 0 where nobody says. ggml calls all of a machine's own memory free on
/// systems other than Windows, so for the CPU the system is asked where we know how.
/// @param devices by ggml's names
size_t free_memory(const std::vector<std::string> & devices);

} // namespace engine
