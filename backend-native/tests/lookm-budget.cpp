// The budget of method.md, step 3, and the checks of parameters.
#include "check.h"
#include "lookm/budget.h"
#include "lookm/types.h"

#include <limits>

using namespace lookm;

namespace {

constexpr double nan_value = std::numeric_limits<double>::quiet_NaN();
constexpr double infinity = std::numeric_limits<double>::infinity();

auto has_code(const char * code) {
    return [code](const error & e) { return e.code == code; };
}

} // namespace

TEST(takes_the_floor_of_both_parts) {
    // n = 37, r = 0.4, p = 0.25: M = floor(3.7) = 3, N = floor(11.1) = 11.
    const budget b = make_budget(37, 0.4, 0.25);
    CHECK_EQUAL(b.n_recent, 3);
    CHECK_EQUAL(b.n_important, 11);
    CHECK_EQUAL(b.n_kept(), 14);
}

TEST(gives_what_decimal_arithmetic_gives) {
    // For every n and every pair of two-digit decimals: n*r*p as whole numbers, against the double arithmetic.
    for (int64_t n : {1, 7, 40, 100, 1000, 9999, 10000, 131072, 1000000}) {
        for (int64_t r = 1; r < 100; ++r) {
            for (int64_t p = 0; p <= 100; ++p) {
                const int64_t n_recent = n * r * p / 10000;
                const int64_t n_important = n * r * (100 - p) / 10000;
                if (n_recent + n_important == 0) {
                    continue;
                }
                const budget b = make_budget(n, double(r) / 100, double(p) / 100);
                CHECK_EQUAL(b.n_recent, n_recent);
                CHECK_EQUAL(b.n_important, n_important);
            }
        }
    }
    CHECK_EQUAL(make_budget(40, 0.3, 0.5).n_kept(), 12);
    CHECK_EQUAL(make_budget(1000, 0.1, 0.5).n_kept(), 100);
    CHECK_EQUAL(make_budget(1000, 0.1, 0.9).n_important, 10);
    // Just below a whole number stays below: 1000 * 0.1999 * 0.5 = 99.95.
    CHECK_EQUAL(make_budget(1000, 0.1999, 0.5).n_recent, 99);
}

TEST(ratio_one_keeps_every_token) {
    for (int64_t n = 1; n < 200; ++n) {
        for (double p : {0.0, 0.3, 0.5, 1.0}) {
            CHECK_EQUAL(make_budget(n, 1.0, p).n_kept(), n);
        }
    }
}

TEST(the_share_may_be_all_recent_or_all_important) {
    CHECK_EQUAL(make_budget(100, 0.2, 1.0).n_recent, 20);
    CHECK_EQUAL(make_budget(100, 0.2, 1.0).n_important, 0);
    CHECK_EQUAL(make_budget(100, 0.2, 0.0).n_recent, 0);
    CHECK_EQUAL(make_budget(100, 0.2, 0.0).n_important, 20);
}

TEST(refuses_a_budget_of_nothing) {
    CHECK_THROWS(make_budget(4, 0.2, 0.5), error, has_code("budget_too_small"));
    CHECK_THROWS(make_budget(0, 0.2, 0.5), error, has_code("invalid_argument"));
}

TEST(refuses_parameters_out_of_range) {
    for (double ratio : {0.0, -0.1, 1.0001, infinity, -infinity, nan_value}) {
        CHECK_THROWS(make_budget(100, ratio, 0.5), error, has_code("kv_ratio_invalid"));
    }
    for (double share : {-0.1, 1.0001, infinity, nan_value}) {
        CHECK_THROWS(make_budget(100, 0.2, share), error, has_code("recent_share_invalid"));
    }
    compress_params even_kernel;
    even_kernel.pool_kernel = 4;
    CHECK_THROWS(check_params(even_kernel), error, has_code("invalid_argument"));
}

TEST(names_are_those_of_the_command_line_both_ways) {
    for (const char * name : {"look-m", "look-once", "full", "h2o", "snapkv", "streaming", "random"}) {
        CHECK(parse_method(name).has_value() && std::string(to_string(*parse_method(name))) == name);
    }
    for (const char * name : {"none", "average", "pivot", "weighted"}) {
        CHECK(parse_merge_rule(name).has_value() && std::string(to_string(*parse_merge_rule(name))) == name);
    }
    for (const char * name : {"keys+values", "values"}) {
        CHECK(parse_merge_what(name).has_value() && std::string(to_string(*parse_merge_what(name))) == name);
    }
    CHECK(!parse_method("LOOK-M").has_value());
    CHECK(!parse_merge_rule("").has_value());
    CHECK(!parse_merge_what("keys").has_value());
}

RUN_TESTS()
