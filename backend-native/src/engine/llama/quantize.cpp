#include "engine/llama/quantize.h"

#include "engine/error.h"
#include "engine/llama/log.h"
#include "llama.h"

namespace engine {

void quantize_q4_0(const std::string & source, const std::string & target) {
    llama_model_quantize_params params = llama_model_quantize_default_params();
    params.ftype = LLAMA_FTYPE_MOSTLY_Q4_0;
    params.allow_requantize = true;
    log_collect();
    log_mark_errors();
    if (llama_model_quantize(source.c_str(), target.c_str(), &params) != 0) {
        throw error("model_invalid",
                    "llama.cpp could not quantise " + source + " into " + target + ": " + log_errors_since_mark());
    }
}

} // namespace engine
