#pragma once

/// Conversations with the embedded model, for tests of what is kept on disk and of how a prompt is read.

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "check.h"
#include "engine-fixture.h"
#include "engine/error.h"
#include "engine/session/session.h"

namespace sessions {

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

inline const std::vector<picture> & pictures() {
    static const std::vector<picture> all = {picture(1), picture(2), picture(3), picture(4), picture(5), picture(6)};
    return all;
}

inline engine::turn question(const std::string & words, const std::vector<size_t> & images, double ratio = 0.3) {
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

inline engine::turn follow_up(const std::string & words, double ratio = 0.3) {
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

inline engine::answer ask(engine::session & session, const engine::turn & turn) {
    interruption never;
    return session.ask(turn, never.observer(), never.cancel);
}

/// Which tokens of the pictures every layer holds.
inline std::vector<std::vector<uint8_t>> kept(const engine::session & session) {
    std::vector<std::vector<uint8_t>> kept;
    const std::optional<engine::kv_map> map = session.map();
    CHECK(map.has_value());
    for (const engine::kv_image_map & image : map->images) {
        kept.push_back(image.survival);
    }
    return kept;
}

inline engine::cache_options cache_in(const fixture::scratch_folder & folder) {
    return {folder.path.u8string(), uint64_t{1} << 30U, "model", "projector"};
}

/// Files of one kind of the cache.
inline std::vector<fs::path> files(const fixture::scratch_folder & folder, const std::string & kind) {
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

inline expected without_cache(const std::vector<engine::turn> & turns, ggml_type type = GGML_TYPE_F16) {
    engine::model model = fixture::embedded_model({}, type);
    engine::session session(model);
    std::string text;
    for (const engine::turn & turn : turns) {
        text = ask(session, turn).text;
    }
    return {text, kept(session)};
}

inline std::string code_of(engine::session & session, const engine::turn & turn) {
    try {
        ask(session, turn);
    } catch (const engine::error & error) {
        return error.code;
    }
    return "";
}

inline const std::string first_words = "What is the title of image 2?";
inline const std::string second_words = "Which code is shown in image 1?";

} // namespace sessions
