// The cache that is held in memory for the next question: that it changes what a question costs, and never its answer.

#include <atomic>
#include <chrono>
#include <filesystem>
#include <string>
#include <vector>

#include "check.h"
#include "engine/session/session.h"
#include "session-fixture.h"

using namespace sessions;

namespace {

const std::string other_words = "What is below the title?";

engine::model holding_model(const engine::cache_options & cache = {}, ggml_type kv_type = GGML_TYPE_F16) {
    static const std::atomic<bool> never{false};
    engine::log_install(nullptr);
    engine::load_options options = fixture::embedded_options(cache);
    options.kv_type = kv_type;
    options.holds_whole_cache = true;
    return engine::model(options, [](float) {}, never);
}

/// Asks, and expects the answer of a session that has read nothing before.
engine::answer ask_as_if_alone(engine::session & session, const engine::turn & turn, ggml_type type = GGML_TYPE_F16) {
    const engine::answer answer = ask(session, turn);
    const expected expected = without_cache({turn}, type);
    CHECK_EQUAL(answer.text, expected.text);
    CHECK(kept(session) == expected.kept);
    return answer;
}

/// The share of image tokens that did not survive in the same layers.
double differing(const std::vector<std::vector<uint8_t>> & a, const std::vector<std::vector<uint8_t>> & b) {
    CHECK_EQUAL(a.size(), b.size());
    size_t n = 0;
    size_t n_differing = 0;
    for (size_t i = 0; i < a.size(); ++i) {
        CHECK_EQUAL(a[i].size(), b[i].size());
        for (size_t j = 0; j < a[i].size(); ++j) {
            n += 1;
            n_differing += a[i][j] == b[i][j] ? 0 : 1;
        }
    }
    return static_cast<double>(n_differing) / static_cast<double>(n);
}

} // namespace

TEST(the_next_question_about_the_same_reads_the_question_alone) {
    for (const ggml_type type : {GGML_TYPE_F16, GGML_TYPE_Q8_0, GGML_TYPE_Q4_0}) {
        for (const double ratio : {0.3, 1.0}) {
            engine::model model = holding_model({}, type);
            engine::session session(model);
            const engine::answer first = ask(session, question(first_words, {0, 1}, ratio));
            CHECK_EQUAL(first.n_restored_tokens, 0);
            // The full cache that goes on with the conversation is no second one.
            CHECK_EQUAL(first.bytes_held > first.bytes_after, ratio < 1.0);
            for (const std::string & words : {second_words, first_words, second_words}) {
                const engine::answer next = ask_as_if_alone(session, question(words, {0, 1}, ratio), type);
                CHECK(next.n_restored_tokens > 2 * n_image_tokens);
                CHECK(next.n_restored_tokens < next.n_prompt_tokens);
                CHECK(next.images.at(0).from_cache && next.images.at(1).from_cache);
            }
        }
    }
}

TEST(what_is_held_serves_a_question_that_is_read_in_another_way) {
    engine::model model = holding_model();
    engine::session session(model);
    ask(session, question(first_words, {0, 1}, 1.0));
    // Watched by the attention tap, and then not, and then too long for the context that there is.
    CHECK(ask_as_if_alone(session, question(second_words, {0, 1})).n_restored_tokens > 2 * n_image_tokens);
    CHECK(ask_as_if_alone(session, question(first_words, {0, 1}, 1.0)).n_restored_tokens > 2 * n_image_tokens);
    std::string words;
    for (int i = 0; i < 90; ++i) {
        words += "Which code is it? ";
    }
    CHECK(ask_as_if_alone(session, question(words, {0, 1})).n_restored_tokens > 2 * n_image_tokens);
}

