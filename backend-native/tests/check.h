#pragma once

#include <cmath>
#include <cstdio>
#include <exception>
#include <functional>
#include <string>
#include <utility>
#include <vector>

/// A small harness: TEST(name) { CHECK(...); } in any file, RUN_TESTS() once. Each executable prints its behaviours and
/// "N passed, N failed", and returns 1 if one failed. An argument runs only the tests whose name contains it.
namespace check {

struct test {
    const char * name;
    void (*body)();
};

inline std::vector<test> & tests() {
    static std::vector<test> all;
    return all;
}

inline std::vector<std::string> & failures() {
    static std::vector<std::string> of_this_test;
    return of_this_test;
}

struct registration {
    registration(const char * name, void (*body)()) { tests().push_back({name, body}); }
};

inline void fail(const char * file, int line, const std::string & what) {
    failures().push_back(std::string(file) + ":" + std::to_string(line) + ": " + what);
}

/// Why a test did not run; it then counts as neither.
struct skipped {
    std::string reason;
};

/// Runs the tests whose name contains @p wanted: all of them where it is empty.
inline int run(const std::string & wanted) {
    int n_passed = 0;
    int n_failed = 0;
    for (const test & t : tests()) {
        if (std::string(t.name).find(wanted) == std::string::npos) {
            continue;
        }
        failures().clear();
        try {
            t.body();
        } catch (const skipped & s) {
            std::printf("skip %s: %s\n", t.name, s.reason.c_str());
            continue;
        } catch (const std::exception & e) {
            failures().push_back(std::string("unexpected exception: ") + e.what());
        }
        std::printf("%s %s\n", failures().empty() ? "ok  " : "FAIL", t.name);
        // A broken kernel fails everywhere; the first few places say enough.
        for (size_t i = 0; i < failures().size() && i < 5; ++i) {
            std::printf("     %s\n", failures()[i].c_str());
        }
        ++(failures().empty() ? n_passed : n_failed);
    }
    std::printf("%d passed, %d failed\n", n_passed, n_failed);
    return n_failed == 0 ? 0 : 1;
}

} // namespace check

#define TEST(name)                                                                                                     \
    static void test_##name();                                                                                         \
    static const check::registration registration_##name(#name, test_##name);                                          \
    static void test_##name()

#define RUN_TESTS()                                                                                                    \
    int main(int argc, char ** argv) {                                                                                 \
        return check::run(argc > 1 ? argv[1] : "");                                                                    \
    }

#define CHECK(condition)                                                                                               \
    do {                                                                                                               \
        if (!(condition)) {                                                                                            \
            check::fail(__FILE__, __LINE__, "expected " #condition);                                                   \
        }                                                                                                              \
    } while (false)

#define CHECK_EQUAL(actual, expected)                                                                                  \
    do {                                                                                                               \
        if (!((actual) == (expected))) {                                                                               \
            check::fail(__FILE__, __LINE__, "expected " #actual " == " #expected);                                     \
        }                                                                                                              \
    } while (false)

#define CHECK_NEAR(actual, expected, tolerance)                                                                        \
    do {                                                                                                               \
        const double check_a = (actual);                                                                               \
        const double check_e = (expected);                                                                             \
        if (!(std::abs(check_a - check_e) <= (tolerance))) {                                                           \
            check::fail(__FILE__,                                                                                      \
                        __LINE__,                                                                                      \
                        "expected " #actual " near " + std::to_string(check_e) + " but got " +                         \
                            std::to_string(check_a));                                                                  \
        }                                                                                                              \
    } while (false)

/// The statement throws `type` and predicate(error) holds.
#define CHECK_THROWS(statement, type, predicate)                                                                       \
    do {                                                                                                               \
        bool check_thrown = false;                                                                                     \
        try {                                                                                                          \
            statement;                                                                                                 \
        } catch (const type & e) {                                                                                     \
            check_thrown = (predicate)(e);                                                                             \
        }                                                                                                              \
        if (!check_thrown) {                                                                                           \
            check::fail(__FILE__, __LINE__, "expected " #statement " to throw " #type);                                \
        }                                                                                                              \
    } while (false)
