// Conversations with the embedded model: that what is kept on disk and how a prompt is read change what it costs, and
// never what is answered.

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <optional>
#include <string>
#include <vector>

#include "check.h"
#include "engine-fixture.h"
#include "engine/error.h"
#include "engine/session/session.h"
#include "engine/sweep/sweep.h"

namespace {

namespace fs = std::filesystem;

constexpr uint32_t width = 256;
constexpr uint32_t height = 128;
constexpr int32_t n_image_tokens = 16 * 8 + 7; // one per 16x16 pixels and one between two rows

/// Pixels of a picture like no other, named by what they are made from.
struct picture {
    std::vector<uint8_t> pixels;
    std::string hash;

    explicit picture(uint32_t seed) : pixels(size_t{3} * width * height) {
        static const char digits[] = "0123456789abcdef";
        hash = std::string(8, digits[seed % 16]) + std::string(56, '7');
        for (size_t i = 0; i < pixels.size(); ++i) {
            const bool stripe = (i / 3 / (seed + 5) + i / (size_t{3} * width) / 9) % 2 == 0;
            pixels[i] = static_cast<uint8_t>(stripe ? 20 * seed : 255 - i % 40);
        }
    }

    engine::image_input input() const { return {"picture", width, height, pixels.data(), hash}; }
};

const std::vector<picture> & pictures() {
    static const std::vector<picture> all = {picture(1), picture(2), picture(3), picture(4), picture(5), picture(6)};
    return all;
}

engine::turn question(const std::string & words, const std::vector<size_t> & images, double ratio = 0.3) {
    engine::turn turn;
    for (const size_t i : images) {
        turn.images.push_back(pictures().at(i).input());
    }
    turn.question = words;
    turn.compression.lookm.method = lookm::method::look_once;
    turn.compression.lookm.ratio = ratio;
    turn.compression.lookm.queries = lookm::query_set::question;
    turn.compression.lookm.recent = lookm::recent_rule::question;
    turn.compression.lookm.merge = lookm::merge_rule::none;
    turn.compression.n_prompt_tokens_min = 64;
    turn.n_answer_tokens_max = 12;
    turn.sampling.ignore_end = true; // the more tokens are compared
    return turn;
}

engine::turn follow_up(const std::string & words, double ratio = 0.3) {
    engine::turn turn = question(words, {}, ratio);
    turn.continues = true;
    return turn;
}

/// Cancels when one kind of thing is told for the n-th time, from 0.
struct interruption {
    std::string phase; ///< image, prefill or compress
    int n_left = 0;
    std::atomic<bool> cancel{false};

    engine::turn_observer observer() {
        const auto told = [this](const char * what) { cancel = cancel || (phase == what && n_left-- == 0); };
        return {[told](size_t, const engine::image_reading &) { told("image"); },
                [told](int32_t, int32_t) { told("prefill"); },
                [told](int32_t, int32_t) { told("compress"); },
                [](const std::string &) {},
                {}};
    }
};

engine::answer ask(engine::session & session, const engine::turn & turn) {
    interruption never;
    return session.ask(turn, never.observer(), never.cancel);
}

/// Which tokens of the pictures every layer holds.
std::vector<std::vector<uint8_t>> kept(const engine::session & session) {
    std::vector<std::vector<uint8_t>> kept;
    const std::optional<engine::kv_map> map = session.map();
    CHECK(map.has_value());
    for (const engine::kv_image_map & image : map->images) {
        kept.push_back(image.survival);
    }
    return kept;
}

engine::cache_options cache_in(const fixture::scratch_folder & folder) {
    return {folder.path.u8string(), uint64_t{1} << 30U, "model", "projector"};
}

/// Files of one kind of the cache.
std::vector<fs::path> files(const fixture::scratch_folder & folder, const std::string & kind) {
    std::vector<fs::path> found;
    for (const auto & file : fs::directory_iterator(folder.path)) {
        if (file.path().filename().u8string().rfind(kind, 0) == 0) {
            found.push_back(file.path());
        }
    }
    return found;
}

/// What a model without a cache on disk answers, in a conversation of its own.
struct expected {
    std::string text;
    std::vector<std::vector<uint8_t>> kept;
};

expected without_cache(const std::vector<engine::turn> & turns, ggml_type type = GGML_TYPE_F16) {
    engine::model model = fixture::embedded_model({}, type);
    engine::session session(model);
    std::string text;
    for (const engine::turn & turn : turns) {
        text = ask(session, turn).text;
    }
    return {text, kept(session)};
}

std::string code_of(engine::session & session, const engine::turn & turn) {
    try {
        ask(session, turn);
    } catch (const engine::error & error) {
        return error.code;
    }
    return "";
}

const std::string first_words = "What is the title of image 2?";
const std::string second_words = "Which code is shown in image 1?";

} // namespace

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
    engine::turn longer = follow_up(second_words, 1.0);
    longer.images = question("", {1, 2}).images;
    interruption interruption = {"prefill", 4}; // text, picture, text, picture, text: it is saved, the question follows
    CHECK(!session.ask(longer, interruption.observer(), interruption.cancel).in_conversation);
    CHECK_EQUAL(files(folder, "image-").size(), size_t{3});
    CHECK_EQUAL(files(folder, "read-").size(), size_t{1}); // it serves in the place of the first
    engine::turn shorter = follow_up(second_words, 1.0);
    shorter.images = question("", {3}).images;
    ask(session, shorter);
    CHECK_EQUAL(files(folder, "read-").size(), size_t{2});
}

RUN_TESTS()
