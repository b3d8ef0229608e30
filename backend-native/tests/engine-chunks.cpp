// Prompts that are read in chunks, so that the whole cache is never in memory.

#include <cstdint>
#include <string>
#include <vector>

#include "check.h"
#include "engine/session/session.h"
#include "session-fixture.h"

using namespace sessions;

TEST(a_prompt_that_is_read_in_chunks_is_never_whole_in_memory) {
    for (const bool by_question : {true, false}) {
        engine::model model = fixture::embedded_model({});
        engine::session session(model);
        engine::turn turn = question(first_words, {0, 1, 2, 3, 4, 5}, 0.2);
        turn.compression.reading = engine::reading_rule::chunks;
        turn.compression.lookm.queries = by_question ? lookm::query_set::question : lookm::query_set::all;
        const engine::answer answer = ask(session, turn);
        CHECK(answer.reading == engine::reading_rule::chunks);
        CHECK(answer.compressed);
        const int64_t n_kept = lookm::make_budget(answer.n_prompt_tokens, 0.2, 0.5).n_kept();
        CHECK_EQUAL(answer.n_cells_after, n_kept);
        CHECK_EQUAL(answer.n_cells_before, int64_t{answer.n_prompt_tokens});
        const int64_t n_probe = by_question ? 40 : 0; // the question and what the template writes after it
        CHECK(answer.n_cells_peak <= n_kept + n_image_tokens + n_probe);
        CHECK(answer.n_cells_peak > n_kept);
        CHECK(answer.bytes_peak < answer.bytes_before);
        CHECK_EQUAL(answer.n_tokens, 12);
        int64_t n_held = 0; // of 4 heads' 255 each
        for (const std::vector<uint8_t> & image : kept(session)) {
            for (const uint8_t share : image) {
                n_held += share;
            }
        }
        CHECK(n_held > 0);
        const engine::answer next = ask(session, follow_up(second_words));
        CHECK_EQUAL(next.n_cells_before, n_kept + answer.n_tokens + next.n_prompt_tokens);
    }
}

TEST(what_need_not_be_read_in_chunks_is_read_whole) {
    engine::model model = fixture::embedded_model({});
    engine::session session(model);
    engine::turn turn = question(first_words, {0, 1}, 1.0);
    turn.compression.reading = engine::reading_rule::chunks;
    CHECK(ask(session, turn).reading == engine::reading_rule::whole);
    turn.compression.lookm.ratio = 0.3;
    turn.compression.reading = engine::reading_rule::automatic;
    CHECK(ask(session, turn).reading == engine::reading_rule::whole); // memory is there
}

TEST(a_question_that_is_longer_than_a_chunk_takes_no_more_than_the_whole_would) {
    engine::model model = fixture::embedded_model({});
    std::string words = second_words;
    for (int i = 0; i < 60; ++i) {
        words += " code title image value " + std::to_string(i);
    }
    engine::turn turn = question(words, {0}, 0.5);
    engine::session whole(model);
    const engine::answer expected = ask(whole, turn);
    CHECK(expected.n_prompt_tokens > 3 * n_image_tokens);
    turn.compression.reading = engine::reading_rule::chunks;
    engine::session session(model);
    const engine::answer answer = ask(session, turn);
    CHECK_EQUAL(answer.n_cells_after, expected.n_cells_after);
    CHECK(answer.n_cells_peak <= expected.n_cells_peak);
    CHECK(answer.bytes_peak <= expected.bytes_peak);
    CHECK_EQUAL(answer.text, expected.text); // nothing had to go before all was read
}

RUN_TESTS()
