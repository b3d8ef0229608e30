// The divergence of what two caches say of the next token.

#include "engine/sweep/divergence.h"

#include <cmath>

#include "check.h"
#include "engine/error.h"

TEST(a_distribution_does_not_diverge_from_itself_however_its_logits_are_shifted) {
    CHECK_NEAR(engine::divergence({1, 2, 3}, {1, 2, 3}), 0.0, 0.0);
    CHECK_NEAR(engine::divergence({1, 2, 3}, {101, 102, 103}), 0.0, 1e-12);
}

TEST(two_tokens_worked_by_hand) {
    // p = (3/4, 1/4), q = (1/2, 1/2): 3/4 ln(3/2) + 1/4 ln(1/2) = ln 2 - (2 ln 2 - 3/4 ln 3) = 3/4 ln 3 - ln 2.
    const auto log3 = static_cast<float>(std::log(3.0));
    CHECK_NEAR(engine::divergence({log3, 0}, {0, 0}), 0.75 * std::log(3.0) - std::log(2.0), 1e-7);
    // The other way round: 1/2 ln(2/3) + 1/2 ln 2 = ln 2 - 1/2 ln 3.
    CHECK_NEAR(engine::divergence({0, 0}, {log3, 0}), std::log(2.0) - 0.5 * std::log(3.0), 1e-7);
}

TEST(logits_far_apart_neither_overflow_nor_become_nothing) {
    // p is certain of token 0 and q of token 1: ln 1 - ln q(0) = 2000.
    CHECK_NEAR(engine::divergence({1000, 0}, {0, 2000}), 2000.0, 1e-9);
}

TEST(a_token_that_cannot_follow_adds_nothing) {
    CHECK_NEAR(engine::divergence({0, -INFINITY}, {0, 0}), std::log(2.0), 1e-12);
}

TEST(distributions_over_different_vocabularies_are_refused) {
    const auto internal = [](const engine::error & failure) { return failure.code == "internal"; };
    CHECK_THROWS(engine::divergence({1, 2}, {1}), engine::error, internal);
    CHECK_THROWS(engine::divergence({}, {}), engine::error, internal);
}

RUN_TESTS()
