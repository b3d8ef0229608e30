#pragma once

#include <cstdint>

namespace engine {

/// How many threads decode an answer. ggml's threads wait for each other after every operation, hundreds of times a
/// token: where another program has one of their processors, all stand still with it, and two threads can be ten times
/// slower than one. So as many decode as get a processor: fewer at once when some do not, and more again, by tries that
/// become rare where they fail.
class decode_threads {
  public:
    /// @param most threads, at least 1
    explicit decode_threads(int32_t most);

    /// Of the next token.
    int32_t n() const { return n_; }

    /// Learns from a token.
    /// @param ms that it took by the clock
    /// @param processor_ms that all threads of this process were running within that time; 0 teaches nothing
    void took(double ms, double processor_ms);

    /// After so long without a token what was learned is old, and more are tried sooner.
    void rested(double ms) { ms_enough_ += ms; }

  private:
    int32_t most_;
    int32_t n_;
    double ms_ = 0;           ///< since there was a choice, and
    double processor_ms_ = 0; ///< likewise
    double ms_enough_ = 0;    ///< for which `n_` threads had their processors, as far as is known
    double ms_until_try_;     ///< that they have to, before more are tried
    bool tries_ = false;      ///< whether the last change was a try of more
};

/// Milliseconds that all threads of this process have been running together; 0 where the system does not say.
double processor_ms();

} // namespace engine
