#include "engine/prompt/encoded-image.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "engine/error.h"
#include "engine/formats/failure-words.h"
#include "engine/formats/image-chunk.h"
#include "engine/formats/row-breaks.h"
#include "engine/llama/log.h"

namespace engine {

namespace {

constexpr char kind[] = "image";

std::string key_of(const model & model, const prompt_segment & segment, const std::string & chunk) {
    const load_options & options = model.options();
    return "projector " + options.cache.projector_id + "\nimage tokens " + std::to_string(options.image_min_tokens) +
           " " + std::to_string(options.image_max_tokens) + "\nimage " + chunk + "\ntokens " +
           std::to_string(segment.n_tokens) + "\n";
}

bool all_finite(const std::vector<float> & values) {
    return std::all_of(values.begin(), values.end(), [](float value) { return std::isfinite(value); });
}

} // namespace

encoded_image encode_image(model & model,
                           const prompt_segment & segment,
                           const std::string & key,
                           const std::string & name,
                           const std::atomic<bool> & cancel) {
    const auto n = static_cast<size_t>(segment.n_tokens) * static_cast<size_t>(llama_model_n_embd_inp(model.get()));
    const bool keeps = model.cache().on() && !key.empty() && !model.options().cache.projector_id.empty();
    encoded_image image;
    if (keeps) {
        const auto bytes = model.cache().read(kind, key_of(model, segment, key));
        if (bytes && bytes->size() == n * sizeof(float)) {
            image.embeddings.resize(n);
            std::memcpy(image.embeddings.data(), bytes->data(), bytes->size());
            if (all_finite(image.embeddings)) {
                image.from_cache = true;
                return image;
            }
        }
    }
    log_mark_errors();
    const int32_t status = mtmd_encode_chunk(model.vision(), segment.image);
    if (cancel) {
        throw cancelled();
    }
    if (status != 0) {
        const std::string said = log_errors_since_mark();
        throw error(code_of_failure(said, "projector_invalid"), "libmtmd could not encode " + name + ": " + said);
    }
    const float * made = mtmd_get_output_embd(model.vision());
    image.embeddings.assign(made, made + n);
    row_breaks_write(model.vision_kind(), {0, segment.n_tokens, image_chunk_size(segment.image), ""}, image.embeddings);
    if (!all_finite(image.embeddings)) {
        throw error("projector_invalid", "The projector made numbers that are not finite of " + name);
    }
    if (keeps) {
        model.cache().write(
            kind, key_of(model, segment, key), image.embeddings.data(), image.embeddings.size() * sizeof(float));
    }
    return image;
}

} // namespace engine
