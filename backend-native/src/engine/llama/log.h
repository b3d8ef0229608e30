#pragma once

#include <functional>
#include <string>

namespace engine {

enum class log_level { info, warn, error };

using log_sink = std::function<void(log_level, const std::string & line)>;

/// Sends the lines of llama.cpp, ggml and libmtmd to `sink` (any thread; it must not throw), but for those of their
/// level for debugging, which hold the words of prompts. One process, one sink.
void log_install(log_sink sink);

/// Collects what llama.cpp says without a sink, for what runs before or without `log_install`; a sink that is there
/// stays.
void log_collect();

/// Says a line of our own, to the same sink.
void log_say(log_level level, const std::string & line);

/// The last error lines that llama.cpp wrote on this thread since `log_mark_errors`, joined by "; ": what a failed load
/// really said. Empty when it said nothing.
std::string log_errors_since_mark();

/// Forgets the error lines collected so far. Call before an operation whose failure should be explained.
void log_mark_errors();

} // namespace engine
