// What is attached is read before anything is asked: the question then finds it on disk, whole or as far as it came.

#include <atomic>

#include "check.h"
#include "document-fixture.h"
#include "engine/session/read-ahead.h"
#include "engine/session/session.h"

using fixture::about_a_document;
using fixture::never;
using fixture::silent;

namespace {

using asked = fixture::kept_on_disk;

} // namespace

TEST(a_question_finds_what_was_read_ahead_of_it) {
    asked here;
    const engine::ahead_report ahead = engine::read_ahead(here.model, about_a_document("?", 60), silent(), never);
    CHECK(ahead.end == engine::ahead_end::read);
    CHECK(ahead.n_tokens > 500);
    CHECK_EQUAL(ahead.n_read_tokens, ahead.n_tokens);
    CHECK_EQUAL(ahead.n_known_tokens, 0);

    engine::session quick(here.model);
    const engine::answer found = quick.ask(about_a_document("What is line 7?", 60), silent(), never);
    CHECK_EQUAL(found.n_restored_tokens, ahead.n_tokens);
    engine::model fresh = fixture::embedded_model({});
    engine::session slow(fresh);
    CHECK_EQUAL(found.text, slow.ask(about_a_document("What is line 7?", 60), silent(), never).text);

    const engine::ahead_report again = engine::read_ahead(here.model, about_a_document("!", 60), silent(), never);
    CHECK(again.end == engine::ahead_end::known);
    CHECK_EQUAL(again.n_read_tokens, 0);
}

TEST(the_conversation_that_there_is_stays_as_it_is) {
    asked here;
    engine::session session(here.model);
    session.ask(about_a_document("What is line 3?", 40), silent(), never);
    engine::read_ahead(here.model, about_a_document("?", 60), silent(), never);
    engine::turn next;
    next.continues = true;
    next.question = "And line 4?";
    next.compression.lookm.method = lookm::method::full;
    next.n_answer_tokens_max = 8;
    const engine::answer after = session.ask(next, silent(), never);

    engine::model other = fixture::embedded_model({});
    engine::session undisturbed(other);
    undisturbed.ask(about_a_document("What is line 3?", 40), silent(), never);
    CHECK_EQUAL(after.text, undisturbed.ask(next, silent(), never).text);
}

TEST(what_was_read_until_it_was_cancelled_is_kept) {
    asked here;
    std::atomic<bool> cancel{false};
    engine::turn_observer observer = silent();
    observer.on_prefill = [&](int32_t done, int32_t total) { cancel = done > total / 2; };
    const engine::ahead_report ahead = engine::read_ahead(here.model, about_a_document("?", 90), observer, cancel);
    CHECK(ahead.end == engine::ahead_end::cancelled);
    CHECK(ahead.n_read_tokens > ahead.n_tokens / 3 && ahead.n_read_tokens < ahead.n_tokens);
    engine::session session(here.model);
    const engine::answer found = session.ask(about_a_document("What is line 7?", 90), silent(), never);
    CHECK_EQUAL(found.n_restored_tokens, ahead.n_read_tokens);
}

TEST(what_the_cache_has_no_room_for_is_not_said_to_be_kept) {
    const fixture::scratch_folder folder;
    engine::model model = fixture::embedded_model({folder.path.u8string(), 1024, "model", "projector"});
    CHECK(engine::read_ahead(model, about_a_document("?", 60), silent(), never).end == engine::ahead_end::nowhere);
}

TEST(without_a_folder_or_with_little_to_read_nothing_is_read) {
    engine::model model = fixture::embedded_model({});
    CHECK(engine::read_ahead(model, about_a_document("?", 60), silent(), never).end == engine::ahead_end::nowhere);
    asked here;
    const engine::ahead_report little = engine::read_ahead(here.model, about_a_document("?", 0), silent(), never);
    CHECK(little.end == engine::ahead_end::too_little);
}

RUN_TESTS()
