#pragma once

#include <algorithm>
#include <thread>

#ifdef __linux__
#include <sched.h>
#endif

namespace engine {

/// Logical processors that this process may run on, at least 1: those that taskset or a container left it, which
/// std::thread::hardware_concurrency does not look at where glibc counts the machine's own (2.35 and newer).
inline unsigned int usable_processors() {
#ifdef __linux__
    cpu_set_t allowed;
    // It fails where the machine has more processors than the set has room for.
    if (sched_getaffinity(0, sizeof(allowed), &allowed) == 0) {
        return static_cast<unsigned int>(std::max(1, CPU_COUNT(&allowed)));
    }
#endif
    return std::max(1U, std::thread::hardware_concurrency());
}

} // namespace engine
