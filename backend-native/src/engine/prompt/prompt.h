#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "engine/formats/image-layout.h"
#include "engine/llama/model.h"
#include "lookm/types.h"
#include "mtmd.h"

namespace engine {

/// Pixels of one image: `rgb` is [height, width, 3], 8 bits a channel, not owned; null when tokens are only counted.
struct image_input {
    std::string name;
    uint32_t width = 0;
    uint32_t height = 0;
    const uint8_t * rgb = nullptr;
    std::string hash; ///< of width, height and pixels; empty: its encoding is not kept
    std::optional<std::string> text =
        std::nullopt;   ///< UTF-8, what is written in it as a text recogniser read it; may be empty
    int32_t number = 0; ///< which image of the conversation it is, from 1; 0: by its place
    int32_t part = 0;   ///< of one that is read in pieces: which this is, from 1
    int32_t n_parts = 0;
};

struct document_input {
    std::string name;
    std::string text; ///< UTF-8
};

/// How an image was really read.
struct image_reading {
    std::string name;
    uint32_t width = 0; ///< as given
    uint32_t height = 0;
    uint32_t read_width = 0; ///< of the frame it was fitted into; tiles together for tiled models; 0 if unknown
    uint32_t read_height = 0;
    int32_t n_tokens = 0;
    bool from_cache = false; ///< not encoded now: what the encoder made of it, or all that was read, came from the disk
};

/// Text of the user's may spell a control token ("<|im_end|>"); a zero-width space after its first character keeps it
/// readable and makes it plain text, so that a document cannot end the user's turn.
std::string neutralise_control_tokens(const llama_vocab * vocab, std::string text);

std::vector<llama_token> tokenize_text(const llama_vocab * vocab, const std::string & text, bool first);

/// The text of a user message: images (as markers), then documents, then the question.
/// One image: "<image>\nquestion"; several: "Image 1:\n<image>\n…"; documents: "Document NAME:\nTEXT\n\n".
/// An image whose text is given has it right after its marker: "Text in the image:\nTEXT\n\n", or where images are
/// numbered "Text in image 2:\nTEXT\n\n".
/// A piece of an image is "Image 2, part 1 of 3".
/// @param n_images_before images of earlier turns; numbering goes on after them
std::string user_content(const model & model,
                         const std::vector<image_input> & images,
                         const std::vector<document_input> & documents,
                         const std::string & question,
                         size_t n_images_before);

/// Where in the picture the tokens of an image are: what a heat map over it needs.
struct image_map {
    std::string name;
    std::vector<image_tile> tiles;
    std::vector<int32_t> tokens; ///< of its patches, counted from the first token of the prompt
};

/// A run of text tokens, or one image chunk (an image, an overview or a tile).
struct prompt_segment {
    std::vector<llama_token> tokens;
    const mtmd_input_chunk * image = nullptr; ///< owned by the prompt's `chunks`
    size_t image_index = 0;                   ///< into `prompt::images`
    int32_t n_tokens = 0;
};

/// A tokenised piece of conversation, and what the engine needs to know of every token.
struct prompt {
    mtmd::input_chunks_ptr chunks; ///< null when there is no projector
    std::vector<prompt_segment> segments;
    std::vector<lookm::token_kind> kinds; ///< [n_tokens]
    std::vector<image_reading> images;
    std::vector<image_map> maps; ///< one for each image
    int32_t n_tokens = 0;
    int32_t n_pos = 0; ///< positions used; fewer than tokens for M-RoPE
    int32_t n_image_tokens = 0;
    int32_t n_ubatch_min = 0; ///< tokens that must be read in one ubatch (a non-causal image), 0: none
};

/// Tokenises `text` with one marker for each of `images`. Reads and resizes the images, encodes nothing.
/// @param first whether this begins the conversation (a BOS token is added if the vocabulary wants one)
/// @throws engine::error `projector_missing`, `corrupt_image`, `invalid_argument`
prompt
prompt_tokenize(const model & model, const std::string & text, const std::vector<image_input> & images, bool first);

/// How many of the prompt's last tokens spell `ending`, a token that does so in part included; at least 1, and at most
/// those that follow the last image. A prompt that ends otherwise, as a template may rewrite what it is given: all
/// those.
int32_t count_last_tokens(const model & model, const prompt & prompt, const std::string & ending);

} // namespace engine
