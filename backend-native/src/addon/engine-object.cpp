#include "addon/engine-object.h"

#include <optional>
#include <string>

#include "addon/errors.h"
#include "addon/events.h"
#include "addon/job.h"
#include "addon/marshal.h"
#include "addon/settings-marshal.h"
#include "addon/text-sender.h"
#include "addon/values.h"
#include "engine/error.h"
#include "engine/llama/log.h"
#include "engine/llama/process-memory.h"

namespace addon {

namespace {

const char * to_string(engine::log_level level) {
    switch (level) {
    case engine::log_level::info:
        return "info";
    case engine::log_level::warn:
        return "warn";
    case engine::log_level::error:
        return "error";
    }
    return "";
}

size_t n_images_of(const engine::turn & turn) {
    size_t n = turn.images.size();
    for (const engine::past_turn & past : turn.history) {
        n += past.images.size();
    }
    return n;
}

} // namespace

Napi::Function engine_object::define(Napi::Env env) {
    return DefineClass(env,
                       "Engine",
                       {InstanceMethod<&engine_object::load>("load"),
                        InstanceMethod<&engine_object::ask>("ask"),
                        InstanceMethod<&engine_object::read_ahead>("readAhead"),
#ifdef LOOK_ONCE_SWEEP
                        InstanceMethod<&engine_object::sweep>("sweep"),
#endif
                        InstanceMethod<&engine_object::kv_map>("kvMap"),
                        InstanceMethod<&engine_object::count_tokens>("countTokens"),
                        InstanceMethod<&engine_object::measure_image>("measureImage"),
                        InstanceMethod<&engine_object::reset>("reset"),
                        InstanceMethod<&engine_object::release>("release"),
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
    // What was loaded before is freed on the worker thread, unless tokens are being counted with it.
    struct loading {
        std::unique_ptr<engine::session> session;
        std::shared_ptr<engine::model> model;
    };
    auto loading = std::make_shared<struct loading>();
    loading->session = std::move(session_);
    loading->model = std::move(model_);
    return job::start(
        engine_thread_,
        info.This().ToObject(),
        info[1],
        [this, options, loading](const job::emit & emit) {
            loading->session.reset();
            loading->model.reset();
            const auto on_progress = [&emit](float fraction) {
                emit([fraction](Napi::Env env) -> Napi::Value {
                    return Napi::Number::New(env, static_cast<double>(fraction));
                });
            };
            loading->model = std::make_shared<engine::model>(options, on_progress, cancel_);
            loading->session = std::make_unique<engine::session>(*loading->model);
        },
        [this, loading](Napi::Env env) -> Napi::Value {
            model_ = std::move(loading->model);
            session_ = std::move(loading->session);
            return to_js(env, model_->info());
        },
        [this] { busy_ = false; });
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
    return job::start(
        engine_thread_,
        info.This().ToObject(),
        info[1],
        [this, owned, answer](const job::emit & emit) {
            text_sender reasoning(emit, "reasoning");
            text_sender sender(emit, "text");
            engine::turn_observer observer = observer_for(emit, n_images_of(owned->turn));
            observer.on_reasoning = [&reasoning](const std::string & text) { reasoning.push(text); };
            observer.on_text = [&sender](const std::string & text) { sender.push(text); };
            *answer = session_->ask(owned->turn, observer, cancel_);
            reasoning.flush();
            sender.flush();
        },
        [owned, answer](Napi::Env env) -> Napi::Value { return to_js(env, *answer, owned->turn); },
        [this] { busy_ = false; });
}

Napi::Value engine_object::read_ahead(const Napi::CallbackInfo & info) {
    auto owned = std::make_shared<owned_turn>();
    auto report = std::make_shared<engine::ahead_report>();
    failure failure;
    if (busy_) {
        return rejected(info.Env(), busy_failure);
    }
    if (!model_) {
        return rejected(info.Env(), {"invalid_argument", "No model is loaded"});
    }
    if (!capture([&] { *owned = read_turn(info[0].ToObject()); }, failure)) {
        return rejected(info.Env(), failure);
    }
    busy_ = true;
    cancel_ = false;
    return job::start(
        engine_thread_,
        info.This().ToObject(),
        info[1],
        [this, owned, report](const job::emit & emit) {
            const engine::turn_observer observer = observer_for(emit, n_images_of(owned->turn));
            *report = engine::read_ahead(*model_, owned->turn, observer, cancel_);
        },
        [report](Napi::Env env) -> Napi::Value { return to_js(env, *report); },
        [this] { busy_ = false; });
}

Napi::Value engine_object::kv_map(const Napi::CallbackInfo & info) {
    if (busy_) {
        return rejected(info.Env(), busy_failure);
    }
    const Napi::Promise::Deferred deferred = Napi::Promise::Deferred::New(info.Env());
    const std::optional<engine::kv_map> map = session_ ? session_->map() : std::nullopt;
    deferred.Resolve(map ? to_js(info.Env(), *map) : info.Env().Null());
    return deferred.Promise();
}

Napi::Value engine_object::count_tokens(const Napi::CallbackInfo & info) {
    if (!model_ || !info[0].IsString()) {
        return rejected(info.Env(), {"invalid_argument", "Expected a loaded model and a text"});
    }
    auto n_tokens = std::make_shared<int32_t>(0);
    return job::start(
        counting_thread_,
        info.This().ToObject(),
        info.Env().Undefined(),
        [model = model_, text = info[0].As<Napi::String>().Utf8Value(), n_tokens](const job::emit & /*emit*/) {
            *n_tokens = engine::count_text_tokens(*model, text);
        },
        [n_tokens](Napi::Env env) -> Napi::Value { return Napi::Number::New(env, *n_tokens); },
        [] {});
}

Napi::Value engine_object::measure_image(const Napi::CallbackInfo & info) {
    uint32_t width = 0;
    uint32_t height = 0;
    failure failure;
    if (!model_) {
        return rejected(info.Env(), {"invalid_argument", "No model is loaded"});
    }
    const auto read_sides = [&] {
        width = read_side(info[0], "width");
        height = read_side(info[1], "height");
    };
    if (!capture(read_sides, failure)) {
        return rejected(info.Env(), failure);
    }
    auto measure = std::make_shared<engine::image_measure>();
    return job::start(
        counting_thread_,
        info.This().ToObject(),
        info.Env().Undefined(),
        [model = model_, width, height, measure](const job::emit & /*emit*/) {
            *measure = engine::measure_image(*model, width, height);
        },
        [measure](Napi::Env env) -> Napi::Value { return to_js(env, *measure); },
        [] {});
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

Napi::Value engine_object::release(const Napi::CallbackInfo & info) {
    if (busy_) {
        return rejected(info.Env(), busy_failure);
    }
    if (session_) {
        session_->release();
        engine::return_free_memory();
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
    engine::return_free_memory();
    const Napi::Promise::Deferred deferred = Napi::Promise::Deferred::New(info.Env());
    deferred.Resolve(info.Env().Undefined());
    return deferred.Promise();
}

void engine_object::cancel(const Napi::CallbackInfo & /*info*/) {
    cancel_ = true;
}

} // namespace addon
