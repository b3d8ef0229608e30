#include "engine/session/answering.h"

#include <algorithm>
#include <string>
#include <utility>

#include "engine/llama/context.h"
#include "engine/llama/text-batch.h"
#include "engine/llama/utf8.h"

#include <common.h>

namespace engine {

begun_answer
begin_answer(const model & model, const turn & turn, llama_context * source, const turn_observer & observer) {
    if (observer.on_logits) {
        observer.on_logits(0, llama_get_logits_ith(source, -1));
    }
    begun_answer begun;
    begun.sampler = sampler_create(turn.sampling, model.vocab());
    begun.next = llama_sampler_sample(begun.sampler.get(), source, -1);
    return begun;
}

void write_answer(decoder & decoder,
                  begun_answer begun,
                  const turn & turn,
                  conversation & conversation,
                  llama_context_ptr & context,
                  const turn_observer & observer,
                  stopwatch::clock::time_point start,
                  answer & answer) {
    const llama_vocab * vocab = decoder.model().vocab();
    const int64_t limit = context_limit(decoder.model());
    utf8_buffer characters;
    std::string in_cache; // the part of the answer whose tokens are in the cache
    const auto show = [&](const std::string & text) {
        answer.text += text;
        if (!text.empty()) {
            observer.on_text(text);
        }
    };
    answer.ms_first_token = stopwatch::ms_since(start); // it is shown now, after compression
    {
        const stopwatch watch(answer.ms_decode);
        answer.stop = stop_reason::length;
        while (answer.n_tokens < turn.n_answer_tokens_max) {
            if (decoder.cancel()) {
                answer.stop = stop_reason::cancelled;
                break;
            }
            if (llama_vocab_is_eog(vocab, begun.next)) {
                answer.stop = stop_reason::end;
                break;
            }
            if (conversation.n_past >= limit) {
                answer.stop = stop_reason::context;
                break;
            }
            show(characters.push(common_token_to_piece(vocab, begun.next, false)));
            decoder.grow(context, conversation.cells.n_cells() + 1);
            const text_batch batch(&begun.next, 1, conversation.n_past, true);
            if (!decoder.decode_to_end(context.get(), batch.get(), answer.ms_compute)) {
                // An aborted decode may have left half a token. What was shown stays shown; the conversation goes on
                // from the token before.
                llama_memory_seq_rm(llama_get_memory(context.get()), conversation_seq, conversation.n_past, -1);
                answer.stop = stop_reason::cancelled;
                break;
            }
            in_cache = answer.text;
            ++answer.n_tokens;
            ++conversation.n_past;
            conversation.cells.tail.push_back(lookm::token_kind::text);
            if (!conversation.trace.empty()) {
                conversation.trace.push_back(trace_of(begun.next));
            }
            if (observer.on_logits) {
                observer.on_logits(answer.n_tokens, llama_get_logits_ith(context.get(), -1));
            }
            begun.next = llama_sampler_sample(begun.sampler.get(), context.get(), -1);
        }
        show(characters.finish());
    }
    conversation.messages.push_back({"assistant", in_cache});
    answer.in_conversation = true;
    answer.n_context = std::max<int64_t>(conversation.n_past, conversation.cells.n_cells());
}

} // namespace engine
