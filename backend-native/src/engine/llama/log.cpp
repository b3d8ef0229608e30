#include "engine/llama/log.h"

#include <deque>
#include <mutex>

#include "ggml.h"
#include "llama.h"
#include "mtmd-helper.h"

namespace engine {

namespace {

constexpr size_t max_error_lines = 6;

struct log_target {
    std::mutex mutex;
    log_sink sink;
};

log_target & target() {
    static log_target instance;
    return instance;
}

/// What one thread said: while one reads a prompt, another may count tokens.
struct thread_words {
    log_level level = log_level::info; // of the line being collected; GGML_LOG_LEVEL_CONT continues it
    std::string line;
    std::deque<std::string> errors;
};

thread_words & words() {
    static thread_local thread_words instance;
    return instance;
}

log_level level_of(ggml_log_level level) {
    switch (level) {
    case GGML_LOG_LEVEL_ERROR:
        return log_level::error;
    case GGML_LOG_LEVEL_WARN:
        return log_level::warn;
    case GGML_LOG_LEVEL_DEBUG:
        return log_level::debug;
    default:
        return log_level::info;
    }
}

void on_text(ggml_log_level level, const char * text, void * /*user_data*/) {
    thread_words & log = words();
    if (level != GGML_LOG_LEVEL_CONT) {
        log.level = level_of(level);
        log.line.clear();
    }
    log.line += text;
    size_t end = 0;
    while ((end = log.line.find('\n')) != std::string::npos) {
        const std::string line = log.line.substr(0, end);
        log.line.erase(0, end + 1);
        if (line.empty()) {
            continue;
        }
        if (log.level == log_level::error) {
            log.errors.push_back(line);
            if (log.errors.size() > max_error_lines) {
                log.errors.pop_front();
            }
        }
        const std::lock_guard<std::mutex> lock(target().mutex);
        if (target().sink) {
            target().sink(log.level, line);
        }
    }
}

} // namespace

void log_install(log_sink sink) {
    {
        const std::lock_guard<std::mutex> lock(target().mutex);
        target().sink = std::move(sink);
    }
    log_collect();
}

void log_collect() {
    llama_log_set(on_text, nullptr);
    mtmd_helper_log_set(on_text, nullptr);
}

void log_say(log_level level, const std::string & line) {
    const std::lock_guard<std::mutex> lock(target().mutex);
    if (target().sink) {
        target().sink(level, line);
    }
}

std::string log_errors_since_mark() {
    std::string joined;
    for (const std::string & line : words().errors) {
        joined += (joined.empty() ? "" : "; ") + line;
    }
    return joined;
}

void log_mark_errors() {
    words().errors.clear();
}

} // namespace engine
