#include "engine/session/counting.h"

#include "check.h"

namespace {

/// Pushes rounds until the guard ends them.
/// @return how many were pushed
template <typename Round>
int rounds_until_ended(engine::counting_guard & guard, int most, Round round) {
    for (int i = 1; i <= most; ++i) {
        if (guard.push(round(i))) {
            return i;
        }
    }
    return most + 1;
}

const int n_rounds = static_cast<int>(engine::counting_guard::n_rounds);

} // namespace

TEST(rounds_that_count_up_are_ended) {
    engine::counting_guard guard("What is to be done?");
    const int ended = rounds_until_ended(guard, 200, [](int i) { return "Step " + std::to_string(i) + ": wait.\n"; });
    CHECK(ended >= n_rounds && ended <= n_rounds + 2);
}

TEST(several_numbers_and_steps_of_any_size_count_too) {
    engine::counting_guard guard("");
    const int ended = rounds_until_ended(guard, 200, [](int i) {
        return "| row " + std::to_string(i) + " | " + std::to_string(1000 - 5 * i) + " | 7 |\n";
    });
    CHECK(ended <= n_rounds + 2);
}

TEST(a_table_of_numbers_is_let_be) {
    engine::counting_guard guard("");
    const int ended = rounds_until_ended(
        guard, 200, [](int i) { return "| row " + std::to_string(i) + " | " + std::to_string(i * i % 97) + " |\n"; });
    CHECK_EQUAL(ended, 201);
}

TEST(a_list_of_different_words_and_counting_without_words_are_let_be) {
    engine::counting_guard list("");
    CHECK_EQUAL(rounds_until_ended(list,
                                   60,
                                   [](int i) {
                                       return std::to_string(i) + ". " +
                                              std::string(1 + i % 7, static_cast<char>('a' + i % 26)) + "\n";
                                   }),
                61);
    engine::counting_guard numbers("Count to 200.");
    CHECK_EQUAL(rounds_until_ended(numbers, 200, [](int i) { return std::to_string(i) + ", "; }), 201);
}

TEST(what_the_prompt_counts_may_be_counted_as_often) {
    std::string prompt;
    for (int i = 1; i <= 120; ++i) {
        prompt += "Line " + std::to_string(i) + ": ok\n";
    }
    engine::counting_guard guard(prompt);
    const int ended = rounds_until_ended(guard, 300, [](int i) { return "Line " + std::to_string(i) + ": ok\n"; });
    CHECK(ended > 115 && ended < 130);
}

TEST(a_number_in_several_pieces_is_one_number) {
    engine::counting_guard guard("");
    int n = 0;
    bool ended = false;
    for (int i = 8; i <= 200 && !ended; ++i, ++n) {
        ended = guard.push("Item ");
        for (const char digit : std::to_string(i)) {
            ended = guard.push(std::string(1, digit)) || ended;
        }
        ended = guard.push(" done.\n") || ended;
    }
    CHECK(ended && n <= n_rounds + 2);
    guard.reset();
    CHECK(!guard.push("Item 1 done.\n"));
}

RUN_TESTS()
