#include "addon/quantize.h"

#include <memory>
#include <string>

#include "addon/errors.h"
#include "addon/job.h"
#include "addon/values.h"
#include "addon/worker.h"
#include "engine/llama/quantize.h"

namespace addon {

Napi::Value quantize(const Napi::CallbackInfo & info) {
    std::string source;
    std::string target;
    failure failure;
    const auto read = [&] {
        const Napi::Object options = info[0].ToObject();
        source = read_string(options, "source");
        target = read_string(options, "target");
        const std::string type = read_string(options, "type");
        if (type != "q4_0") {
            refuse("q4_0", "type", "\"" + type + "\"");
        }
    };
    if (!capture(read, failure)) {
        return rejected(info.Env(), failure);
    }
    // A thread of its own, which ends with the work: it has no engine to belong to.
    auto thread = std::make_shared<worker>();
    return job::start(
        *thread,
        Napi::Object::New(info.Env()),
        info.Env().Undefined(),
        [source, target](const job::emit & /*emit*/) { engine::quantize_q4_0(source, target); },
        [](Napi::Env env) -> Napi::Value { return env.Undefined(); },
        [thread] {});
}

} // namespace addon
