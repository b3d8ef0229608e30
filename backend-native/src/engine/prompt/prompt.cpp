#include "engine/prompt/prompt.h"

#include <algorithm>
#include <cstdlib>

#include "engine/error.h"
#include "engine/formats/image-chunk.h"
#include "engine/llama/log.h"

#include <common.h>

namespace engine {

namespace {

/// Appends one chunk of libmtmd's to the prompt.
void append_chunk(const model & model, const mtmd_input_chunk * chunk, prompt & out) {
    prompt_segment segment;
    segment.n_tokens = static_cast<int32_t>(mtmd_input_chunk_get_n_tokens(chunk));
    switch (mtmd_input_chunk_get_type(chunk)) {
    case MTMD_INPUT_CHUNK_TYPE_TEXT: {
        size_t n = 0;
        const llama_token * tokens = mtmd_input_chunk_get_tokens_text(chunk, &n);
        segment.tokens.assign(tokens, tokens + n);
        out.kinds.insert(out.kinds.end(), n, lookm::token_kind::text);
        break;
    }
    case MTMD_INPUT_CHUNK_TYPE_IMAGE: {
        segment.image = chunk;
        segment.image_index = static_cast<size_t>(std::strtoul(mtmd_input_chunk_get_id(chunk), nullptr, 10));
        out.images.at(segment.image_index).n_tokens += segment.n_tokens;
        out.kinds.insert(out.kinds.end(), static_cast<size_t>(segment.n_tokens), lookm::token_kind::image);
        out.n_image_tokens += segment.n_tokens;
        if (mtmd_decode_use_non_causal(model.vision(), chunk)) {
            out.n_ubatch_min = std::max(out.n_ubatch_min, segment.n_tokens);
        }
        break;
    }
    default:
        throw error("projector_invalid", "The projector made a chunk that is neither text nor image");
    }
    out.n_tokens += segment.n_tokens;
    out.n_pos += mtmd_input_chunk_get_n_pos(chunk);
    out.segments.push_back(std::move(segment));
}

/// The tokens as they are spelled, control tokens too.
std::string spelled(const llama_vocab * vocab, const std::vector<llama_token> & tokens) {
    std::string text;
    for (const llama_token token : tokens) {
        text += token >= 0 ? common_token_to_piece(vocab, token, true) : "";
    }
    return text;
}

/// Finds out where in their pictures the image tokens of the prompt are.
void lay_out_images(const model & model, prompt & prompt) {
    std::vector<std::vector<image_chunk>> chunks(prompt.images.size());
    int32_t first_token = 0;
    std::string text; // between two chunks of one image
    for (size_t i = 0; i < prompt.segments.size(); ++i) {
        const prompt_segment & segment = prompt.segments[i];
        if (segment.image != nullptr) {
            chunks[segment.image_index].push_back(
                {first_token, segment.n_tokens, image_chunk_size(segment.image), text});
            text.clear();
        } else if (i > 0 && i + 1 < prompt.segments.size() &&
                   prompt.segments[i - 1].image_index == prompt.segments[i + 1].image_index) {
            text = spelled(model.vocab(), segment.tokens);
        }
        first_token += segment.n_tokens;
    }
    for (size_t i = 0; i < prompt.images.size(); ++i) {
        image_reading & reading = prompt.images[i];
        const pixel_size size = {static_cast<int32_t>(reading.width), static_cast<int32_t>(reading.height)};
        image_layout layout = image_layout_of(model.vision_kind(), chunks[i], size);
        reading.read_width = layout.read_width;
        reading.read_height = layout.read_height;
        prompt.maps.push_back({reading.name, std::move(layout.tiles), std::move(layout.patch_tokens)});
    }
}

} // namespace

std::string neutralise_control_tokens(const llama_vocab * vocab, std::string text) {
    static const char zero_width_space[] = "\xE2\x80\x8B";
    const int32_t n_vocab = llama_vocab_n_tokens(vocab);
    for (llama_token token = 0; token < n_vocab; ++token) {
        if ((llama_vocab_get_attr(vocab, token) & (LLAMA_TOKEN_ATTR_CONTROL | LLAMA_TOKEN_ATTR_UNKNOWN)) == 0) {
            continue;
        }
        const std::string spelled = llama_vocab_get_text(vocab, token);
        if (spelled.size() < 3) {
            continue;
        }
        size_t at = 0;
        while ((at = text.find(spelled, at)) != std::string::npos) {
            text.insert(at + 1, zero_width_space);
            at += spelled.size() + sizeof(zero_width_space) - 1;
        }
    }
    return text;
}

std::vector<llama_token> tokenize_text(const llama_vocab * vocab, const std::string & text, bool first) {
    const auto length = static_cast<int32_t>(text.size());
    std::vector<llama_token> tokens(text.size() + 2);
    const int32_t n =
        llama_tokenize(vocab, text.data(), length, tokens.data(), static_cast<int32_t>(tokens.size()), first, true);
    if (n < 0) {
        throw error("invalid_argument", "The text cannot be tokenised");
    }
    tokens.resize(static_cast<size_t>(n));
    return tokens;
}

std::string user_content(const model & model,
                         const std::vector<image_input> & images,
                         const std::vector<document_input> & documents,
                         const std::string & question,
                         size_t n_images_before) {
    std::string content;
    const bool numbered = n_images_before + images.size() > 1;
    for (size_t i = 0; i < images.size(); ++i) {
        const image_input & image = images[i];
        const std::string number = std::to_string(image.number > 0 ? image.number : n_images_before + i + 1);
        if (image.n_parts > 0) {
            content += "Image " + number + ", part " + std::to_string(image.part) + " of " +
                       std::to_string(image.n_parts) + ":\n";
        } else if (numbered) {
            content += "Image " + number + ":\n";
        }
        content += model.image_marker() + "\n";
        if (images[i].text && !images[i].text->empty()) {
            content += (numbered ? "Text in image " + number : "Text in the image") + ":\n" +
                       neutralise_control_tokens(model.vocab(), *images[i].text) + "\n\n";
        }
    }
    for (const document_input & document : documents) {
        content += "Document " + neutralise_control_tokens(model.vocab(), document.name) + ":\n" +
                   neutralise_control_tokens(model.vocab(), document.text) + "\n\n";
    }
    return content + neutralise_control_tokens(model.vocab(), question);
}

prompt
prompt_tokenize(const model & model, const std::string & text, const std::vector<image_input> & images, bool first) {
    prompt result;
    if (model.vision() == nullptr) {
        if (!images.empty()) {
            throw error("projector_missing",
                        "The model was loaded without a projector, so it cannot read images",
                        {"projectorMissing", {}});
        }
        prompt_segment segment;
        segment.tokens = tokenize_text(model.vocab(), text, first);
        segment.n_tokens = static_cast<int32_t>(segment.tokens.size());
        result.n_tokens = result.n_pos = segment.n_tokens;
        result.kinds.assign(segment.tokens.size(), lookm::token_kind::text);
        result.segments.push_back(std::move(segment));
        return result;
    }

    std::vector<mtmd::bitmap> bitmaps;
    std::vector<const mtmd_bitmap *> pointers;
    for (size_t i = 0; i < images.size(); ++i) {
        bitmaps.emplace_back(images[i].width, images[i].height, images[i].rgb);
        bitmaps.back().set_id(std::to_string(i).c_str());
        pointers.push_back(bitmaps.back().ptr.get());
        result.images.push_back({images[i].name, images[i].width, images[i].height, 0, 0, 0, false});
    }
    result.chunks.reset(mtmd_input_chunks_init());
    const mtmd_input_text input = {text.data(), text.size(), first, true};
    log_mark_errors();
    const int32_t status = mtmd_tokenize(model.vision(), result.chunks.get(), &input, pointers.data(), pointers.size());
    if (status == 1) {
        throw error("model_invalid", "The model's chat template does not keep every image of the prompt");
    }
    if (status != 0) {
        throw error("corrupt_image", "libmtmd could not prepare an image: " + log_errors_since_mark());
    }

    for (size_t i = 0; i < mtmd_input_chunks_size(result.chunks.get()); ++i) {
        append_chunk(model, mtmd_input_chunks_get(result.chunks.get(), i), result);
    }
    lay_out_images(model, result);
    return result;
}

int32_t count_last_tokens(const model & model, const prompt & prompt, const std::string & ending) {
    if (prompt.segments.empty() || prompt.segments.back().image != nullptr) {
        return 1;
    }
    const std::vector<llama_token> & tokens = prompt.segments.back().tokens;
    std::string text;
    for (size_t n = 1; n <= tokens.size(); ++n) {
        text.insert(0, spelled(model.vocab(), {tokens[tokens.size() - n]}));
        const size_t length = std::min(text.size(), ending.size());
        if (text.compare(text.size() - length, length, ending, ending.size() - length, length) != 0) {
            break;
        }
        if (length == ending.size()) {
            return static_cast<int32_t>(n);
        }
    }
    return static_cast<int32_t>(tokens.size());
}

} // namespace engine
