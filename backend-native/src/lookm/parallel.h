#pragma once

#include <algorithm>
#include <cstdint>
#include <exception>
#include <thread>
#include <vector>

namespace lookm {

/// Calls work(begin, end) on disjoint parts of [0, n), on up to n_threads threads, and returns when all are done.
/// Rethrows the first exception of any part.
template <typename work_fn>
void parallel_for(int64_t n, int n_threads, const work_fn & work) {
    const int64_t n_parts = std::max<int64_t>(1, std::min<int64_t>(n, n_threads));
    std::vector<std::exception_ptr> failures(n_parts);

    const auto run_part = [&](int64_t part) {
        try {
            work(n * part / n_parts, n * (part + 1) / n_parts);
        } catch (...) {
            failures[part] = std::current_exception();
        }
    };
    std::vector<std::thread> threads;
    threads.reserve(n_parts - 1);
    for (int64_t part = 1; part < n_parts; ++part) {
        threads.emplace_back(run_part, part);
    }
    run_part(0);
    for (std::thread & thread : threads) {
        thread.join();
    }
    for (const std::exception_ptr & failure : failures) {
        if (failure != nullptr) {
            std::rethrow_exception(failure);
        }
    }
}

} // namespace lookm
