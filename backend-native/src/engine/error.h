#pragma once

#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace engine {

/// What happened as a kind with numbers, for clients that say it in another language: one of the protocol's reasons
/// (protocol/errorKinds), and its fields. Without a kind there is only the sentence.
struct error_facts {
    std::string kind;
    std::vector<std::pair<std::string, double>> numbers;
};

/// What every failure of the engine is thrown as. `code` is one of the protocol's error codes
/// (backend-native/protocol); `what()` is one sentence with the numbers that matter.
class error : public std::runtime_error {
  public:
    error(std::string code_, const std::string & message, error_facts facts_ = {})
        : std::runtime_error(message), code(std::move(code_)), facts(std::move(facts_)) {}

    std::string code;
    error_facts facts;
};

/// Thrown inside the engine when the caller's cancel flag was seen. The session turns it into a result: it never
/// leaves the engine as an error.
class cancelled : public std::exception {
  public:
    const char * what() const noexcept override { return "cancelled"; }
};

} // namespace engine
