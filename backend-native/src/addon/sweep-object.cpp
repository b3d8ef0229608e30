// The one method of the engine object that measurements need and users do not.

#include <memory>

#include "addon/engine-object.h"
#include "addon/events.h"
#include "addon/sweep-marshal.h"

namespace addon {

Napi::Value engine_object::sweep(const Napi::CallbackInfo & info) {
    auto owned = std::make_shared<owned_sweep>();
    auto result = std::make_shared<engine::sweep_result>();
    failure failure;
    if (busy_) {
        return rejected(info.Env(), busy_failure);
    }
    if (!session_) {
        return rejected(info.Env(), {"invalid_argument", "No model is loaded"});
    }
    if (!capture([&] { *owned = read_sweep(info[0].ToObject()); }, failure)) {
        return rejected(info.Env(), failure);
    }
    busy_ = true;
    cancel_ = false;
    return job::start(
        engine_thread_,
        info.This().ToObject(),
        info[1],
        [this, owned, result](const job::emit & emit) {
            const engine::turn_observer reading = observer_for(emit, owned->request.turn.images.size());
            const auto on_answers = [&emit](int32_t done, int32_t total) { emit(count_event("answers", done, total)); };
            *result =
                engine::sweep(*model_, owned->request, {reading.on_image, reading.on_prefill, on_answers}, cancel_);
        },
        [result](Napi::Env env) -> Napi::Value { return to_js(env, *result); },
        [this] { busy_ = false; });
}

} // namespace addon
