#pragma once

#include <string>
#include <vector>

#include <napi.h>

namespace addon {

// One value from JavaScript. Every function throws engine::error `invalid_argument`, "Expected X for Y but received Z".

[[noreturn]] void refuse(const std::string & expected, const std::string & key, const std::string & received);
/// What a refusal says was received.
std::string described(const Napi::Value & value);

std::string read_string(const Napi::Object & object, const char * key);
std::string read_string_or(const Napi::Object & object, const char * key, const char * fallback);
double read_number(const Napi::Object & object, const char * key, double min, double max);
int32_t read_int(const Napi::Object & object, const char * key, double min, double max = INT32_MAX);
bool read_bool(const Napi::Object & object, const char * key);
Napi::Object read_object(const Napi::Object & object, const char * key);
Napi::Array read_array(const Napi::Object & object, const char * key);
std::vector<std::string> read_strings(const Napi::Object & object, const char * key);
/// A side of an image, in pixels.
uint32_t read_side(const Napi::Value & value, const char * name);

} // namespace addon
