#include "engine/prompt/count.h"

#include <vector>

#include "engine/prompt/prompt.h"

namespace engine {

int32_t count_text_tokens(const model & model, const std::string & text) {
    const std::string plain = neutralise_control_tokens(model.vocab(), text);
    return static_cast<int32_t>(tokenize_text(model.vocab(), plain, false).size());
}

image_measure measure_image(const model & model, uint32_t width, uint32_t height) {
    // libmtmd counts without pixels, but not every preprocessor of the kinds that are not known here can.
    std::vector<uint8_t> blank;
    if (model.vision_kind().kind == nullptr) {
        blank.resize(size_t{3} * width * height);
    }
    const image_input image = {"", width, height, blank.empty() ? nullptr : blank.data(), ""};
    const prompt prompt = prompt_tokenize(model, model.image_marker(), {image}, false);
    return {prompt.n_tokens, prompt.images[0].read_width, prompt.images[0].read_height};
}

} // namespace engine
