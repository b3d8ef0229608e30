/*
 * Stands in for the Vulkan loader where an addon is compiled for machines that may have none: ggml links the functions
 * below, and linking the loader for them would keep the addon from loading without it. It is opened when ggml asks for
 * the first time; where there is none, ggml is told that Vulkan cannot be used, and lists no device.
 */
#include <stddef.h>
#include <string.h>
#include <vulkan/vulkan_core.h>

#if defined(_WIN32)
#include <windows.h>

static PFN_vkVoidFunction exported(const char * name) {
    static HMODULE loader;
    if (loader == NULL) {
        /* From the system's folder alone: a file of that name in another one is not what the system installed. */
        loader = LoadLibraryExW(L"vulkan-1.dll", NULL, LOAD_LIBRARY_SEARCH_SYSTEM32);
    }
    return loader == NULL ? NULL : (PFN_vkVoidFunction) (void *) GetProcAddress(loader, name);
}
#else
#include <dlfcn.h>

static PFN_vkVoidFunction exported(const char * name) {
    static void * loader;
    if (loader == NULL) {
        loader = dlopen("libvulkan.so.1", RTLD_NOW | RTLD_LOCAL);
    }
    PFN_vkVoidFunction found = NULL;
    if (loader != NULL) {
        /* As POSIX has it: C knows no conversion from a pointer to data. */
        *(void **) &found = dlsym(loader, name);
    }
    return found;
}
#endif

static VKAPI_ATTR VkResult VKAPI_CALL no_version(uint32_t * version) {
    (void) version;
    return VK_ERROR_INITIALIZATION_FAILED;
}

VKAPI_ATTR PFN_vkVoidFunction VKAPI_CALL vkGetInstanceProcAddr(VkInstance instance, const char * name) {
    const PFN_vkGetInstanceProcAddr get = (PFN_vkGetInstanceProcAddr) exported("vkGetInstanceProcAddr");
    if (get != NULL) {
        return get(instance, name);
    }
    return strcmp(name, "vkEnumerateInstanceVersion") == 0 ? (PFN_vkVoidFunction) no_version : NULL;
}

VKAPI_ATTR PFN_vkVoidFunction VKAPI_CALL vkGetDeviceProcAddr(VkDevice device, const char * name) {
    const PFN_vkGetDeviceProcAddr get = (PFN_vkGetDeviceProcAddr) exported("vkGetDeviceProcAddr");
    return get == NULL ? NULL : get(device, name);
}

/* ggml calls these of a device, which only a loader can have given it. */

VKAPI_ATTR void VKAPI_CALL vkGetPhysicalDeviceFeatures2(VkPhysicalDevice device, VkPhysicalDeviceFeatures2 * features) {
    ((PFN_vkGetPhysicalDeviceFeatures2) exported("vkGetPhysicalDeviceFeatures2"))(device, features);
}

VKAPI_ATTR void VKAPI_CALL vkCmdCopyBuffer(
    VkCommandBuffer commands, VkBuffer from, VkBuffer to, uint32_t n_regions, const VkBufferCopy * regions) {
    ((PFN_vkCmdCopyBuffer) exported("vkCmdCopyBuffer"))(commands, from, to, n_regions, regions);
}
