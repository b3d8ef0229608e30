#pragma once

#include <cstddef>
#include <cstdint>

#include <napi.h>

#include "addon/errors.h"
#include "addon/job.h"
#include "engine/session/turn.h"

namespace addon {

/// How a second call is refused while one runs.
extern const failure busy_failure;

/// So many of all are done.
job::event count_event(const char * type, int32_t done, int32_t total);

/// Tells JavaScript of images, of tokens read and of layers compressed.
/// @param emit must outlive the observer
/// @param n_images that will be read
engine::turn_observer observer_for(const job::emit & emit, size_t n_images);

} // namespace addon