TEST(the_file_that_memory_serves_in_place_of_is_not_the_next_to_go) {
    const fixture::scratch_folder folder;
    engine::model model = holding_model(cache_in(folder));
    engine::session session(model);
    ask(session, question(first_words, {0, 1}));
    const fs::path file = files(folder, "read-").at(0);
    const fs::file_time_type long_ago = fs::last_write_time(file) - std::chrono::hours(1);
    fs::last_write_time(file, long_ago);
    const engine::answer next = ask(session, question(second_words, {0, 1}));
    CHECK(next.n_restored_tokens > 2 * n_image_tokens && next.bytes_held > 0);
    CHECK(fs::last_write_time(file) > long_ago);
}

TEST(another_prompt_takes_its_place_and_shares_what_it_begins_with) {
    engine::model model = holding_model();
    engine::session session(model);
    ask(session, question(first_words, {0, 1}));
    const engine::answer shared = ask_as_if_alone(session, question(first_words, {0, 2}));
    CHECK(shared.n_restored_tokens > n_image_tokens && shared.n_restored_tokens < 2 * n_image_tokens);
    CHECK_EQUAL(ask_as_if_alone(session, question(first_words, {3, 4})).n_restored_tokens, 0);
    CHECK(ask_as_if_alone(session, question(second_words, {3, 4})).n_restored_tokens > 2 * n_image_tokens);
}

TEST(a_follow_up_is_read_in_one_batch_with_the_words_before_it) {
    engine::model model = holding_model();
    engine::session session(model);
    ask(session, question(first_words, {0, 1}));
    int n_batches = 0;
    interruption never;
    engine::turn_observer observer = never.observer();
    observer.on_prefill = [&](int32_t, int32_t) { ++n_batches; };
    const engine::answer next = session.ask(follow_up(second_words), observer, never.cancel);
    CHECK(next.n_restored_tokens > 2 * n_image_tokens);
    CHECK_EQUAL(n_batches, 1);
}

TEST(a_follow_up_looks_again_at_what_is_held) {
    const fixture::scratch_folder folder;
    engine::model on_disk = fixture::embedded_model(cache_in(folder));
    engine::session expected(on_disk);
    engine::model model = holding_model();
    engine::session session(model);
    engine::turn with_picture = follow_up("What is in image 3?");
    with_picture.images = question("", {2}).images;
    for (const engine::turn & turn : {question(first_words, {0, 1}),
                                      follow_up(second_words),
                                      follow_up(first_words),
                                      with_picture,
                                      follow_up(second_words)}) {
        const engine::answer want = ask(expected, turn);
        const engine::answer answer = ask(session, turn);
        CHECK_EQUAL(answer.text, want.text);
        // The words are read in other batches here and there, whose kernels round otherwise on some processors: without
        // AVX, 3 of 768 tokens of a picture were others in the fourth turn, at the margin of what is kept.
        CHECK(differing(kept(session), kept(expected)) < 0.01);
        CHECK_EQUAL(answer.n_restored_tokens > 2 * n_image_tokens, turn.continues);
    }
}

TEST(what_is_held_outlives_a_turn_that_is_cancelled_in_any_phase) {
    engine::model model = holding_model();
    engine::session session(model);
    ask(session, question(first_words, {0, 1}));
    for (const auto & [phase, count] :
         std::vector<std::pair<std::string, int>>{{"prefill", 0}, {"compress", 0}, {"compress", 4}}) {
        interruption interruption = {phase, count};
        const engine::turn turn = question(second_words, {0, 1});
        CHECK(!session.ask(turn, interruption.observer(), interruption.cancel).in_conversation);
        CHECK(ask_as_if_alone(session, turn).n_restored_tokens > 2 * n_image_tokens);
        struct interruption again = {phase, count};
        CHECK(!session.ask(follow_up(first_words), again.observer(), again.cancel).in_conversation);
        CHECK(ask(session, follow_up(first_words)).n_restored_tokens > 2 * n_image_tokens);
    }
}

TEST(it_goes_when_it_is_given_back_or_the_conversation_is_forgotten) {
    engine::model model = holding_model();
    engine::session session(model);
    CHECK(ask(session, question(first_words, {0, 1})).bytes_held > 0);
    session.release();
    CHECK_EQUAL(ask_as_if_alone(session, question(second_words, {0, 1})).n_restored_tokens, 0);
    session.reset();
    CHECK_EQUAL(ask_as_if_alone(session, question(second_words, {0, 1})).n_restored_tokens, 0);
    session.release();
    CHECK(kept(session) == without_cache({question(second_words, {0, 1})}).kept); // the conversation stays
}

