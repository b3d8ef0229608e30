#pragma once

#include <string>
#include <vector>

namespace addon {

/// What a build for one generation of processors is called and wants, after ggml's CPU variants of the same names.
///   haswell    AVX2, FMA, F16C, BMI2
///   icelake    and AVX512 F, CD, BW, DQ, VL, VBMI, VNNI
///   armv8.2_2  dot products and arithmetic of 16-bit floats
/// @return those that this processor, and the system that runs on it, can run, the best first
std::vector<std::string> processor_levels();

} // namespace addon
