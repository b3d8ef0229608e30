#include <memory>
#include <string>

#include <napi.h>

#include "addon/engine-object.h"
#include "addon/layer.h"
#include "addon/processor.h"
#include "addon/quantize.h"
#include "addon/strategies.h"
#include "engine/formats/llama-version.h"
#include "engine/llama/chat.h"
#include "engine/llama/own-layout.h"
#include "ggml-backend.h"
#include "llama.h"

#ifdef LOOK_ONCE_BACKEND_DL
#ifdef _WIN32
#include <filesystem>

#include <windows.h>
#else
#include <dlfcn.h>
#endif
#endif

namespace addon {

namespace {

/// Raised with every incompatible change of what this addon exports; backend-native/server/transport/native.ts checks
/// it.
constexpr int abi_version = 12;

const char * kind_of(ggml_backend_dev_t device) {
    switch (ggml_backend_dev_type(device)) {
    case GGML_BACKEND_DEVICE_TYPE_CPU:
        return "cpu";
    case GGML_BACKEND_DEVICE_TYPE_ACCEL:
        return "accel";
    default:
        return "gpu";
    }
}

Napi::Value list_devices(const Napi::CallbackInfo & info) {
    Napi::Array devices = Napi::Array::New(info.Env());
    for (size_t i = 0; i < ggml_backend_dev_count(); ++i) {
        ggml_backend_dev_t device = ggml_backend_dev_get(i);
        size_t free = 0;
        size_t total = 0;
        ggml_backend_dev_memory(device, &free, &total);
        Napi::Object object = Napi::Object::New(info.Env());
        object.Set("name", ggml_backend_dev_name(device));
        object.Set("description", ggml_backend_dev_description(device));
        object.Set("kind", kind_of(device));
        object.Set("memoryTotal", static_cast<double>(total));
        object.Set("memoryFree", static_cast<double>(free));
        if (ggml_backend_dev_type(device) == GGML_BACKEND_DEVICE_TYPE_CPU) {
            Napi::Array types = Napi::Array::New(info.Env());
            for (const ggml_type type : engine::types_with_own_layout()) {
                types.Set(types.Length(), static_cast<double>(type));
            }
            object.Set("ownLayouts", types);
        }
        devices.Set(devices.Length(), object);
    }
    return devices;
}

Napi::Value build_info(const Napi::CallbackInfo & info) {
    Napi::Object object = Napi::Object::New(info.Env());
    object.Set("llamaCpp", engine::llama_cpp_version());
    object.Set("compiler", __VERSION__);
    object.Set("buildType", LOOK_ONCE_BUILD_TYPE);
    return object;
}

/// @param info a chat template
Napi::Value template_takes_tools(const Napi::CallbackInfo & info) {
    return Napi::Boolean::New(
        info.Env(), info[0].IsString() && engine::template_takes_tools(info[0].As<Napi::String>().Utf8Value()));
}

Napi::Value list_processor_levels(const Napi::CallbackInfo & info) {
    Napi::Array levels = Napi::Array::New(info.Env());
    for (const std::string & level : processor_levels()) {
        levels.Set(levels.Length(), level);
    }
    return levels;
}

#ifdef LOOK_ONCE_BACKEND_DL

/// @return the folder of this library in UTF-8; empty when the system does not tell
std::string own_folder() {
#ifdef _WIN32
    HMODULE self = nullptr;
    constexpr DWORD flags = GET_MODULE_HANDLE_EX_FLAG_FROM_ADDRESS | GET_MODULE_HANDLE_EX_FLAG_UNCHANGED_REFCOUNT;
    constexpr size_t longest_path = 32768;
    std::wstring path(longest_path, L'\0');
    if (!GetModuleHandleExW(flags, reinterpret_cast<LPCWSTR>(&own_folder), &self)) {
        return {};
    }
    path.resize(GetModuleFileNameW(self, path.data(), static_cast<DWORD>(path.size())));
    return std::filesystem::path(path).parent_path().u8string();
#else
    Dl_info self;
    if (dladdr(reinterpret_cast<const void *>(&own_folder), &self) == 0) {
        return {};
    }
    const std::string path = self.dli_fname;
    return path.substr(0, path.find_last_of('/'));
#endif
}

#endif

/// Release builds keep every device backend, and a CPU backend for every generation of processors, in libraries beside
/// the addon; a local build has them inside.
void load_backends() {
#ifdef LOOK_ONCE_BACKEND_DL
    if (const std::string folder = own_folder(); !folder.empty()) {
        ggml_backend_load_all_from_path(folder.c_str());
    }
#endif
}

Napi::Object init(Napi::Env env, Napi::Object exports) {
    load_backends();
    llama_backend_init();
    exports.Set("abiVersion", abi_version);
    exports.Set("buildInfo", Napi::Function::New(env, build_info));
    exports.Set("processorLevels", Napi::Function::New(env, list_processor_levels));
    exports.Set("listDevices", Napi::Function::New(env, list_devices));
    exports.Set("compressLayer", Napi::Function::New(env, compress_layer));
    exports.Set("quantize", Napi::Function::New(env, quantize));
    exports.Set("templateTakesTools", Napi::Function::New(env, template_takes_tools));
    exports.Set("strategies", Napi::Function::New(env, strategies));
    auto constructor = std::make_shared<Napi::FunctionReference>(Napi::Persistent(engine_object::define(env)));
    constructor->SuppressDestruct();
    exports.Set("createEngine", Napi::Function::New(env, [constructor](const Napi::CallbackInfo & info) -> Napi::Value {
                    return constructor->New({info[0]});
                }));
    return exports;
}

} // namespace

} // namespace addon

static Napi::Object look_once_init(Napi::Env env, Napi::Object exports) {
    return addon::init(env, exports);
}

NODE_API_MODULE(look_once, look_once_init)
