#include <string>

#include "engine/error.h"
#include "engine/llama/context.h"
#include "engine/llama/log.h"
#include "engine/prompt/encoded-image.h"
#include "engine/prompt/trace.h"
#include "engine/session/reader.h"
#include "engine/stopwatch.h"
#include "mtmd-helper.h"

namespace engine {

void reader::read_image(size_t index) {
    const prompt_segment & segment = plan_.prompt.segments[index];
    image_reading & reading = plan_.prompt.images[segment.image_index];
    observer_.on_image(segment.image_index, reading);
    make_room(segment.n_tokens);
    const stopwatch::clock::time_point start = stopwatch::clock::now();
    const std::string key = chunk_key(plan_.prompt, index, plan_.images);
    encoded_image encoded = encode_image(decoder_.model(), segment, key, reading.name, decoder_.cancel());
    (encoded.from_cache ? report_.ms_restore : report_.ms_encode) += stopwatch::ms_since(start);
    reading.from_cache = reading.from_cache && encoded.from_cache;
    {
        const stopwatch watch(report_.ms_prefill);
        decode_image(segment, encoded.embeddings.data());
    }
    note_read(lookm::token_kind::image, segment.n_tokens, mtmd_input_chunk_get_n_pos(segment.image));
}

void reader::decode_image(const prompt_segment & segment, float * embeddings) {
    struct progress {
        reader & self;
        int32_t n_read;
    } progress = {*this, n_read_};
    const auto after_batch = [](llama_batch batch, void * data) -> int32_t {
        auto * state = static_cast<struct progress *>(data);
        state->n_read += batch.n_tokens;
        state->self.decoder_.tap().set_first_query(state->n_read);
        state->self.observer_.on_prefill(state->n_read, state->self.plan_.n_total);
        return state->self.decoder_.cancel() ? 1 : 0;
    };
    decoder_.tap().set_first_query(n_read_);
    log_mark_errors();
    llama_pos n_past = conversation_.n_past;
    const int32_t status = mtmd_helper_decode_image_chunk(decoder_.model().vision(),
                                                          context_.get(),
                                                          segment.image,
                                                          embeddings,
                                                          conversation_.n_past,
                                                          conversation_seq,
                                                          plan_.n_ubatch,
                                                          &n_past,
                                                          after_batch,
                                                          &progress);
    if (decoder_.cancel()) {
        throw cancelled();
    }
    decoder_.tap().rethrow();
    if (status != 0) {
        throw error("projector_invalid",
                    "llama.cpp could not read " + plan_.prompt.images[segment.image_index].name + ": " +
                        log_errors_since_mark());
    }
}

} // namespace engine
