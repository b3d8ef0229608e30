// The share of the cache that stays when nobody names one.

#include "engine/kv/auto-ratio.h"

#include "check.h"

using engine::auto_ratio;
using engine::chosen_ratio;
using engine::ratio_choice;

namespace {

constexpr uint64_t cell = 1000;          // bytes
constexpr uint64_t plenty = 64ULL << 30; // bytes

} // namespace

TEST(short_prompts_keep_everything_and_longer_ones_less) {
    double before = 1.0;
    for (int64_t n = 1; n <= 200'000; n += 7) {
        const chosen_ratio chosen = auto_ratio(n, cell, plenty);
        CHECK(chosen.ratio <= before && chosen.ratio >= 0.05);
        CHECK(chosen.choice == ratio_choice::by_length);
        before = chosen.ratio;
    }
    CHECK_EQUAL(auto_ratio(1, cell, plenty).ratio, 1.0);
    CHECK(before < 1.0);
}

TEST(a_step_ends_with_its_last_token) {
    CHECK_EQUAL(auto_ratio(1024, cell, plenty).ratio, 1.0);
    CHECK_EQUAL(auto_ratio(1025, cell, plenty).ratio, 0.5);
    CHECK_EQUAL(auto_ratio(4096, cell, plenty).ratio, 0.5);
    CHECK_EQUAL(auto_ratio(4097, cell, plenty).ratio, 0.2);
}

TEST(no_more_than_a_quarter_of_the_free_memory_is_taken) {
    // 2,000 tokens of 1,000 bytes: half of them are 1 MB, a quarter of 4 MB.
    CHECK_EQUAL(auto_ratio(2000, cell, 4'000'000).ratio, 0.5);
    CHECK(auto_ratio(2000, cell, 4'000'000).choice == ratio_choice::by_length);

    const chosen_ratio less = auto_ratio(2000, cell, 3'999'999);
    CHECK_EQUAL(less.ratio, 0.49);
    CHECK(less.choice == ratio_choice::by_memory);
    CHECK_EQUAL(auto_ratio(2000, cell, 2'400'000).ratio, 0.3);

    // A prompt that keeps everything for its length does not when there is no room.
    CHECK_EQUAL(auto_ratio(1000, cell, 2'000'000).ratio, 0.5);
}

TEST(a_twentieth_stays_however_little_memory_there_is) {
    for (const uint64_t bytes_free : {uint64_t{1}, uint64_t{1000}, uint64_t{400'000}}) {
        const chosen_ratio chosen = auto_ratio(2000, cell, bytes_free);
        CHECK_EQUAL(chosen.ratio, 0.05);
        CHECK(chosen.choice == ratio_choice::by_memory);
    }
}

TEST(the_length_alone_decides_where_free_memory_is_not_known) {
    const chosen_ratio chosen = auto_ratio(5000, cell, 0);
    CHECK_EQUAL(chosen.ratio, 0.2);
    CHECK(chosen.choice == ratio_choice::memory_unknown);
}

RUN_TESTS()
