#include "engine/session/decode-threads.h"

#include <algorithm>
#include <cmath>

#ifdef _WIN32
#include <windows.h>
#else
#include <ctime>
#endif

namespace engine {

namespace {

constexpr double window_ms = 100;    // Windows counts a process's time in steps of 16 ms
constexpr double least_share = 0.75; // of a processor for each thread: some work is not parallel
constexpr double first_try_ms = 400; // doubled by every try that fails
constexpr double last_try_ms = 12800;

} // namespace

decode_threads::decode_threads(int32_t most) : most_(most), n_(most), ms_until_try_(first_try_ms) {}

void decode_threads::took(double ms, double processor_ms) {
    ms_ += ms;
    processor_ms_ += processor_ms;
    if (ms_ < window_ms) {
        return;
    }
    const double had = processor_ms_ / ms_; // processors
    const double lasted = ms_;
    ms_ = processor_ms_ = 0;
    if (had <= 0) {
        return; // the system does not say
    }
    if (n_ > 1 && had < least_share * n_) {
        n_ = std::clamp(static_cast<int32_t>(std::lround(had)), 1, n_ - 1);
        ms_until_try_ = tries_ ? std::min(2 * ms_until_try_, last_try_ms) : first_try_ms;
        ms_enough_ = 0;
        tries_ = false;
        return;
    }
    if (tries_) {
        ms_until_try_ = first_try_ms;
        tries_ = false;
    }
    ms_enough_ += lasted;
    if (n_ < most_ && ms_enough_ >= ms_until_try_) {
        n_ = std::min(most_, n_ + std::max(1, n_ / 4));
        ms_enough_ = 0;
        tries_ = true;
    }
}

double processor_ms() {
#ifdef _WIN32
    FILETIME created;
    FILETIME ended;
    FILETIME kernel;
    FILETIME user;
    if (!GetProcessTimes(GetCurrentProcess(), &created, &ended, &kernel, &user)) {
        return 0;
    }
    const auto in_ms = [](const FILETIME & time) { // counts 100 ns
        return (time.dwHighDateTime * 4294967296.0 + time.dwLowDateTime) / 10000.0;
    };
    return in_ms(kernel) + in_ms(user);
#else
    timespec time = {};
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    return static_cast<double>(time.tv_sec) * 1e3 + static_cast<double>(time.tv_nsec) / 1e6;
#endif
}

} // namespace engine
