// Conversations with the embedded model: that what is kept on disk changes what it costs, and never what is answered.

#include <atomic>
#include <cstdint>
#include <fstream>
#include <optional>
#include <string>
#include <vector>

#include "check.h"
#include "engine/session/session.h"
#include "engine/sweep/sweep.h"
#include "session-fixture.h"

using namespace sessions;

TEST(a_second_question_about_the_same_pictures_is_answered_as_without_a_cache) {
    for (const ggml_type type : {GGML_TYPE_F16, GGML_TYPE_Q8_0, GGML_TYPE_Q4_0}) {
        const fixture::scratch_folder folder;
        {
            engine::model model = fixture::embedded_model(cache_in(folder), type);
            engine::session session(model);
            const engine::answer first = ask(session, question(first_words, {0, 1}));
            CHECK_EQUAL(first.n_restored_tokens, 0);
            CHECK(!first.images.at(0).from_cache);
            CHECK_EQUAL(files(folder, "read-").size(), size_t{1});
            CHECK_EQUAL(files(folder, "image-").size(), size_t{2});
        }
        engine::model model = fixture::embedded_model(cache_in(folder), type); // after a restart
        engine::session session(model);
        const engine::answer second = ask(session, question(second_words, {0, 1}));
        const expected expected = without_cache({question(second_words, {0, 1})}, type);
        CHECK(second.n_restored_tokens > 2 * n_image_tokens);
        CHECK(second.n_restored_tokens < second.n_prompt_tokens);
        CHECK(second.images.at(0).from_cache && second.images.at(1).from_cache);
        CHECK(second.compressed);
        CHECK_EQUAL(second.text, expected.text);
        CHECK(kept(session) == expected.kept);
        CHECK_EQUAL(files(folder, "read-").size(), size_t{1});
    }
}

TEST(logits_are_told_once_for_every_token_by_its_number) {
    engine::model model = fixture::embedded_model({}, GGML_TYPE_F16);
    engine::session session(model);
    interruption never;
    engine::turn_observer observer = never.observer();
    std::vector<int32_t> told;
    observer.on_logits = [&told](int32_t index, const float *) { told.push_back(index); };
    const engine::answer answer = session.ask(question(first_words, {0}), observer, never.cancel);
    std::vector<int32_t> all; // those before the answer, and those after each of its tokens
    for (int32_t index = 0; index <= answer.n_tokens; ++index) {
        all.push_back(index);
    }
    CHECK(told == all);
}

TEST(the_first_word_is_shown_before_the_cache_is_compressed) {
    engine::model model = fixture::embedded_model({});
    engine::session session(model);
    interruption never;
    engine::turn_observer observer = never.observer();
    std::optional<std::string> at_compression;
    std::string shown;
    observer.on_text = [&shown](const std::string & text) { shown += text; };
    observer.on_compress = [&](int32_t, int32_t) {
        if (!at_compression) {
            at_compression = shown;
        }
    };
    const engine::answer answer = session.ask(question(first_words, {0}), observer, never.cancel);
    CHECK(answer.compressed);
    CHECK(at_compression && !at_compression->empty() && at_compression->size() < answer.text.size());
    CHECK_EQUAL(shown, answer.text);
}

TEST(pictures_in_another_order_are_restored_only_as_far_as_they_are_the_same) {
    const fixture::scratch_folder folder;
    engine::model model = fixture::embedded_model(cache_in(folder));
    engine::session session(model);
    ask(session, question(first_words, {0, 1}));
    const engine::answer swapped = ask(session, question(first_words, {1, 0}));
    CHECK(swapped.n_restored_tokens < n_image_tokens);
    CHECK(swapped.images.at(0).from_cache); // its encoding is
    const expected expected = without_cache({question(first_words, {1, 0})});
    CHECK_EQUAL(swapped.text, expected.text);
    CHECK(kept(session) == expected.kept);

    const engine::answer another = ask(session, question(first_words, {0, 2}));
    CHECK(another.n_restored_tokens > n_image_tokens);
    CHECK(another.n_restored_tokens < 2 * n_image_tokens);
    CHECK(another.images.at(0).from_cache && !another.images.at(1).from_cache);
    CHECK_EQUAL(another.text, without_cache({question(first_words, {0, 2})}).text);
}

