#include "addon/values.h"

#include <cmath>

#include "engine/error.h"

namespace addon {

std::string described(const Napi::Value & value) {
    if (value.IsString()) {
        return "\"" + value.As<Napi::String>().Utf8Value() + "\"";
    }
    return value.ToString().Utf8Value();
}

void refuse(const std::string & expected, const std::string & key, const std::string & received) {
    throw engine::error("invalid_argument", "Expected " + expected + " for " + key + " but received " + received);
}

std::string read_string_or(const Napi::Object & object, const char * key, const char * fallback) {
    return object.Get(key).IsUndefined() ? fallback : read_string(object, key);
}

Napi::Object read_object(const Napi::Object & object, const char * key) {
    const Napi::Value value = object.Get(key);
    if (!value.IsObject()) {
        refuse("an object", key, described(value));
    }
    return value.As<Napi::Object>();
}

int32_t read_int(const Napi::Object & object, const char * key, double min, double max) {
    const double value = read_number(object, key, min, max);
    if (value != std::floor(value)) {
        refuse("a whole number", key, std::to_string(value));
    }
    return static_cast<int32_t>(value);
}

Napi::Array read_array(const Napi::Object & object, const char * key) {
    const Napi::Value value = object.Get(key);
    if (!value.IsArray()) {
        refuse("an array", key, described(value));
    }
    return value.As<Napi::Array>();
}

std::vector<std::string> read_strings(const Napi::Object & object, const char * key) {
    const Napi::Array array = read_array(object, key);
    std::vector<std::string> strings;
    for (uint32_t i = 0; i < array.Length(); ++i) {
        const Napi::Value value = array.Get(i);
        if (!value.IsString()) {
            refuse("strings", key, described(value));
        }
        strings.push_back(value.As<Napi::String>().Utf8Value());
    }
    return strings;
}

std::string read_string(const Napi::Object & object, const char * key) {
    const Napi::Value value = object.Get(key);
    if (!value.IsString()) {
        refuse("a string", key, described(value));
    }
    return value.As<Napi::String>().Utf8Value();
}

double read_number(const Napi::Object & object, const char * key, double min, double max) {
    const Napi::Value value = object.Get(key);
    const double number = value.IsNumber() ? value.As<Napi::Number>().DoubleValue() : std::nan("");
    if (!(number >= min && number <= max)) {
        refuse("a number from " + std::to_string(min) + " to " + std::to_string(max), key, described(value));
    }
    return number;
}

bool read_bool(const Napi::Object & object, const char * key) {
    const Napi::Value value = object.Get(key);
    if (!value.IsBoolean()) {
        refuse("true or false", key, described(value));
    }
    return value.As<Napi::Boolean>().Value();
}

uint32_t read_side(const Napi::Value & value, const char * name) {
    const double side = value.IsNumber() ? value.As<Napi::Number>().DoubleValue() : std::nan("");
    if (!(side >= 1 && side <= 65535 && side == std::floor(side))) {
        refuse("a whole number from 1 to 65535", name, described(value));
    }
    return static_cast<uint32_t>(side);
}

} // namespace addon
