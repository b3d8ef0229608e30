#pragma once

#include <functional>
#include <memory>
#include <utility>

#include <napi.h>

#include "addon/errors.h"
#include "addon/worker.h"

namespace addon {

/// One piece of work on a worker's thread, with events on the way and a promise at the end. Events reach JavaScript in
/// order, all of them before the promise settles.
class job {
  public:
    using event = std::function<Napi::Value(Napi::Env)>;
    using emit = std::function<void(event)>;

    /// @param owner kept alive until the work ends
    /// @param on_event called with every event, or undefined
    /// @param work on the worker's thread; touches no JavaScript
    /// @param result on the JavaScript thread, after work succeeded
    /// @param done on the JavaScript thread, before the promise settles
    static Napi::Promise start(worker & worker,
                               Napi::Object owner,
                               Napi::Value on_event,
                               std::function<void(const emit &)> work,
                               std::function<Napi::Value(Napi::Env)> result,
                               std::function<void()> done) {
        auto * self = new job(owner, on_event, std::move(result), std::move(done));
        const Napi::Promise promise = self->deferred_.Promise();
        worker.queue([self, work = std::move(work)] { self->run(work); });
        return promise;
    }

  private:
    job(Napi::Object owner,
        Napi::Value on_event,
        std::function<Napi::Value(Napi::Env)> result,
        std::function<void()> done)
        : owner_(Napi::Persistent(owner)), deferred_(Napi::Promise::Deferred::New(owner.Env())),
          result_(std::move(result)), done_(std::move(done)) {
        if (on_event.IsFunction()) {
            on_event_ = Napi::Persistent(on_event.As<Napi::Function>());
        }
        const auto nothing = Napi::Function::New(owner.Env(), [](const Napi::CallbackInfo &) {});
        to_javascript_ = Napi::ThreadSafeFunction::New(owner.Env(), nothing, "look-once job", 0, 1);
    }

    void run(const std::function<void(const emit &)> & work) {
        const emit send = [this](event value) {
            to_javascript_.BlockingCall([this, value = std::move(value)](Napi::Env env, Napi::Function) {
                if (!on_event_.IsEmpty()) {
                    on_event_.Call({value(env)});
                }
            });
        };
        failure failure;
        const bool succeeded = capture([&] { work(send); }, failure);
        Napi::ThreadSafeFunction to_javascript = to_javascript_; // `this` ends in the call
        to_javascript.BlockingCall([this, succeeded, failure](Napi::Env env, Napi::Function) {
            const std::unique_ptr<job> self(this);
            done_();
            if (succeeded) {
                deferred_.Resolve(result_(env));
            } else {
                deferred_.Reject(to_js_error(env, failure).Value());
            }
        });
        to_javascript.Release();
    }

    Napi::ObjectReference owner_;
    Napi::FunctionReference on_event_;
    Napi::Promise::Deferred deferred_;
    Napi::ThreadSafeFunction to_javascript_;
    std::function<Napi::Value(Napi::Env)> result_;
    std::function<void()> done_;
};

} // namespace addon
