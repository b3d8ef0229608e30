#pragma once

#include <string>

namespace engine {

/// Tokens may end in the middle of a UTF-8 character; this holds such bytes back until the character is whole.
class utf8_buffer {
  public:
    /// @return the whole characters now available
    std::string push(const std::string & bytes);

    /// What is left at the end: an unfinished character becomes U+FFFD.
    std::string finish();

  private:
    std::string pending_;
};

} // namespace engine
