#include "engine/llama/utf8.h"

#include "check.h"

TEST(whole_characters_pass_at_once) {
    engine::utf8_buffer buffer;
    CHECK_EQUAL(buffer.push("abc \xC3\xA9"), std::string("abc \xC3\xA9"));
    CHECK_EQUAL(buffer.finish(), std::string());
}

TEST(a_character_split_over_tokens_is_held_back_until_it_is_whole) {
    const std::string character = "\xF0\x9F\x98\x80";
    engine::utf8_buffer buffer;
    for (size_t i = 0; i + 1 < character.size(); ++i) {
        CHECK_EQUAL(buffer.push(character.substr(i, 1)), std::string());
    }
    CHECK_EQUAL(buffer.push(character.substr(3)), character);
}

TEST(an_unfinished_character_at_the_end_becomes_a_replacement) {
    engine::utf8_buffer buffer;
    CHECK_EQUAL(buffer.push("a\xE2\x82"), std::string("a"));
    CHECK_EQUAL(buffer.finish(), std::string("\xEF\xBF\xBD"));
    CHECK_EQUAL(buffer.finish(), std::string());
}

TEST(bytes_that_start_no_character_are_not_held_back_forever) {
    engine::utf8_buffer buffer;
    CHECK_EQUAL(buffer.push("\x80\x80\x80\x80"), std::string("\x80\x80\x80\x80"));
}

RUN_TESTS()
