#pragma once

#include <stdexcept>
#include <string>

namespace engine {

/// What every failure of the engine is thrown as. `code` is one of the protocol's error codes
/// (backend-native/protocol); `what()` is one sentence with the numbers that matter.
class error : public std::runtime_error {
  public:
    error(std::string code_, const std::string & message) : std::runtime_error(message), code(std::move(code_)) {}

    std::string code;
};

/// Thrown inside the engine when the caller's cancel flag was seen. The session turns it into a result: it never
/// leaves the engine as an error.
class cancelled : public std::exception {
  public:
    const char * what() const noexcept override { return "cancelled"; }
};

} // namespace engine
