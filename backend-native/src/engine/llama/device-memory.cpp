#include "engine/llama/device-memory.h"

#include "engine/llama/devices.h"
#include "ggml-backend.h"

#if defined(__linux__)
#include <fstream>
#elif defined(__APPLE__)
#include <mach/mach.h>
#endif

namespace engine {

namespace {

/// Memory that the system can give without swapping; 0 where it is not asked.
size_t system_memory_available() {
#if defined(__linux__)
    std::ifstream meminfo("/proc/meminfo");
    std::string key;
    size_t kibibytes = 0;
    std::string unit;
    while (meminfo >> key >> kibibytes >> unit) {
        if (key == "MemAvailable:") {
            return kibibytes * 1024;
        }
    }
    return 0;
#elif defined(__APPLE__)
    vm_statistics64 pages;
    mach_msg_type_number_t count = HOST_VM_INFO64_COUNT;
    const kern_return_t status =
        host_statistics64(mach_host_self(), HOST_VM_INFO64, reinterpret_cast<host_info64_t>(&pages), &count);
    return status == KERN_SUCCESS ? (size_t{pages.free_count} + pages.inactive_count) * vm_page_size : 0;
#else
    return 0;
#endif
}

} // namespace

size_t free_memory(const std::vector<std::string> & devices) {
    size_t sum = 0;
    for (const std::string & name : devices) {
        ggml_backend_dev_t device = device_by_name(name);
        if (device != nullptr) {
            size_t free = 0;
            size_t total = 0;
            ggml_backend_dev_memory(device, &free, &total);
            const bool is_cpu = ggml_backend_dev_type(device) == GGML_BACKEND_DEVICE_TYPE_CPU;
            const size_t available = is_cpu ? system_memory_available() : 0;
            sum += available > 0 ? available : free;
        }
    }
    return sum;
}

} // namespace engine