TEST(the_text_of_a_picture_belongs_to_what_is_restored) {
    const fixture::scratch_folder folder;
    engine::model model = fixture::embedded_model(cache_in(folder));
    engine::session session(model);
    const auto with_text = [](const std::string & words, const std::string & text) {
        engine::turn turn = question(words, {0});
        turn.images[0].text = text;
        return turn;
    };
    ask(session, with_text(first_words, "Error 17: out of paper"));
    const engine::answer same = ask(session, with_text(second_words, "Error 17: out of paper"));
    const engine::answer other = ask(session, with_text(second_words, "Warning: low on ink"));
    const engine::answer none = ask(session, question(second_words, {0}));
    CHECK(same.n_restored_tokens > n_image_tokens + 10);
    CHECK(other.n_restored_tokens > n_image_tokens);
    CHECK(other.n_restored_tokens < same.n_restored_tokens);
    CHECK(none.n_restored_tokens < same.n_restored_tokens);
    CHECK_EQUAL(same.text, without_cache({with_text(second_words, "Error 17: out of paper")}).text);
    CHECK_EQUAL(other.text, without_cache({with_text(second_words, "Warning: low on ink")}).text);
    CHECK_EQUAL(none.text, without_cache({question(second_words, {0})}).text);
}

TEST(a_cache_of_another_type_or_model_is_not_restored) {
    const fixture::scratch_folder folder;
    {
        engine::model model = fixture::embedded_model(cache_in(folder));
        engine::session session(model);
        ask(session, question(first_words, {0}));
    }
    engine::cache_options other_model = cache_in(folder);
    other_model.model_id = "another";
    engine::cache_options other_projector = cache_in(folder);
    other_projector.projector_id = "another";
    const auto read_with = [](const engine::cache_options & cache, ggml_type type) {
        engine::model model = fixture::embedded_model(cache, type);
        engine::session session(model);
        return ask(session, question(second_words, {0}));
    };
    CHECK_EQUAL(read_with(other_model, GGML_TYPE_F16).n_restored_tokens, 0);
    CHECK_EQUAL(read_with(other_projector, GGML_TYPE_F16).n_restored_tokens, 0);
    CHECK(!read_with(other_projector, GGML_TYPE_Q8_0).images.empty());
    CHECK_EQUAL(read_with(cache_in(folder), GGML_TYPE_Q8_0).n_restored_tokens, 0);
    CHECK(read_with(cache_in(folder), GGML_TYPE_F16).n_restored_tokens > 0);
}

TEST(damaged_files_are_read_around) {
    const fixture::scratch_folder folder;
    engine::model model = fixture::embedded_model(cache_in(folder));
    engine::session session(model);
    ask(session, question(first_words, {0, 1}));
    for (const std::string & kind : {std::string("read-"), std::string("image-")}) {
        for (const fs::path & file : files(folder, kind)) {
            std::fstream stream(file, std::ios::binary | std::ios::in | std::ios::out);
            stream.seekp(-5, std::ios::end);
            stream.put('\x55').put('\x55');
        }
    }
    const engine::answer second = ask(session, question(second_words, {0, 1}));
    CHECK_EQUAL(second.n_restored_tokens, 0);
    CHECK(!second.images.at(0).from_cache);
    CHECK_EQUAL(second.text, without_cache({question(second_words, {0, 1})}).text);
    CHECK(ask(session, question(first_words, {0, 1})).n_restored_tokens > 0); // they were made again
}

TEST(rules_that_look_at_every_query_are_given_every_query) {
    const fixture::scratch_folder folder;
    engine::model model = fixture::embedded_model(cache_in(folder));
    engine::session session(model);
    ask(session, question(first_words, {0, 1}));
    engine::turn all = question(second_words, {0, 1});
    all.compression.lookm.queries = lookm::query_set::all;
    const engine::answer answer = ask(session, all);
    CHECK_EQUAL(answer.n_restored_tokens, 0);
    CHECK(answer.images.at(0).from_cache);
    const expected expected = without_cache({all});
    CHECK_EQUAL(answer.text, expected.text);
    CHECK(kept(session) == expected.kept);
}

TEST(a_sweep_observes_what_its_settings_need_although_the_prompt_is_on_disk) {
    const fixture::scratch_folder folder;
    engine::sweep_request request;
    request.turn = question(second_words, {0, 1});
    request.variants = {request.turn.compression, request.turn.compression};
    request.variants[1].lookm.queries = lookm::query_set::all;
    const engine::sweep_observer observer = {
        [](size_t, const engine::image_reading &) {}, [](int32_t, int32_t) {}, [](int32_t, int32_t) {}};
    const std::atomic<bool> never{false};
    engine::model model = fixture::embedded_model(cache_in(folder));
    const engine::sweep_result fresh = engine::sweep(model, request, observer, never);
    const engine::sweep_result again = engine::sweep(model, request, observer, never);
    CHECK_EQUAL(fresh.variants.size(), size_t{2});
    CHECK_EQUAL(again.reading.n_restored_tokens, 0);
    for (size_t i = 0; i < 2; ++i) {
        CHECK_EQUAL(again.variants.at(i).turns.at(0).text, fresh.variants.at(i).turns.at(0).text);
        CHECK(again.variants.at(i).turns.at(0).divergence == fresh.variants.at(i).turns.at(0).divergence);
    }
}

