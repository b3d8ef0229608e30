#include "engine/formats/failure-words.h"

namespace engine {

const char * code_of_failure(const std::string & said, const char * otherwise) {
    for (const char * words : {"failed to allocate",
                               "unable to allocate",
                               "out of memory",
                               "cannot allocate memory",
                               "ErrorOutOfDeviceMemory",
                               "ErrorOutOfHostMemory"}) {
        if (said.find(words) != std::string::npos) {
            return "out_of_memory";
        }
    }
    return otherwise;
}

bool says_device_lost(const std::string & said) {
    return said.find("ErrorDeviceLost") != std::string::npos;
}

bool says_mismatch(const std::string & said) {
    return said.find("mismatch") != std::string::npos;
}

} // namespace engine
