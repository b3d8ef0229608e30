#include "addon/engine-object.h"

#include <string>

#include "addon/errors.h"
#include "addon/job.h"
#include "addon/marshal.h"
#include "engine/error.h"
#include "engine/log.h"

namespace addon {

namespace {

const char * to_string(engine::log_level level) {
    switch (level) {
    case engine::log_level::debug:
        return "debug";
    case engine::log_level::info:
        return "info";
    case engine::log_level::warn:
        return "warn";
    case engine::log_level::error:
        return "error";
    }
    return "";
}

/// A promise that is rejected already.
Napi::Value rejected(Napi::Env env, const failure & failure) {
    const Napi::Promise::Deferred deferred = Napi::Promise::Deferred::New(env);
    deferred.Reject(to_js_error(env, failure).Value());
    return deferred.Promise();
}

const failure busy_failure = {"busy", "The engine is at work; one request runs at a time"};

Napi::Object event_object(Napi::Env env, const char * type) {
    Napi::Object object = Napi::Object::New(env);
    object.Set("type", type);
    return object;
}

job::event count_event(const char * type, int32_t done, int32_t total) {
    return [=](Napi::Env env) -> Napi::Value {
        Napi::Object object = event_object(env, type);
        object.Set("done", done);
        object.Set("total", total);
        return object;
    };
}

engine::turn_observer observer_for(const job::emit & emit, size_t n_images) {
    engine::turn_observer observer;
    observer.on_image = [&emit, n_images](size_t index, const engine::image_reading & reading) {
        emit([index, n_images, reading](Napi::Env env) -> Napi::Value {
            Napi::Object object = event_object(env, "image");
            object.Set("index", static_cast<double>(index));
            object.Set("count", static_cast<double>(n_images));
            object.Set("name", reading.name);
            object.Set("width", reading.width);
            object.Set("height", reading.height);
            object.Set("tokens", reading.n_tokens);
            return object;
        });
    };
    observer.on_prefill = [&emit](int32_t done, int32_t total) { emit(count_event("prefill", done, total)); };
    observer.on_compress = [&emit](int32_t done, int32_t total) { emit(count_event("compress", done, total)); };
    observer.on_text = [&emit](const std::string & text) {
        emit([text](Napi::Env env) -> Napi::Value {
            Napi::Object object = event_object(env, "token");
            object.Set("text", text);
            return object;
        });
    };
    return observer;
}

} // namespace

Napi::Function engine_object::define(Napi::Env env) {
    return DefineClass(env,
                       "Engine",
                       {InstanceMethod<&engine_object::load>("load"),
                        InstanceMethod<&engine_object::ask>("ask"),
                        InstanceMethod<&engine_object::reset>("reset"),
                        InstanceMethod<&engine_object::close>("close"),
                        InstanceMethod<&engine_object::cancel>("cancel")});
}

engine_object::engine_object(const Napi::CallbackInfo & info) : ObjectWrap(info) {
    if (!info[0].IsFunction()) {
        throw to_js_error(info.Env(), {"invalid_argument", "Expected a function for log"});
    }
    log_ = Napi::ThreadSafeFunction::New(info.Env(), info[0].As<Napi::Function>(), "look-once log", 0, 1);
    log_.Unref(info.Env());
    engine::log_install([log = log_](engine::log_level level, const std::string & line) {
        log.NonBlockingCall([level, line](Napi::Env env, Napi::Function callback) {
            callback.Call({Napi::String::New(env, to_string(level)), Napi::String::New(env, line)});
        });
    });
}

engine_object::~engine_object() {
    engine::log_install(nullptr);
    log_.Release();
}

Napi::Value engine_object::load(const Napi::CallbackInfo & info) {
    engine::load_options options;
    failure failure;
    if (busy_) {
        return rejected(info.Env(), busy_failure);
    }
    if (!capture([&] { options = read_load_options(info[0].ToObject()); }, failure)) {
        return rejected(info.Env(), failure);
    }
    busy_ = true;
    cancel_ = false;
    auto * work = new job(
        info.This().ToObject(),
        info[1],
        [this, options](const job::emit & emit) {
            session_.reset();
            model_.reset();
            const auto on_progress = [&emit](float fraction) {
                emit([fraction](Napi::Env env) -> Napi::Value {
                    return Napi::Number::New(env, static_cast<double>(fraction));
                });
            };
            model_ = std::make_unique<engine::model>(options, on_progress, cancel_);
            session_ = std::make_unique<engine::session>(*model_);
        },
        [this](Napi::Env env) -> Napi::Value { return to_js(env, model_->info()); },
        [this] { busy_ = false; });
    work->Queue();
    return work->promise();
}

Napi::Value engine_object::ask(const Napi::CallbackInfo & info) {
    auto owned = std::make_shared<owned_turn>();
    auto answer = std::make_shared<engine::answer>();
    failure failure;
    if (busy_) {
        return rejected(info.Env(), busy_failure);
    }
    if (!session_) {
        return rejected(info.Env(), {"invalid_argument", "No model is loaded"});
    }
    if (!capture([&] { *owned = read_turn(info[0].ToObject()); }, failure)) {
        return rejected(info.Env(), failure);
    }
    busy_ = true;
    cancel_ = false;
    auto * work = new job(
        info.This().ToObject(),
        info[1],
        [this, owned, answer](const job::emit & emit) {
            *answer = session_->ask(owned->turn, observer_for(emit, owned->turn.images.size()), cancel_);
        },
        [owned, answer](Napi::Env env) -> Napi::Value { return to_js(env, *answer, owned->turn); },
        [this] { busy_ = false; });
    work->Queue();
    return work->promise();
}

Napi::Value engine_object::reset(const Napi::CallbackInfo & info) {
    if (busy_) {
        return rejected(info.Env(), busy_failure);
    }
    if (session_) {
        session_->reset();
    }
    const Napi::Promise::Deferred deferred = Napi::Promise::Deferred::New(info.Env());
    deferred.Resolve(info.Env().Undefined());
    return deferred.Promise();
}

Napi::Value engine_object::close(const Napi::CallbackInfo & info) {
    if (busy_) {
        return rejected(info.Env(), busy_failure);
    }
    session_.reset();
    model_.reset();
    const Napi::Promise::Deferred deferred = Napi::Promise::Deferred::New(info.Env());
    deferred.Resolve(info.Env().Undefined());
    return deferred.Promise();
}

void engine_object::cancel(const Napi::CallbackInfo & /*info*/) {
    cancel_ = true;
}

} // namespace addon
