// The functions of Node-API, taken from the program that loads the addon, whatever it is called: node.exe, Code.exe,
// Cursor.exe. Node's headers declare them as imported, so a call goes through the pointer __imp_<name>, which the
// linker would take from a library that names one program; these are filled here, before Node asks the addon for
// anything. For MSVC cmake-js brings a hook of its own that does the same.

#include <windows.h>

#define HOST_FUNCTION(name)                                                                                            \
    extern "C" FARPROC __imp_##name;                                                                                   \
    FARPROC __imp_##name = nullptr;
#include "host-functions.def"
#undef HOST_FUNCTION

namespace {

// A function that an older program lacks stays null; the addon uses none newer than NAPI_VERSION.
[[gnu::constructor]] void find_host_functions() {
    const HMODULE host = GetModuleHandleW(nullptr);
#define HOST_FUNCTION(name) __imp_##name = GetProcAddress(host, #name);
#include "host-functions.def"
#undef HOST_FUNCTION
}

} // namespace
