#pragma once

#include <atomic>
#include <string>

#include "engine-fixture.h"
#include "engine/session/turn.h"

namespace fixture {

inline const std::atomic<bool> never{false};

inline engine::turn_observer silent() {
    return {[](size_t, const engine::image_reading &) {},
            [](int32_t, int32_t) {},
            [](int32_t, int32_t) {},
            [](const std::string &) {},
            {}};
}

/// A question about a log of so many lines, with the full cache.
inline engine::turn about_a_document(const std::string & question, int n_lines) {
    engine::turn turn;
    std::string text;
    for (int i = 0; i < n_lines; ++i) {
        text += "line " + std::to_string(i) + " of the log\n";
    }
    turn.documents = {{"log.txt", text}};
    turn.question = question;
    turn.compression.lookm.method = lookm::method::full;
    turn.n_answer_tokens_max = 8;
    return turn;
}

/// The embedded model with a cache on disk.
struct kept_on_disk {
    const scratch_folder folder;
    engine::model model = embedded_model({folder.path.u8string(), 1U << 28U, "model", "projector"});
};

} // namespace fixture
