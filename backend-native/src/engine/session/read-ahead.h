#pragma once

#include <atomic>
#include <cstdint>

#include "engine/session/turn.h"

namespace engine {

/// What came of reading before a question was asked.
enum class ahead_end {
    read,      ///< all of it is on disk now
    known,     ///< all of it was there already
    cancelled, ///< as much as was read until then is there, when it is worth a file
    nowhere,   ///< nothing is kept on disk: no folder or no room in it, or a model whose cache cannot be kept
    too_little ///< too few tokens to be worth it, or too little memory is free
};

struct ahead_report {
    ahead_end end = ahead_end::nowhere;
    int32_t n_tokens = 0;       ///< that come before the question
    int32_t n_known_tokens = 0; ///< of these, on disk before
    int32_t n_read_tokens = 0;  ///< of these, read now
};

/// Reads what a turn brings along, up to its question, beside the conversation that there is, so that the question
/// itself finds it on disk. The question may be any; nothing is compressed and nothing is answered.
/// @param turn that begins a conversation, without a history
/// @throws engine::error as session::ask does
ahead_report
read_ahead(model & model, const turn & turn, const turn_observer & observer, const std::atomic<bool> & cancel);

} // namespace engine
