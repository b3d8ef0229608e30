#pragma once

#include <cstdint>

namespace engine {

/// Resident memory of this process in bytes; 0 where the system does not say.
uint64_t resident_bytes();

/// Gives memory that was freed, and that the C library keeps for later, back to the system.
void return_free_memory();

} // namespace engine
