// Prints what llama.cpp computes for one prompt, for agree.py to compare with PyTorch:
//   agree MODEL MMPROJ PROMPT IMAGE...
// Lines: "token ID" and "image N" in prompt order, "embd ..." after each image, then "logits ...".
#include "llama.h"
#include "mtmd-helper.h"
#include "mtmd.h"

#include <cstdio>
#include <cstring>
#include <vector>

static void quiet(ggml_log_level, const char *, void *) {}

static void print_row(const char * name, const float * values, size_t n) {
    printf("%s", name);
    for (size_t i = 0; i < n; i++) {
        printf(" %.7g", values[i]);
    }
    printf("\n");
}

int main(int argc, char ** argv) {
    if (argc < 4) {
        fprintf(stderr, "usage: %s MODEL MMPROJ PROMPT IMAGE...\n", argv[0]);
        return 2;
    }
    llama_log_set(quiet, nullptr);
    mtmd_log_set(quiet, nullptr);
    llama_backend_init();
    llama_model * model = llama_model_load_from_file(argv[1], llama_model_default_params());
    if (!model) {
        fprintf(stderr, "cannot load %s\n", argv[1]);
        return 1;
    }
    llama_context_params cp = llama_context_default_params();
    cp.n_ctx = 8192;
    cp.n_batch = cp.n_ubatch = 512;
    cp.type_k = cp.type_v = GGML_TYPE_F32;
    llama_context * lctx = llama_init_from_model(model, cp);
    mtmd_context_params mp = mtmd_context_params_default();
    mp.use_gpu = false;
    mtmd_context * ctx = mtmd_init_from_file(argv[2], model, mp);
    if (!lctx || !ctx) {
        fprintf(stderr, "cannot create a context\n");
        return 1;
    }
    std::vector<const mtmd_bitmap *> bitmaps;
    for (int i = 4; i < argc; i++) {
        auto made = mtmd_helper_bitmap_init_from_file(ctx, argv[i], false, mtmd_helper_init_opt_default());
        if (!made.bitmap) {
            fprintf(stderr, "cannot read %s\n", argv[i]);
            return 1;
        }
        bitmaps.push_back(made.bitmap);
    }
    mtmd_input_text text = {argv[3], strlen(argv[3]), false, true};
    mtmd_input_chunks * chunks = mtmd_input_chunks_init();
    if (mtmd_tokenize(ctx, chunks, &text, bitmaps.data(), bitmaps.size()) != 0) {
        fprintf(stderr, "cannot tokenize the prompt\n");
        return 1;
    }
    const int width = llama_model_n_embd(model);
    llama_pos past = 0;
    for (size_t i = 0; i < mtmd_input_chunks_size(chunks); i++) {
        const mtmd_input_chunk * chunk = mtmd_input_chunks_get(chunks, i);
        const size_t n = mtmd_input_chunk_get_n_tokens(chunk);
        const bool last = i + 1 == mtmd_input_chunks_size(chunks);
        if (mtmd_helper_eval_chunk_single(ctx, lctx, chunk, past, 0, 512, last, &past) != 0) {
            fprintf(stderr, "cannot evaluate part %zu\n", i);
            return 1;
        }
        if (mtmd_input_chunk_get_type(chunk) == MTMD_INPUT_CHUNK_TYPE_TEXT) {
            size_t count = 0;
            const llama_token * tokens = mtmd_input_chunk_get_tokens_text(chunk, &count);
            for (size_t t = 0; t < count; t++) {
                printf("token %d\n", tokens[t]);
            }
        } else {
            printf("image %zu\n", n);
            mtmd_encode_chunk(ctx, chunk);
            print_row("embd", mtmd_get_output_embd(ctx), n * width);
        }
    }
    print_row("logits", llama_get_logits_ith(lctx, -1), llama_vocab_n_tokens(llama_model_get_vocab(model)));
    return 0;
}