TEST(a_longer_conversation_is_saved_and_what_is_held_serves_without_its_file) {
    const fixture::scratch_folder folder;
    engine::model model = holding_model(cache_in(folder));
    engine::session session(model);
    ask(session, question(first_words, {0}, 1.0));
    engine::turn longer = follow_up(second_words, 1.0);
    longer.images = question("", {1, 2}).images;
    ask(session, longer);
    const auto saved = files(folder, "read-");
    CHECK_EQUAL(saved.size(), size_t{1}); // the longer one serves in the place of the other
    fs::remove(saved.at(0));
    // The file is gone and the cache is not: nobody misses it before the model is loaded again.
    CHECK(ask_as_if_alone(session, question(second_words, {0})).n_restored_tokens > n_image_tokens);
}

TEST(what_was_read_last_is_in_memory_again_when_the_model_is_loaded_again) {
    const fixture::scratch_folder folder;
    for (const double ratio : {0.3, 1.0}) {
        {
            engine::model model = holding_model(cache_in(folder));
            engine::session session(model);
            ask(session, question(first_words, {2}, ratio));
            ask(session, question(first_words, {0, 1}, ratio));
            ask(session, question(first_words, {3}, ratio));
            ask(session, question(second_words, {0, 1}, ratio));
        }
        CHECK_EQUAL(files(folder, "read-").size(), size_t{3});
        engine::model model = holding_model(cache_in(folder));
        engine::session session(model);
        for (const fs::path & file : files(folder, "read-")) {
            fs::remove(file);
        }
        const engine::answer recalled = ask_as_if_alone(session, question(other_words, {0, 1}, ratio));
        CHECK(recalled.n_restored_tokens > 2 * n_image_tokens);
        CHECK_EQUAL(ask_as_if_alone(session, question(other_words, {2}, ratio)).n_restored_tokens, 0);
        for (const fs::path & file : files(folder, "read-")) {
            fs::remove(file);
        }
    }
}

TEST(nothing_is_recalled_where_nothing_is_held_or_it_was_given_back) {
    const fixture::scratch_folder folder;
    engine::model model = holding_model(cache_in(folder));
    {
        engine::session session(model);
        ask(session, question(first_words, {0, 1}));
    }
    engine::session session(model);
    session.release();
    engine::model forgetful = fixture::embedded_model(cache_in(folder));
    engine::session forgetting(forgetful);
    fs::remove(files(folder, "read-").at(0));
    CHECK_EQUAL(ask(session, question(second_words, {0, 1})).n_restored_tokens, 0);
    fs::remove(files(folder, "read-").at(0));
    CHECK_EQUAL(ask(forgetting, question(second_words, {0, 1})).n_restored_tokens, 0);
}

TEST(what_cannot_be_recalled_is_removed_and_read_again) {
    const fixture::scratch_folder folder;
    engine::model model = holding_model(cache_in(folder));
    for (const bool whole : {false, true}) {
        {
            engine::session session(model);
            ask(session, question(first_words, {0, 1}));
        }
        const fs::path file = files(folder, "read-").at(0);
        const engine::disk_cache::entry entry = model.cache().entries("read").at(0);
        std::vector<uint8_t> state = model.cache().read(entry).value();
        state.resize(state.size() - 1);
        if (whole) {
            CHECK(model.cache().write("read", entry.key, state.data(), state.size())); // no state of this model
        } else {
            fs::resize_file(file, fs::file_size(file) - 1);
        }
        engine::session session(model);
        CHECK(!fs::exists(file));
        CHECK_EQUAL(ask_as_if_alone(session, question(second_words, {0, 1})).n_restored_tokens, 0);
    }
}

RUN_TESTS()
