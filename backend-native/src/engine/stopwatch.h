#pragma once

#include <chrono>

namespace engine {

/// Adds the milliseconds until it ends to a sum.
class stopwatch {
  public:
    using clock = std::chrono::steady_clock;

    static double ms_since(clock::time_point start) {
        return std::chrono::duration<double, std::milli>(clock::now() - start).count();
    }

    explicit stopwatch(double & sum) : sum_(sum) {}
    ~stopwatch() { sum_ += ms_since(start_); }
    stopwatch(const stopwatch &) = delete;
    stopwatch & operator=(const stopwatch &) = delete;

  private:
    double & sum_;
    clock::time_point start_ = clock::now();
};

} // namespace engine
