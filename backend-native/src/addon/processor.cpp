#include "addon/processor.h"

#include <cstdint>
#include <initializer_list>

#if defined(__x86_64__) && defined(__GNUC__)
#include <cpuid.h>
#elif defined(__aarch64__) && defined(__linux__)
#include <sys/auxv.h>
#elif defined(__aarch64__) && defined(_WIN32)
#include <windows.h>
#endif

namespace addon {

namespace {

#if defined(__x86_64__) && defined(__GNUC__)

/// The registers that the system saves when it switches threads; what it does not save cannot be used.
uint32_t saved_registers() {
    uint32_t low = 0;
    uint32_t high = 0;
    __asm__ volatile("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
    return low;
}

bool has(uint32_t flags, std::initializer_list<unsigned> bits) {
    uint32_t wanted = 0;
    for (const unsigned bit : bits) {
        wanted |= 1U << bit;
    }
    return (flags & wanted) == wanted;
}

#endif

} // namespace

// Bits: Intel's manual, volume 2, CPUID; the leaves that a processor lacks are answered with nothing.
std::vector<std::string> processor_levels() {
    std::vector<std::string> levels;
#if defined(__x86_64__) && defined(__GNUC__)
    uint32_t a = 0;
    uint32_t b = 0;
    uint32_t c = 0;
    uint32_t d = 0;
    constexpr unsigned osxsave = 27;
    if (__get_cpuid(1, &a, &b, &c, &d) == 0 || !has(c, {osxsave})) {
        return levels;
    }
    const bool fma_f16c_avx = has(c, {12, 29, 28});
    const uint32_t saved = saved_registers();
    if (__get_cpuid_count(7, 0, &a, &b, &c, &d) == 0) {
        return levels;
    }
    const bool avx2_bmi2 = has(b, {5, 8});
    const bool haswell = has(saved, {1, 2}) && fma_f16c_avx && avx2_bmi2;
    const bool avx512 = has(b, {16, 17, 28, 30, 31}) && has(c, {1, 11});
    if (haswell && avx512 && has(saved, {5, 6, 7})) {
        levels.emplace_back("icelake");
    }
    if (haswell) {
        levels.emplace_back("haswell");
    }
#elif defined(__aarch64__) && defined(__linux__)
    const uint64_t flags = getauxval(AT_HWCAP);
    constexpr uint64_t fphp = 1U << 9;
    constexpr uint64_t asimdhp = 1U << 10;
    constexpr uint64_t asimddp = 1U << 20;
    if ((flags & (fphp | asimdhp | asimddp)) == (fphp | asimdhp | asimddp)) {
        levels.emplace_back("armv8.2_2");
    }
#elif defined(__aarch64__) && defined(_WIN32)
    // Every processor with dot products that Windows runs on has arithmetic of 16-bit floats too.
    if (IsProcessorFeaturePresent(PF_ARM_V82_DP_INSTRUCTIONS_AVAILABLE)) {
        levels.emplace_back("armv8.2_2");
    }
#endif
    return levels;
}

} // namespace addon
