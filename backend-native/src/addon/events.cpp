#include "addon/events.h"

namespace addon {

const failure busy_failure = {"busy", "The engine is at work; one request runs at a time"};

namespace {

Napi::Object event_object(Napi::Env env, const char * type) {
    Napi::Object object = Napi::Object::New(env);
    object.Set("type", type);
    return object;
}

} // namespace

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
    return observer;
}

} // namespace addon
