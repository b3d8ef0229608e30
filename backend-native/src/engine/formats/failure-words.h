#pragma once

#include <string>

namespace engine {

// llama.cpp and libmtmd say why they failed in their log alone, and Vulkan in the words of its exceptions: the words
// that tell one failure from another.

/// The protocol's code for a failure that was explained so: `out_of_memory` when nothing could be allocated.
const char * code_of_failure(const std::string & said, const char * otherwise);

/// Whether a driver gave up its device, which no call of this process can use any more.
bool says_device_lost(const std::string & said);

/// Whether libmtmd refused a projector because it was made for another text model.
bool says_mismatch(const std::string & said);

} // namespace engine
