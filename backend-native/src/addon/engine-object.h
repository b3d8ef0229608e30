#pragma once

#include <atomic>
#include <memory>

#include <napi.h>

#include "addon/worker.h"
#include "engine/llama/model.h"
#include "engine/session/session.h"

namespace addon {

/// `createEngine(log)`: one model and one conversation. Each method that does work runs it on a worker thread and
/// returns a promise; one at a time, a second call is refused with `busy`. `cancel()` may be called at any time, and
/// `countTokens()` and `measureImage()` beside whatever runs.
class engine_object : public Napi::ObjectWrap<engine_object> {
  public:
    static Napi::Function define(Napi::Env env);
    explicit engine_object(const Napi::CallbackInfo & info);
    ~engine_object() override;

  private:
    Napi::Value load(const Napi::CallbackInfo & info);
    Napi::Value ask(const Napi::CallbackInfo & info);
    Napi::Value read_ahead(const Napi::CallbackInfo & info);
    Napi::Value sweep(const Napi::CallbackInfo & info); // where LOOK_ONCE_SWEEP is on
    Napi::Value kv_map(const Napi::CallbackInfo & info);
    Napi::Value count_tokens(const Napi::CallbackInfo & info);
    Napi::Value measure_image(const Napi::CallbackInfo & info);
    Napi::Value reset(const Napi::CallbackInfo & info);
    Napi::Value release(const Napi::CallbackInfo & info);
    Napi::Value close(const Napi::CallbackInfo & info);
    void cancel(const Napi::CallbackInfo & info);

    Napi::ThreadSafeFunction log_;
    std::atomic<bool> cancel_{false};
    bool busy_ = false;                    // touched on the JavaScript thread alone
    std::shared_ptr<engine::model> model_; // touched on the JavaScript thread alone; what counts tokens shares it
    std::unique_ptr<engine::session> session_;
    worker counting_thread_; // beside an answer: computes nothing
    worker engine_thread_;   // last, so that it ends before what it uses
};

} // namespace addon