TEST(a_follow_up_looks_again_and_answers_as_a_conversation_that_was_read_anew) {
    const fixture::scratch_folder folder;
    engine::model model = fixture::embedded_model(cache_in(folder));
    engine::session session(model);
    engine::turn begin = question(first_words, {0, 1});
    begin.sampling.ignore_end = false; // what follows the end of an answer cannot be told from its text
    const engine::answer first = ask(session, begin);
    const engine::answer second = ask(session, follow_up(second_words));
    CHECK(second.n_restored_tokens > 2 * n_image_tokens);
    CHECK(second.n_prompt_tokens > first.n_prompt_tokens);
    CHECK_EQUAL(second.n_image_tokens, 2 * n_image_tokens);
    CHECK(second.compressed);
    CHECK(second.n_cells_after < first.n_cells_before / 2);

    engine::turn anew = question(second_words, {});
    anew.history = {{question("", {0, 1}).images, {}, first_words, first.text}};
    engine::model plain_model = fixture::embedded_model({});
    engine::session plain(plain_model);
    const engine::answer expected = ask(plain, anew);
    CHECK_EQUAL(expected.n_prompt_tokens, second.n_prompt_tokens);
    CHECK_EQUAL(second.text, expected.text);
    CHECK(kept(session) == kept(plain));

    // A third question, and one that brings a picture along.
    const engine::answer third = ask(session, follow_up(first_words));
    CHECK(third.n_restored_tokens > 2 * n_image_tokens);
    engine::turn with_picture = follow_up("What is in image 3?");
    with_picture.images = question("", {2}).images;
    const engine::answer fourth = ask(session, with_picture);
    CHECK(fourth.n_restored_tokens > 2 * n_image_tokens);
    CHECK_EQUAL(fourth.n_image_tokens, 3 * n_image_tokens);
    const engine::answer fifth = ask(session, follow_up(second_words));
    CHECK(fifth.n_restored_tokens > 3 * n_image_tokens); // the new picture was kept too
    CHECK_EQUAL(kept(session).size(), size_t{3});
}

TEST(a_conversation_that_is_reopened_goes_on_from_the_disk) {
    const fixture::scratch_folder folder;
    engine::turn anew = question(second_words, {});
    {
        engine::model model = fixture::embedded_model(cache_in(folder));
        engine::session session(model);
        const engine::answer first = ask(session, question(first_words, {0, 1}));
        anew.history = {{question("", {0, 1}).images, {}, first_words, first.text}};
    }
    engine::model model = fixture::embedded_model(cache_in(folder));
    engine::session session(model);
    const engine::answer reopened = ask(session, anew);
    CHECK(reopened.n_restored_tokens > 2 * n_image_tokens);
    const expected expected = without_cache({anew});
    CHECK_EQUAL(reopened.text, expected.text);
    CHECK(kept(session) == expected.kept);
}

TEST(a_full_cache_is_continued_and_kept_with_its_follow_ups) {
    const fixture::scratch_folder folder;
    engine::model model = fixture::embedded_model(cache_in(folder));
    engine::session session(model);
    const engine::answer first = ask(session, question(first_words, {0}, 1.0));
    engine::turn with_picture = follow_up(second_words, 1.0);
    with_picture.images = question("", {1}).images;
    const engine::answer second = ask(session, with_picture);
    CHECK(!second.compressed);
    CHECK_EQUAL(second.n_restored_tokens, 0);
    CHECK_EQUAL(second.n_cells_before, first.n_cells_before + first.n_tokens + second.n_prompt_tokens);
    CHECK_EQUAL(second.text, without_cache({question(first_words, {0}, 1.0), with_picture}).text);
    CHECK_EQUAL(files(folder, "read-").size(), size_t{1}); // the longer one serves in the place of the other

    engine::session another(model);
    CHECK(ask(another, question(second_words, {0})).n_restored_tokens > n_image_tokens);
}

RUN_TESTS()
