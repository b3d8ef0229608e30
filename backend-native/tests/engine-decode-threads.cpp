// How many threads decode beside other programs, on a machine that is made up.

#include "engine/session/decode-threads.h"

#include <algorithm>
#include <cmath>

#include "check.h"

using engine::decode_threads;

namespace {

/// A machine with so many processors, of which other programs keep some busy; all get their share in turn.
struct machine {
    int processors;
    double busy;

    double share(int n_threads) const { return std::min(1.0, processors / (n_threads + busy)); }

    /// Decodes for so long. A token is 20 ms of work; where threads have to wait for processors, ten times as much.
    /// @return tokens
    int decode(decode_threads & threads, double ms) const {
        int n_tokens = 0;
        for (double now = 0; now < ms; ++n_tokens) {
            const int n = threads.n();
            const double token = 20.0 / n * (share(n) < 1 && n > 1 ? 10 : 1);
            threads.took(token, token * n * share(n));
            now += token;
        }
        return n_tokens;
    }
};

} // namespace

TEST(all_threads_decode_where_all_get_a_processor) {
    decode_threads threads(4);
    CHECK_EQUAL(machine({4, 0}).decode(threads, 60'000), 12'000);
    CHECK_EQUAL(threads.n(), 4);
}

TEST(some_work_that_is_not_parallel_takes_no_thread_away) {
    decode_threads threads(4);
    for (int i = 0; i < 1000; ++i) {
        threads.took(10, 32);
    }
    CHECK_EQUAL(threads.n(), 4);
}

TEST(beside_other_programs_as_many_decode_as_get_a_processor) {
    decode_threads threads(2);
    threads.took(300, 400); // the first token
    CHECK_EQUAL(threads.n(), 1);
    decode_threads eight(8);
    eight.took(300, 1400);
    CHECK_EQUAL(eight.n(), 5);
}

TEST(one_thread_is_left_however_busy_the_machine_is) {
    decode_threads threads(2);
    machine({2, 8}).decode(threads, 10'000);
    threads.took(1000, 10);
    CHECK_EQUAL(threads.n(), 1);
    threads.took(1000, 10);
    CHECK_EQUAL(threads.n(), 1);
}

TEST(where_the_system_tells_no_time_of_the_process_all_threads_decode) {
    decode_threads threads(4);
    for (int i = 0; i < 100; ++i) {
        threads.took(200, 0);
    }
    CHECK_EQUAL(threads.n(), 4);
}

TEST(a_busy_machine_costs_few_tries_of_more) {
    // One thread alone would make 50 tokens a second; two make 10.
    decode_threads threads(2);
    CHECK(machine({2, 1}).decode(threads, 60'000) > 0.93 * 50 * 60);
}

TEST(all_threads_are_back_soon_after_the_machine_is_quiet) {
    decode_threads threads(8);
    machine({8, 12}).decode(threads, 2'000);
    CHECK(threads.n() < 8);
    machine({8, 0}).decode(threads, 8'000);
    CHECK_EQUAL(threads.n(), 8);
}

TEST(after_a_rest_more_are_tried_at_once) {
    decode_threads threads(2);
    machine({2, 1}).decode(threads, 60'000);
    CHECK_EQUAL(threads.n(), 1);
    threads.rested(60'000);
    threads.took(100, 100);
    CHECK_EQUAL(threads.n(), 2);
}

TEST(the_time_of_the_process_counts_what_it_works) {
    const double before = engine::processor_ms();
    double sum = 0;
    for (int i = 0; engine::processor_ms() - before < 50 && i < 100'000'000; ++i) {
        sum += std::sqrt(i);
    }
    CHECK(sum > 0 && engine::processor_ms() - before >= 50);
}

RUN_TESTS()
