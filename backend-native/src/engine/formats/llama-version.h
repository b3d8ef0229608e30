#pragma once

namespace engine {

/// The version of llama.cpp that this was built with: the pinned tag, or the commit of another checkout.
inline const char * llama_cpp_version() {
    return LOOK_ONCE_LLAMA_CPP_VERSION;
}

} // namespace engine
