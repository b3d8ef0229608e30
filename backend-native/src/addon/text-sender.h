#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <utility>

#include <napi.h>

#include "addon/job.h"

namespace addon {

/// Sends the text of an answer as it grows: its first piece at once, then what has gathered since, at most every
/// 25 ms. JavaScript's thread takes turns with the threads that decode, on the same cores, and every turn makes all of
/// them wait: woken for every token, it cost a small model half of its speed.
class text_sender {
  public:
    /// @param type of the events
    text_sender(const job::emit & emit, const char * type) : emit_(emit), type_(type) {}

    /// One more token, and the whole characters that it completes; there may be none.
    void push(const std::string & text) {
        text_ += text;
        ++n_tokens_;
        if (clock::now() >= next_) {
            flush();
        }
    }

    /// Sends what is held back. Call at the end of the answer.
    void flush() {
        if (n_tokens_ == 0) {
            return;
        }
        next_ = clock::now() + interval;
        emit_([type = type_, text = std::exchange(text_, {}), n_tokens = std::exchange(n_tokens_, 0)](
                  Napi::Env env) -> Napi::Value {
            Napi::Object object = Napi::Object::New(env);
            object.Set("type", type);
            object.Set("text", text);
            object.Set("tokens", n_tokens);
            return object;
        });
    }

  private:
    using clock = std::chrono::steady_clock;
    static constexpr std::chrono::milliseconds interval{25};

    const job::emit & emit_;
    const char * type_;
    std::string text_;
    int32_t n_tokens_ = 0;
    clock::time_point next_; // the epoch: the first piece waits for nothing
};

} // namespace addon
