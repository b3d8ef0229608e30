#include "engine/llama/log.h"

#include <deque>
#include <mutex>
#include <optional>

#include "ggml.h"
#include "llama.h"
#include "mtmd-helper.h"

namespace engine {

namespace {

constexpr size_t max_error_lines = 6;
/// Warnings of one function in a row: an adapter has one for each of its matrices that the CPU does not repack.
constexpr size_t max_alike = 3;

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
    std::optional<log_level> level; // of the line being collected; GGML_LOG_LEVEL_CONT continues it
    std::string line;
    std::deque<std::string> errors;
    std::string warns; // the function whose warnings came last
    size_t n_alike = 0;
};

thread_words & words() {
    static thread_local thread_words instance;
    return instance;
}

/// Nothing for what is said to those who debug llama.cpp: there stand the words of prompts, which belong into no log,
/// and a line for each input of each graph, thousands of a question.
std::optional<log_level> level_of(ggml_log_level level) {
    switch (level) {
    case GGML_LOG_LEVEL_ERROR:
        return log_level::error;
    case GGML_LOG_LEVEL_WARN:
        return log_level::warn;
    case GGML_LOG_LEVEL_DEBUG:
        return std::nullopt;
    default:
        return log_level::info;
    }
}

/// Passes a line on, but of warnings that are alike the first alone, and how many there were.
void pass_on(thread_words & log, log_level level, const std::string & line) {
    const std::string function = level == log_level::warn ? line.substr(0, line.find(':')) : "";
    const bool is_alike = !function.empty() && function == log.warns;
    if (!is_alike && log.n_alike > max_alike) {
        log_say(log_level::warn, log.warns + ": " + std::to_string(log.n_alike - max_alike) + " more like this");
    }
    log.n_alike = is_alike ? log.n_alike + 1 : 1;
    log.warns = function;
    if (log.n_alike <= max_alike) {
        log_say(level, line);
    }
}

void on_text(ggml_log_level level, const char * text, void * /*user_data*/) {
    thread_words & log = words();
    if (level != GGML_LOG_LEVEL_CONT) {
        log.level = level_of(level);
        log.line.clear();
    }
    if (!log.level) {
        return;
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
        pass_on(log, *log.level, line);
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
