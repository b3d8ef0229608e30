// Prints what llama.cpp makes of pictures, for agree.py to compare with PyTorch:
//   agree MODEL MMPROJ IMAGE...
// One line an image: "tokens columns rows", then its embeddings. The text around an image goes to stderr, as token ids.
#include "llama.h"
#include "mtmd-helper.h"
#include "mtmd.h"

#include <cstdio>
#include <cstring>

static void quiet(ggml_log_level, const char *, void *) {}

static bool print_image(mtmd_context * ctx, const char * path, int width) {
    auto made = mtmd_helper_bitmap_init_from_file(ctx, path, false, mtmd_helper_init_opt_default());
    if (!made.bitmap) {
        fprintf(stderr, "cannot read %s\n", path);
        return false;
    }
    const char * prompt = mtmd_default_marker();
    mtmd_input_text text = {prompt, strlen(prompt), false, true};
    mtmd_input_chunks * chunks = mtmd_input_chunks_init();
    const mtmd_bitmap * bitmap = made.bitmap;
    bool encoded = mtmd_tokenize(ctx, chunks, &text, &bitmap, 1) == 0;
    for (size_t i = 0; encoded && i < mtmd_input_chunks_size(chunks); i++) {
        const mtmd_input_chunk * chunk = mtmd_input_chunks_get(chunks, i);
        if (mtmd_input_chunk_get_type(chunk) == MTMD_INPUT_CHUNK_TYPE_TEXT) {
            size_t count = 0;
            const llama_token * tokens = mtmd_input_chunk_get_tokens_text(chunk, &count);
            for (size_t t = 0; t < count; t++) {
                fprintf(stderr, "%d ", tokens[t]);
            }
            fprintf(stderr, "\n");
            continue;
        }
        const mtmd_image_tokens * image = mtmd_input_chunk_get_tokens_image(chunk);
        const size_t n = mtmd_input_chunk_get_n_tokens(chunk);
        encoded = mtmd_encode_chunk(ctx, chunk) == 0;
        printf("%zu %zu %zu", n, mtmd_image_tokens_get_nx(image), mtmd_image_tokens_get_ny(image));
        const float * values = mtmd_get_output_embd(ctx);
        for (size_t k = 0; encoded && k < n * width; k++) {
            printf(" %.7g", values[k]);
        }
        printf("\n");
    }
    mtmd_input_chunks_free(chunks);
    mtmd_bitmap_free(made.bitmap);
    return encoded;
}

int main(int argc, char ** argv) {
    if (argc < 4) {
        fprintf(stderr, "usage: %s MODEL MMPROJ IMAGE...\n", argv[0]);
        return 2;
    }
    llama_log_set(quiet, nullptr);
    mtmd_log_set(quiet, nullptr);
    llama_backend_init();
    llama_model * model = llama_model_load_from_file(argv[1], llama_model_default_params());
    mtmd_context_params mp = mtmd_context_params_default();
    mp.use_gpu = false;
    mtmd_context * ctx = model ? mtmd_init_from_file(argv[2], model, mp) : nullptr;
    if (!ctx) {
        fprintf(stderr, "cannot load %s with %s\n", argv[1], argv[2]);
        return 1;
    }
    for (int i = 3; i < argc; i++) {
        if (!print_image(ctx, argv[i], llama_model_n_embd(model))) {
            return 1;
        }
    }
    return 0;
}
