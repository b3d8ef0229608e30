#include "engine/prompt.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>

#include "engine/error.h"
#include "engine/log.h"

namespace engine {

namespace {

/// Text of the user's may spell a control token ("<|im_end|>"); a zero-width space after its first character keeps it
/// readable and makes it plain text, so that a document cannot end the user's turn.
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

/// Columns and rows of `n` equal cells over an image, as near to its shape as can be. Of the cells in each row,
/// `n_breaks` show nothing of the image.
std::pair<uint32_t, uint32_t> fit_grid(uint32_t n, uint32_t n_breaks, const image_reading & reading) {
    std::pair<uint32_t, uint32_t> best = {0, 0};
    double best_error = 1e30;
    for (uint32_t rows = 1; rows <= n; ++rows) {
        if (n % rows != 0 || n / rows <= n_breaks) {
            continue;
        }
        const uint32_t columns = n / rows - n_breaks;
        const double shape = static_cast<double>(reading.width) / static_cast<double>(reading.height);
        const double error = std::fabs(std::log(shape * rows / columns));
        if (error < best_error) {
            best_error = error;
            best = {columns, rows};
        }
    }
    return best;
}

/// Columns and rows of the tokens of an image that was read in one piece; {0, 0} when they form no grid.
std::pair<uint32_t, uint32_t>
token_grid(const vision_geometry & geometry, const mtmd_input_chunk * chunk, const image_reading & reading) {
    const mtmd_image_tokens * tokens = mtmd_input_chunk_get_tokens_image(chunk);
    const auto n = static_cast<uint32_t>(mtmd_input_chunk_get_n_tokens(chunk));
    if (geometry.has_row_breaks) { // every row but the last ends in a break: n + 1 = (columns + 1) * rows
        return fit_grid(n + 1, 1, reading);
    }
    const mtmd_decoder_pos last = mtmd_image_tokens_get_decoder_pos(tokens, 0, n - 1);
    const uint32_t columns = last.x + 1;
    const uint32_t rows = last.y + 1;
    return columns * rows == n ? std::make_pair(columns, rows) : std::make_pair(0U, 0U);
}

/// Fills in the size at which an image was read, from its chunks: one, or an overview and tiles.
void describe_reading(const vision_geometry & geometry,
                      const std::vector<const mtmd_input_chunk *> & chunks,
                      image_reading & reading) {
    const auto side = static_cast<uint32_t>(geometry.tile_size);
    if (chunks.size() == 1) {
        const auto unit = static_cast<uint32_t>(geometry.pixels_per_token);
        const auto [columns, rows] = token_grid(geometry, chunks[0], reading);
        // No grid: a projector that reads every image at one fixed size.
        reading.read_width = columns > 0 ? columns * unit : side;
        reading.read_height = rows > 0 ? rows * unit : side;
        return;
    }
    const auto [columns, rows] = fit_grid(static_cast<uint32_t>(chunks.size()) - 1, 0, reading);
    reading.read_width = columns * side;
    reading.read_height = rows * side;
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

} // namespace

std::string user_content(const model & model,
                         const std::vector<image_input> & images,
                         const std::vector<document_input> & documents,
                         const std::string & question,
                         size_t n_images_before) {
    std::string content;
    const bool numbered = n_images_before + images.size() > 1;
    for (size_t i = 0; i < images.size(); ++i) {
        if (numbered) {
            content += "Image " + std::to_string(n_images_before + i + 1) + ":\n";
        }
        content += model.image_marker() + "\n";
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
            throw error("projector_missing", "The model was loaded without a projector, so it cannot read images");
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
        result.images.push_back({images[i].name, images[i].width, images[i].height, 0, 0, 0});
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

    std::vector<std::vector<const mtmd_input_chunk *>> chunks_of(images.size());
    for (size_t i = 0; i < mtmd_input_chunks_size(result.chunks.get()); ++i) {
        append_chunk(model, mtmd_input_chunks_get(result.chunks.get(), i), result);
        if (result.segments.back().image != nullptr) {
            chunks_of[result.segments.back().image_index].push_back(result.segments.back().image);
        }
    }
    for (size_t i = 0; i < images.size(); ++i) {
        if (!chunks_of[i].empty()) {
            describe_reading(model.geometry(), chunks_of[i], result.images[i]);
        }
    }
    return result;
}

} // namespace engine
