// What comes before a question is kept on disk for the next one: after the first word, and whole, whoever cancels.

#include <atomic>
#include <filesystem>
#include <iterator>
#include <string>

#include "check.h"
#include "document-fixture.h"
#include "engine/error.h"
#include "engine/session/session.h"

using fixture::never;
using fixture::silent;

namespace {

struct asked : fixture::kept_on_disk {
    int64_t n_files() const {
        return std::distance(std::filesystem::directory_iterator(folder.path), std::filesystem::directory_iterator());
    }

    engine::answer ask(const engine::turn & turn) {
        engine::session session(model); // as a process of its own would
        return session.ask(turn, silent(), never);
    }
};

engine::answer without_a_cache(const engine::turn & turn) {
    engine::model model = fixture::embedded_model({});
    engine::session session(model);
    return session.ask(turn, silent(), never);
}

} // namespace

TEST(the_first_word_does_not_wait_for_the_disk) {
    asked here;
    int64_t n_at_first_word = -1;
    engine::turn_observer observer = silent();
    observer.on_text = [&](const std::string &) {
        n_at_first_word = n_at_first_word < 0 ? here.n_files() : n_at_first_word;
    };
    engine::session session(here.model);
    const engine::turn turn = fixture::about_a_document("What is line 7?", 60);
    const engine::answer first = session.ask(turn, observer, never);
    CHECK_EQUAL(n_at_first_word, 0);
    CHECK_EQUAL(here.n_files(), 1);

    const engine::answer second = here.ask(turn);
    CHECK(second.n_restored_tokens > first.n_prompt_tokens - 64);
    CHECK_EQUAL(second.text, first.text);
}

TEST(a_question_that_is_cancelled_leaves_what_was_read_before_it) {
    asked here;
    std::atomic<bool> cancel{false};
    engine::turn_observer observer = silent();
    observer.on_prefill = [&](int32_t done, int32_t total) { cancel = done == total; };
    engine::session session(here.model);
    const engine::turn turn = fixture::about_a_document("What is line 7?", 60);
    CHECK(session.ask(turn, observer, cancel).stop == engine::stop_reason::cancelled);
    CHECK_EQUAL(here.n_files(), 1);
    CHECK_EQUAL(here.ask(turn).text, without_a_cache(turn).text);
}

TEST(an_answer_that_cannot_begin_leaves_what_was_read_before_it) {
    asked here;
    engine::turn turn = fixture::about_a_document("What is line 7?", 60);
    turn.sampling.json_schema = "{\"type\": \"no such type\"}";
    engine::session session(here.model);
    bool refused = false;
    try {
        session.ask(turn, silent(), never);
    } catch (const engine::error & failure) {
        refused = failure.code == "json_schema_invalid";
    }
    CHECK(refused);
    CHECK_EQUAL(here.n_files(), 1);
}

TEST(a_question_of_half_a_tile_is_read_with_the_text_before_it) {
    asked here;
    const std::string question = "Which of the many lines of this log is it that tells the number 7?";
    const engine::answer first = here.ask(fixture::about_a_document(question, 60));
    const engine::answer second = here.ask(fixture::about_a_document(question, 60));
    CHECK_EQUAL(second.n_prompt_tokens - second.n_restored_tokens, 64);
    CHECK_EQUAL(second.text, first.text);

    const engine::answer little = here.ask(fixture::about_a_document("Why?", 60));
    CHECK(little.n_prompt_tokens - little.n_restored_tokens < 22);
}

TEST(of_a_file_that_holds_more_than_a_context_its_beginning_is_taken) {
    asked here;
    here.ask(fixture::about_a_document("What is line 7?", 200));
    const engine::turn turn = fixture::about_a_document("What is line 7?", 40);
    const engine::answer part = here.ask(turn);
    CHECK(part.n_restored_tokens > 256);
    CHECK(part.n_restored_tokens < part.n_prompt_tokens);
    CHECK_EQUAL(part.text, without_a_cache(turn).text);
}

RUN_TESTS()
