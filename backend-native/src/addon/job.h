#pragma once

#include <functional>
#include <utility>

#include <napi.h>

#include "addon/errors.h"

namespace addon {

/// One piece of work on a worker thread, with events on the way and a promise at the end. Events reach JavaScript in
/// order, all of them before the promise settles.
class job : public Napi::AsyncProgressQueueWorker<std::function<Napi::Value(Napi::Env)>> {
  public:
    using event = std::function<Napi::Value(Napi::Env)>;
    using emit = std::function<void(event)>;

    /// @param owner kept alive until the work ends
    /// @param on_event called with every event, or empty
    /// @param work on the worker thread; touches no JavaScript
    /// @param result on the JavaScript thread, after work succeeded
    /// @param done on the JavaScript thread, before the promise settles
    job(Napi::Object owner,
        Napi::Value on_event,
        std::function<void(const emit &)> work,
        std::function<Napi::Value(Napi::Env)> result,
        std::function<void()> done)
        : AsyncProgressQueueWorker(owner.Env()), owner_(Napi::Persistent(owner)),
          deferred_(Napi::Promise::Deferred::New(owner.Env())), work_(std::move(work)), result_(std::move(result)),
          done_(std::move(done)) {
        if (on_event.IsFunction()) {
            on_event_ = Napi::Persistent(on_event.As<Napi::Function>());
        }
    }

    Napi::Promise promise() const { return deferred_.Promise(); }

  protected:
    void Execute(const ExecutionProgress & progress) override {
        const emit send = [&progress](event value) { progress.Send(&value, 1); };
        succeeded_ = capture([&] { work_(send); }, failure_);
    }

    void OnProgress(const event * events, size_t count) override {
        if (on_event_.IsEmpty()) {
            return;
        }
        const Napi::HandleScope scope(Env());
        for (size_t i = 0; i < count; ++i) {
            on_event_.Call({events[i](Env())});
        }
    }

    void OnOK() override {
        const Napi::HandleScope scope(Env());
        done_();
        if (succeeded_) {
            deferred_.Resolve(result_(Env()));
        } else {
            deferred_.Reject(to_js_error(Env(), failure_).Value());
        }
    }

  private:
    Napi::ObjectReference owner_;
    Napi::FunctionReference on_event_;
    Napi::Promise::Deferred deferred_;
    std::function<void(const emit &)> work_;
    std::function<Napi::Value(Napi::Env)> result_;
    std::function<void()> done_;
    bool succeeded_ = false;
    failure failure_;
};

} // namespace addon
