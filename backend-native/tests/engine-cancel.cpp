// Turns that are cancelled, at every moment: they leave the conversation as it was.

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "check.h"
#include "engine/session/session.h"
#include "session-fixture.h"

using namespace sessions;

namespace {

/// Cancels a turn at each of these moments, then lets it through.
void cancel_at(engine::session & session,
               const engine::turn & turn,
               const expected & expected,
               const std::vector<std::pair<std::string, int>> & moments) {
    interruption at_once;
    at_once.cancel = true;
    CHECK(!session.ask(turn, at_once.observer(), at_once.cancel).in_conversation);
    for (const auto & [phase, n] : moments) {
        interruption interruption = {phase, n};
        const engine::answer answer = session.ask(turn, interruption.observer(), interruption.cancel);
        if (!interruption.cancel || answer.in_conversation || answer.stop != engine::stop_reason::cancelled) {
            return check::fail(__FILE__, __LINE__, "not cancelled at " + phase + " " + std::to_string(n));
        }
        CHECK_EQUAL(answer.text, std::string());
    }
    const engine::answer answer = ask(session, turn);
    CHECK_EQUAL(answer.text, expected.text);
    CHECK(kept(session) == expected.kept);
}

} // namespace

TEST(a_first_turn_that_is_cancelled_leaves_nothing_behind) {
    const engine::turn turn = question(first_words, {0, 1});
    const expected expected = without_cache({turn});
    const fixture::scratch_folder folder;
    engine::model model = fixture::embedded_model(cache_in(folder));
    engine::session session(model);
    interruption interruption = {"compress", 0};
    CHECK(!session.ask(turn, interruption.observer(), interruption.cancel).in_conversation);
    CHECK_EQUAL(code_of(session, follow_up(second_words)), std::string("invalid_argument"));
    CHECK(!session.map().has_value());
    fs::remove(files(folder, "read-").at(0));
    cancel_at(session, turn, expected, {{"image", 0}, {"prefill", 0}, {"image", 1}, {"compress", 0}, {"compress", 5}});
    cancel_at(session, turn, expected, {{"prefill", 0}, {"compress", 3}}); // restored
}

TEST(a_turn_that_looks_again_and_is_cancelled_leaves_the_conversation_as_it_was) {
    const fixture::scratch_folder folder;
    const fixture::scratch_folder other_folder;
    engine::turn turn = follow_up(second_words);
    turn.images = question("", {2}).images;
    engine::model undisturbed_model = fixture::embedded_model(cache_in(other_folder));
    engine::session undisturbed(undisturbed_model);
    ask(undisturbed, question(first_words, {0, 1}));
    const engine::answer expected = ask(undisturbed, turn);
    CHECK(expected.n_restored_tokens > 2 * n_image_tokens);

    engine::model model = fixture::embedded_model(cache_in(folder));
    engine::session session(model);
    ask(session, question(first_words, {0, 1}));
    const auto before = kept(session);
    interruption interruption = {"image", 0};
    CHECK(!session.ask(turn, interruption.observer(), interruption.cancel).in_conversation);
    CHECK(kept(session) == before);
    cancel_at(session,
              turn,
              {expected.text, kept(undisturbed)},
              {{"prefill", 0}, {"image", 0}, {"compress", 0}, {"compress", 5}, {"prefill", 0}});
}

TEST(a_turn_that_is_read_in_chunks_and_cancelled_leaves_the_conversation_as_it_was) {
    engine::model model = fixture::embedded_model({});
    engine::turn first = question(first_words, {0, 1});
    engine::turn turn = follow_up(second_words);
    turn.images = question("", {2, 3, 4, 5}).images;
    turn.compression.reading = engine::reading_rule::chunks;
    engine::session undisturbed(model);
    ask(undisturbed, first);
    const engine::answer expected = ask(undisturbed, turn);
    CHECK(expected.reading == engine::reading_rule::chunks);
    CHECK(expected.n_cells_peak < expected.n_cells_before);
    engine::session session(model);
    ask(session, first);
    // From the third picture on, cells are evicted before it is read.
    cancel_at(session,
              turn,
              {expected.text, kept(undisturbed)},
              {{"image", 0}, {"image", 2}, {"image", 3}, {"prefill", 4}, {"compress", 0}, {"compress", 5}});
}

TEST(a_cancelled_turn_does_not_count_as_kept_on_disk) {
    const fixture::scratch_folder folder;
    engine::model model = fixture::embedded_model(cache_in(folder));
    engine::session session(model);
    ask(session, question(first_words, {0}, 1.0));
    engine::turn longer = follow_up(second_words + std::string(600, '?'), 1.0);
    longer.images = question("", {1, 2}).images;
    interruption interruption = {"prefill", 4}; // text, picture, text, picture, text with a part of the question
    CHECK(!session.ask(longer, interruption.observer(), interruption.cancel).in_conversation);
    CHECK_EQUAL(files(folder, "image-").size(), size_t{3});
    CHECK_EQUAL(files(folder, "read-").size(), size_t{1}); // it serves in the place of the first
    engine::turn shorter = follow_up(second_words, 1.0);
    shorter.images = question("", {3}).images;
    ask(session, shorter);
    CHECK_EQUAL(files(folder, "read-").size(), size_t{2});
}

RUN_TESTS()
